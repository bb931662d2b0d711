#include "prompt/tool_call_parser.h"

#include <algorithm>

#include "chat/json_value.h"

namespace outpost::prompt {
namespace {

namespace json = boost::json;

constexpr std::string_view kOpen = "<tool_call>";
constexpr std::string_view kClose = "</tool_call>";
constexpr std::string_view kFence = "```";
constexpr std::string_view kSpace = " \t\r\n";
constexpr chat::JsonLimits kJsonLimits = {.depth = 32};
constexpr std::size_t kCallsMax = 64; // of one JSON text

// How many bytes at the end of `text` could be the beginning of `mark`.
std::size_t held_back(std::string_view text, std::string_view mark) {
  for (std::size_t n = std::min(text.size(), mark.size() - 1); n > 0; --n) {
    if (text.ends_with(mark.substr(0, n))) return n;
  }
  return 0;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// The inside of ```json ... ```; the text itself when it has no fence.
std::string_view without_fence(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with(kFence) || text.size() < 2 * kFence.size()) return text;
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos || !text.ends_with(kFence)) return text;
  return trimmed(text.substr(line_end, text.size() - line_end - kFence.size()));
}

// Arguments come as an object or, from some models, as a string that holds one.
std::optional<std::string> arguments_of(const json::object& call) {
  const json::value* arguments = call.if_contains("arguments");
  if (arguments == nullptr) arguments = call.if_contains("parameters");
  if (arguments == nullptr) return "{}";
  if (arguments->is_object()) return chat::json_text(*arguments);
  const json::string* text = arguments->if_string();
  if (text == nullptr) return std::nullopt;
  const auto parsed = chat::parse_json(*text, kJsonLimits);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return chat::json_text(*parsed);
}

} // namespace

ToolCallParser::ToolCallParser(ToolFormat format, std::vector<std::string> tool_names,
                               std::uint64_t id_seed)
    : format_(format), tool_names_(std::move(tool_names)), id_seed_(id_seed) {}

ToolCallParser::Piece ToolCallParser::push(std::string_view text) {
  pending_ += text;
  Piece piece;
  advance(piece);
  return piece;
}

void ToolCallParser::advance(Piece& piece) {
  bool moved = true;
  while (moved) {
    switch (state_) {
    case State::kStart: moved = advance_start(); break;
    case State::kText: moved = advance_text(piece); break;
    case State::kCall: moved = advance_call(piece); break;
    case State::kHeld: moved = false; break;
    }
  }
}

bool ToolCallParser::advance_start() {
  const auto begin = pending_.find_first_not_of(kSpace);
  if (begin == std::string::npos) return false;
  const std::string_view rest = std::string_view(pending_).substr(begin);
  if (rest.front() == '`' && rest.size() < kFence.size() && kFence.starts_with(rest)) return false;
  const bool bare_json = !tool_names_.empty() &&
                         (rest.front() == '{' || rest.front() == '[' || rest.starts_with(kFence));
  state_ = bare_json ? State::kHeld : State::kText;
  return true;
}

bool ToolCallParser::advance_text(Piece& piece) {
  const bool marked = format_ != ToolFormat::kGeneric;
  const auto open = marked ? pending_.find(kOpen) : std::string::npos;
  const std::size_t keep = marked && open == std::string::npos ? held_back(pending_, kOpen) : 0;
  const std::size_t certain = open == std::string::npos ? pending_.size() - keep : open;
  const auto word = pending_.find_first_not_of(kSpace);
  text_began_ = text_began_ || word < certain;
  if (text_began_) {
    piece.text += pending_.substr(0, certain);
    pending_.erase(0, certain);
  }
  if (open == std::string::npos) return false;
  pending_.erase(0, pending_.find(kOpen)); // the white space that was not text
  state_ = State::kCall;
  return true;
}

bool ToolCallParser::advance_call(Piece& piece) {
  const auto close = pending_.find(kClose);
  if (close == std::string::npos) return false;
  const std::string_view body =
      std::string_view(pending_).substr(kOpen.size(), close - kOpen.size());
  auto calls = read_calls(body, false);
  const std::size_t end = close + kClose.size();
  const bool is_empty_list = format_ == ToolFormat::kSmolLm2 && trimmed(body) == "[]";
  if (calls.empty() && !is_empty_list) piece.text += pending_.substr(0, end);
  std::move(calls.begin(), calls.end(), std::back_inserter(piece.calls));
  pending_.erase(0, end);
  text_began_ = false;
  state_ = State::kText;
  return true;
}

ToolCallParser::Piece ToolCallParser::finish() {
  Piece piece;
  std::string rest = std::exchange(pending_, {});
  if (state_ == State::kHeld) {
    piece.calls = read_calls(without_fence(rest), true);
    if (piece.calls.empty() && format_ == ToolFormat::kGeneric) {
      const auto answer = chat::parse_json(without_fence(rest), kJsonLimits);
      const json::value* response =
          answer && answer->is_object() ? answer->get_object().if_contains("response") : nullptr;
      if (response != nullptr && response->is_string()) rest = std::string(response->get_string());
    }
    if (piece.calls.empty()) piece.text = std::move(rest);
  } else if (state_ == State::kCall) {
    // The closing mark is often the stop token that was not written: a whole call still counts.
    piece.calls = read_calls(std::string_view(rest).substr(kOpen.size()), false);
    if (piece.calls.empty()) piece.text = std::move(rest);
  } else if (text_began_ || call_count_ == 0 ||
             rest.find_first_not_of(kSpace) != std::string::npos) {
    piece.text = std::move(rest);
  }
  state_ = State::kStart;
  return piece;
}

std::vector<chat::ToolCall> ToolCallParser::read_calls(std::string_view json_text,
                                                       bool known_tools_only) {
  auto parsed = chat::parse_json(trimmed(json_text), kJsonLimits);
  if (!parsed) return {};
  json::value value = *std::move(parsed);
  if (value.is_object()) {
    json::value* list = value.get_object().if_contains("tool_calls");
    if (list != nullptr) {
      // Through a copy: the list is inside the value it is to replace.
      json::value inner = std::move(*list);
      value = std::move(inner);
    }
  }
  const json::array items = value.is_array() ? value.get_array() : json::array{value};
  if (items.size() > kCallsMax) return {};
  std::vector<chat::ToolCall> calls;
  for (const json::value& item : items) {
    const json::object* object = item.if_object();
    const json::value* name = object != nullptr ? object->if_contains("name") : nullptr;
    if (name == nullptr || !name->is_string()) return {};
    const std::string tool(name->get_string());
    const bool known = std::find(tool_names_.begin(), tool_names_.end(), tool) != tool_names_.end();
    auto arguments = arguments_of(*object);
    if (!arguments || (known_tools_only && !known)) return {};
    calls.push_back({call_id(id_seed_, call_count_ + static_cast<std::uint32_t>(calls.size())),
                     tool, std::move(*arguments)});
  }
  call_count_ += static_cast<std::uint32_t>(calls.size());
  return calls;
}

} // namespace outpost::prompt
