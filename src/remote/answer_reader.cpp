#include "remote/answer_reader.h"

#include "chat/json_value.h"
#include "remote/token_guess.h"

namespace outpost::remote {
namespace {

namespace json = boost::json;

tl::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorCode::kCorruptData, "the endpoint's answer is not a chat completion: " + what);
}

const json::object* object_in(const json::object& in, std::string_view key) {
  const json::value* value = in.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

std::string_view text_in(const json::object& in, std::string_view key) {
  const json::value* value = in.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

std::uint32_t count_in(const json::object& in, std::string_view key) {
  const json::value* value = in.if_contains(key);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return 0;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(value->get_int64(), UINT32_MAX));
}

Status append_name(std::string& into, std::string_view part) {
  if (into.size() + part.size() > AnswerReader::kNameBytesMax)
    return malformed("a name is too long");
  into += part;
  return {};
}

} // namespace

Status AnswerReader::read(std::string_view data) {
  if (data == "[DONE]") return {};
  return read_whole(data);
}

Status AnswerReader::read_whole(std::string_view body) {
  OUTPOST_TRY(const json::value value, chat::parse_json(body, {.bytes = body.size()}));
  const json::object* chunk = value.if_object();
  if (chunk == nullptr) return malformed("it is no object");
  // Some servers say what went wrong in the middle of a stream.
  if (const json::object* error = object_in(*chunk, "error")) {
    return fail(ErrorCode::kUnavailable,
                "the endpoint broke off: " + shown(text_in(*error, "message")));
  }
  if (const json::value* usage = chunk->if_contains("usage")) read_usage(*usage);
  const json::value* choices = chunk->if_contains("choices");
  if (choices == nullptr || !choices->is_array()) return malformed("it has no choices");
  if (choices->get_array().empty()) return {}; // the chunk that has the usage
  const json::object* choice = choices->get_array().front().if_object();
  if (choice == nullptr) return malformed("a choice is no object");
  return read_choice(*choice, choice->contains("delta") ? "delta" : "message");
}

Status AnswerReader::read_choice(const json::object& choice, std::string_view part) {
  if (const json::object* delta = object_in(choice, part)) {
    OUTPOST_CHECK(take_text(text_in(*delta, "content")));
    const json::value* calls = delta->if_contains("tool_calls");
    if (calls != nullptr && calls->is_array()) OUTPOST_CHECK(read_calls(calls->get_array()));
  }
  const std::string_view finish = text_in(choice, "finish_reason");
  if (!finish.empty()) finish_ = std::string(finish);
  return {};
}

Status AnswerReader::take_text(std::string_view text) {
  if (text.empty()) return {};
  text_bytes_ += text.size();
  if (has_schema_) text_ += text;
  sink_(chat::TextDelta{std::string(text), {}});
  return {};
}

Status AnswerReader::read_calls(const json::array& calls) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const json::object* call = calls[i].if_object();
    if (call == nullptr) return malformed("a tool call is no object");
    const json::value* index = call->if_contains("index");
    const bool has_index = index != nullptr && index->is_int64() && index->get_int64() >= 0;
    OUTPOST_CHECK(read_call(*call, has_index ? static_cast<std::size_t>(index->get_int64()) : i));
  }
  return {};
}

// A call comes in pieces: name and id first, then its arguments' text bit by bit.
Status AnswerReader::read_call(const json::object& call, std::size_t place) {
  if (place > calls_.size()) return malformed("a tool call is left out");
  if (place >= kCallsMax) {
    return fail(ErrorCode::kLimitExceeded,
                "the endpoint makes more than " + std::to_string(kCallsMax) + " calls");
  }
  if (place == calls_.size()) calls_.emplace_back();
  chat::ToolCall& made = calls_[place];
  OUTPOST_CHECK(append_name(made.id, text_in(call, "id")));
  const json::object* function = object_in(call, "function");
  if (function == nullptr) return {};
  OUTPOST_CHECK(append_name(made.name, text_in(*function, "name")));
  const std::string_view arguments = text_in(*function, "arguments");
  made.arguments += arguments; // bounded by the answer's size
  text_bytes_ += arguments.size();
  return {};
}

void AnswerReader::read_usage(const json::value& usage) {
  const json::object* object = usage.if_object();
  if (object == nullptr) return;
  chat::Usage used;
  used.prompt_tokens = count_in(*object, "prompt_tokens");
  used.completion_tokens = count_in(*object, "completion_tokens");
  if (const json::object* details = object_in(*object, "prompt_tokens_details")) {
    used.cached_tokens = count_in(*details, "cached_tokens");
  }
  usage_ = used;
}

Result<chat::FinishReason> AnswerReader::reason() const {
  if (!finish_) {
    return fail(ErrorCode::kUnavailable, "the endpoint's answer broke off before its end",
                "ask again");
  }
  if (*finish_ == "content_filter") {
    return fail(ErrorCode::kPermissionDenied, "the endpoint withheld its answer (content_filter)");
  }
  if (*finish_ == "length") return chat::FinishReason::kLength;
  return calls_.empty() ? chat::FinishReason::kStop : chat::FinishReason::kToolCalls;
}

Status AnswerReader::finish(std::uint32_t prompt_tokens_guess) {
  chat::Finished finished;
  OUTPOST_TRY(finished.reason, reason());
  if (has_schema_ && calls_.empty() && finished.reason == chat::FinishReason::kStop &&
      !chat::parse_json(text_, {.bytes = text_.size()})) {
    return fail(ErrorCode::kCorruptData,
                "the endpoint was asked for an answer under a JSON schema and gave no JSON",
                "it may not know response_format");
  }
  for (chat::ToolCall& call : calls_) {
    if (call.arguments.empty()) call.arguments = "{}";
    const auto arguments = chat::parse_json(call.arguments, {.bytes = call.arguments.size()});
    if (call.name.empty() || !arguments || !arguments->is_object()) {
      return malformed("the call of '" + shown(call.name) + "' has no arguments in JSON");
    }
    sink_(chat::ToolCallEvent{call});
  }
  finished.usage = usage_.value_or(chat::Usage{.prompt_tokens = prompt_tokens_guess,
                                               .completion_tokens = tokens_guessed(text_bytes_)});
  sink_(finished);
  return {};
}

} // namespace outpost::remote
