#include "agents/run/recorded_model.h"

#include <array>

#include "agents/run/record_text.h"
#include "catalog/digest.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

// All of a prompt that the answer depends on, each text preceded by its length.
void append(std::string& bytes, std::string_view text) {
  bytes += std::to_string(text.size()) + ":";
  bytes += text;
}

void append(std::string& bytes, const chat::Prompt& prompt) {
  for (const chat::Message& message : prompt.messages) {
    append(bytes, chat::to_string(message.role));
    append(bytes, message.text);
    for (const chat::ToolCall& call : message.tool_calls) append(bytes, call.name + call.arguments);
  }
  bytes += "|";
  for (const chat::ToolDefinition& tool : prompt.tools) {
    append(bytes, tool.name);
    append(bytes, tool.description);
    append(bytes, tool.parameters);
  }
  append(bytes, prompt.text);
}

std::string short_digest(const std::string& bytes) {
  return catalog::sha256_of(bytes).hex().substr(0, 16);
}

std::string asked_for(const chat::ChatRequest& request) {
  std::string bytes = "chat";
  append(bytes, request.prompt);
  bytes += std::to_string(request.max_tokens);
  return short_digest(bytes);
}

std::string asked_for(const chat::ScoreRequest& request) {
  std::string bytes = "score";
  for (const chat::ScoreItem& item : request.items) {
    append(bytes, item.prompt);
    append(bytes, item.continuation);
  }
  if (!request.readouts.empty()) { // older records have none
    bytes += "state" + std::to_string(request.readouts.size());
    for (const std::vector<float>& readout : request.readouts) {
      const auto raw = std::as_bytes(std::span(readout));
      append(bytes, {reinterpret_cast<const char*>(raw.data()), raw.size()});
    }
  }
  return short_digest(bytes);
}

std::string asked_for(const chat::Prompt& prompt) {
  std::string bytes = "count";
  append(bytes, prompt);
  return short_digest(bytes);
}

json::object error_json(const Error& error) {
  return {{"error", to_string(error.code)}, {"message", error.message}};
}

std::optional<Error> error_in(const json::object& answer) {
  if (!answer.contains("error")) return std::nullopt;
  return Error{error_code_of(text_in(answer, "error")), text_in(answer, "message"), {}};
}

json::object log_probability_json(const chat::TokenLogProbability& token) {
  json::object out{{"token", token.token}, {"text", token.text}};
  if (token.log_probability) out["p"] = *token.log_probability;
  json::array top;
  for (const auto& [id, p] : token.top) top.push_back(json::array{id, p});
  if (!top.empty()) out["top"] = std::move(top);
  return out;
}

double number_in(const json::value& value) {
  return value.is_number() ? value.to_number<double>() : 0.0;
}

chat::TokenLogProbability log_probability_of(const json::object& json) {
  chat::TokenLogProbability token;
  token.token = static_cast<text::TokenId>(integer_in(json, "token"));
  token.text = text_in(json, "text");
  if (const json::value* p = json.if_contains("p")) {
    token.log_probability = static_cast<float>(number_in(*p));
  }
  for (const json::value& pair : array_in(json, "top")) {
    if (!pair.is_array() || pair.get_array().size() != 2) continue;
    token.top.emplace_back(static_cast<text::TokenId>(number_in(pair.get_array()[0])),
                           static_cast<float>(number_in(pair.get_array()[1])));
  }
  return token;
}

json::object answer_json(const chat::Answer& answer) {
  json::array calls;
  for (const chat::ToolCall& call : answer.tool_calls) {
    calls.push_back(
        json::object{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
  }
  json::array tokens;
  for (const auto& token : answer.log_probabilities) tokens.push_back(log_probability_json(token));
  const chat::Finished& end = answer.finished;
  json::object out{{"text", answer.text},
                   {"reason", chat::to_string(end.reason)},
                   {"prompt_tokens", end.usage.prompt_tokens},
                   {"completion_tokens", end.usage.completion_tokens},
                   {"seed", end.seed}};
  if (!calls.empty()) out["calls"] = std::move(calls);
  if (!tokens.empty()) out["tokens"] = std::move(tokens);
  if (!end.stop_text.empty()) out["stop_text"] = end.stop_text;
  return out;
}

chat::Finished finished_of(const json::object& json) {
  using R = chat::FinishReason;
  chat::Finished end;
  for (const chat::FinishReason reason :
       std::array{R::kStop, R::kLength, R::kToolCalls, R::kCancelled}) {
    if (chat::to_string(reason) == text_in(json, "reason")) end.reason = reason;
  }
  end.stop_text = text_in(json, "stop_text");
  end.usage.prompt_tokens = static_cast<std::uint32_t>(integer_in(json, "prompt_tokens"));
  end.usage.completion_tokens = static_cast<std::uint32_t>(integer_in(json, "completion_tokens"));
  end.seed = static_cast<std::uint64_t>(integer_in(json, "seed"));
  return end;
}

void emit(const json::object& answer, const chat::EventSink& sink) {
  chat::TextDelta delta{text_in(answer, "text"), {}};
  for (const json::value& token : array_in(answer, "tokens")) {
    if (token.is_object())
      delta.log_probabilities.push_back(log_probability_of(token.get_object()));
  }
  if (!delta.text.empty() || !delta.log_probabilities.empty()) sink(delta);
  for (const json::value& call : array_in(answer, "calls")) {
    if (!call.is_object()) continue;
    const json::object& one = call.get_object();
    sink(
        chat::ToolCallEvent{{text_in(one, "id"), text_in(one, "name"), text_in(one, "arguments")}});
  }
  sink(finished_of(answer));
}

json::array scores_json(const std::vector<chat::Score>& scores) {
  json::array out;
  for (const chat::Score& score : scores) {
    const auto& tokens = score.token_log_probabilities;
    json::object one{{"p", exact_text(score.log_probability)},
                     {"tokens", json::array(tokens.begin(), tokens.end())}};
    json::array state;
    for (const double value : score.readouts) state.emplace_back(exact_text(value));
    if (!state.empty()) one["state"] = std::move(state);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<chat::Score> scores_of(const json::object& answer) {
  std::vector<chat::Score> scores;
  for (const json::value& item : array_in(answer, "scores")) {
    chat::Score score;
    if (item.is_object()) {
      score.log_probability = exact_number(text_in(item.get_object(), "p")).value_or(0);
      for (const json::value& token : array_in(item.get_object(), "tokens")) {
        score.token_log_probabilities.push_back(static_cast<float>(number_in(token)));
      }
      for (const json::value& value : array_in(item.get_object(), "state")) {
        const json::string* text = value.if_string();
        score.readouts.push_back(text == nullptr ? 0 : exact_number(*text).value_or(0));
      }
    }
    scores.push_back(std::move(score));
  }
  return scores;
}

} // namespace

Result<std::optional<json::object>> RecordedModel::recall(const std::string& asked) {
  if (journal_.next() == nullptr) return std::optional<json::object>();
  const StoredEvent* event = journal_.next("model_answered");
  if (event == nullptr) return journal_.differs("model_answered");
  OUTPOST_TRY(const json::object body, body_of(*event));
  if (text_in(body, "asked") != asked) return journal_.differs("another question to the model");
  journal_.pass();
  OUTPOST_CHECK(budget_.take_tokens(static_cast<std::uint32_t>(integer_in(body, "tokens"))));
  return std::optional(object_in(body, "answer"));
}

Status RecordedModel::record(const std::string& asked, std::uint32_t tokens_before,
                             json::object answer) {
  return journal_.defer(
      ModelAnswered{asked, budget_.usage().tokens - tokens_before, std::move(answer)},
      chat::model_label());
}

Status RecordedModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                           const CancelToken& cancel) {
  const std::string asked = asked_for(request);
  OUTPOST_TRY(const auto known, recall(asked));
  if (known) {
    if (auto error = error_in(*known)) return tl::unexpected(*std::move(error));
    emit(*known, sink);
    return {};
  }
  const std::uint32_t before = budget_.usage().tokens;
  chat::Answer answer;
  const Status done = inner_.chat(
      request,
      [&](const chat::Event& event) {
        if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
          answer.text += delta->text;
          answer.log_probabilities.insert(answer.log_probabilities.end(),
                                          delta->log_probabilities.begin(),
                                          delta->log_probabilities.end());
        } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
          answer.tool_calls.push_back(call->call);
        } else {
          answer.finished = std::get<chat::Finished>(event);
        }
        sink(event);
      },
      cancel);
  OUTPOST_CHECK(record(asked, before, done ? answer_json(answer) : error_json(done.error())));
  return done;
}

Result<std::vector<chat::Score>> RecordedModel::score(const chat::ScoreRequest& request,
                                                      const CancelToken& cancel) {
  const std::string asked = asked_for(request);
  OUTPOST_TRY(const auto known, recall(asked));
  if (known) {
    if (auto error = error_in(*known)) return tl::unexpected(*std::move(error));
    return scores_of(*known);
  }
  const std::uint32_t before = budget_.usage().tokens;
  auto scores = inner_.score(request, cancel);
  OUTPOST_CHECK(
      record(asked, before,
             scores ? json::object{{"scores", scores_json(*scores)}} : error_json(scores.error())));
  return scores;
}

Result<std::uint32_t> RecordedModel::count_tokens(const chat::Prompt& prompt) {
  const std::string asked = asked_for(prompt);
  OUTPOST_TRY(const auto known, recall(asked));
  if (known) {
    if (auto error = error_in(*known)) return tl::unexpected(*std::move(error));
    return static_cast<std::uint32_t>(integer_in(*known, "count"));
  }
  auto count = inner_.count_tokens(prompt);
  OUTPOST_CHECK(record(asked, budget_.usage().tokens,
                       count ? json::object{{"count", *count}} : error_json(count.error())));
  return count;
}

} // namespace outpost::agents
