#include "prompt/call_body.h"

#include <optional>

#include <boost/json.hpp>

#include "chat/json_value.h"

namespace outpost::prompt {
namespace {

namespace json = boost::json;

constexpr chat::JsonLimits kJsonLimits = {.depth = 32};
constexpr std::size_t kCallsMax = 64; // of one text
constexpr std::size_t kHeadMax = 256; // bytes before the first bracket
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kFence = "```";
constexpr std::string_view kNameEnd = "[ARGS]";           // Mistral
constexpr std::string_view kNameBegin = "<｜tool▁sep｜>"; // DeepSeek

struct Extent {
  std::size_t size = 0;                         // 0: the last bracket has not come
  std::size_t mark_at = std::string_view::npos; // the closing mark before it, outside strings
};

// From an opening bracket to the one that closes it, or to `close`.
Extent extent_of(std::string_view text, std::string_view close) {
  std::size_t depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{' || c == '[' || c == '(') {
      ++depth;
    } else if ((c == '}' || c == ']' || c == ')') && --depth == 0) {
      return {i + 1};
    } else if (!close.empty() && text.substr(i).starts_with(close)) {
      return {0, i};
    }
  }
  return {};
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

std::optional<NamedArguments> json_call(const json::value& item) {
  const json::object* object = item.if_object();
  if (object == nullptr) return std::nullopt;
  if (const json::value* inner = object->if_contains("function"); inner && inner->is_object()) {
    object = &inner->get_object();
  }
  const json::value* name = object->if_contains("name");
  if (name == nullptr || !name->is_string()) return std::nullopt;
  auto arguments = arguments_of(*object);
  if (!arguments) return std::nullopt;
  return NamedArguments{std::string(name->get_string()), *std::move(arguments)};
}

std::vector<NamedArguments> json_calls(const json::value& value) {
  const json::value* list = &value;
  if (value.is_object() && value.get_object().contains("tool_calls")) {
    list = &value.get_object().at("tool_calls");
  }
  const json::array items = list->is_array() ? list->get_array() : json::array{*list};
  if (items.size() > kCallsMax) return {};
  std::vector<NamedArguments> calls;
  for (const json::value& item : items) {
    auto call = json_call(item);
    if (!call) return {};
    calls.push_back(*std::move(call));
  }
  return calls;
}

// The calls of a value and what stands before it; nothing: they are none.
std::optional<std::vector<NamedArguments>> calls_of(std::string_view head, std::string_view value) {
  if (const auto name = name_before(head); !name.empty()) {
    const auto arguments = chat::parse_json(value, kJsonLimits);
    if (!arguments || !arguments->is_object()) return std::nullopt;
    return std::vector{NamedArguments{std::string(name), chat::json_text(*arguments)}};
  }
  std::vector<NamedArguments> calls;
  if (value.front() == '(') {
    calls = read_calls(std::string(head) + std::string(value));
  } else if (head.empty()) {
    calls = read_calls(value);
  }
  const bool is_empty_list =
      head.empty() && value.front() == '[' && trimmed(value.substr(1)) == "]";
  if (calls.empty() && !is_empty_list) return std::nullopt;
  return calls;
}

// What may stand between a value and its closing mark: white space and the end of a fence.
std::string_view after_value(std::string_view text) {
  const auto skip = [&text] {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  };
  skip();
  if (text.starts_with(kFence)) {
    text.remove_prefix(kFence.size());
    skip();
  }
  return text;
}

} // namespace

std::size_t value_begin(std::string_view text) {
  const auto named = text.find(kNameEnd);
  const std::size_t from = named == std::string_view::npos ? 0 : named + kNameEnd.size();
  return text.find_first_of("{[(", from);
}

std::string_view name_before(std::string_view head) {
  if (head.ends_with(kNameEnd)) return trimmed(head.substr(0, head.size() - kNameEnd.size()));
  const auto begin = head.find(kNameBegin);
  if (begin == std::string_view::npos) return {};
  head.remove_prefix(begin + kNameBegin.size());
  return trimmed(head.substr(0, head.find_first_of("\n`")));
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<NamedArguments> read_calls(std::string_view text) {
  text = trimmed(text);
  if (const auto value = chat::parse_json(text, kJsonLimits)) return json_calls(*value);
  return read_python_calls(text).value_or(std::vector<NamedArguments>());
}

CallBody read_call_body(std::string_view text, std::string_view close, bool is_end) {
  using State = CallBody::State;
  const State unfinished = is_end ? State::kNone : State::kCutShort;
  const auto closed_at = close.empty() ? std::string_view::npos : text.find(close);
  const std::size_t begin = value_begin(text);
  if (begin >= std::min(closed_at, text.size())) {
    if (closed_at != std::string_view::npos) return {State::kNone, closed_at + close.size(), {}};
    return {text.size() > kHeadMax ? State::kNone : unfinished, 0, {}};
  }
  const Extent extent = extent_of(text.substr(begin), close);
  if (extent.mark_at != std::string_view::npos) {
    return {State::kNone, begin + extent.mark_at + close.size(), {}};
  }
  if (extent.size == 0) return {unfinished, 0, {}};
  std::size_t end = begin + extent.size;
  if (!close.empty()) {
    const std::string_view rest = after_value(text.substr(end));
    const bool may_come = close.starts_with(rest) || kFence.starts_with(rest);
    if (may_come && rest.size() < close.size() && !is_end) return {State::kCutShort, 0, {}};
    if (rest.starts_with(close)) end = text.size() - rest.size() + close.size();
  }
  auto calls = calls_of(trimmed(text.substr(0, begin)), text.substr(begin, extent.size));
  if (!calls) return {State::kNone, end, {}};
  return {State::kWhole, end, *std::move(calls)};
}

} // namespace outpost::prompt
