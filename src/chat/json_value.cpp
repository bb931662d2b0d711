#include "chat/json_value.h"

#include <utility>

#include "base/json_text.h"

namespace outpost::chat {
namespace {

namespace json = boost::json;

void append(std::string& out, const json::value& value);

void append_object(std::string& out, const json::object& object) {
  out += '{';
  for (bool first = true; const auto& [key, item] : object) {
    if (!std::exchange(first, false)) out += ',';
    out += json_string(key);
    out += ':';
    append(out, item);
  }
  out += '}';
}

// Depth is bounded: values were parsed under limits or built by our own code.
void append(std::string& out, const json::value& value) {
  if (const auto* object = value.if_object()) {
    append_object(out, *object);
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (bool first = true; const json::value& item : *array) {
      if (!std::exchange(first, false)) out += ',';
      append(out, item);
    }
    out += ']';
  } else if (const auto* number = value.if_double()) {
    out += json_number(*number);
  } else if (const auto* text = value.if_string()) {
    out += json_string(*text);
  } else {
    out += json::serialize(value); // an integer, a flag or null
  }
}

} // namespace

std::string json_text(const json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

Result<json::value> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(ErrorCode::kLimitExceeded, "JSON of " + std::to_string(text.size()) +
                                               " bytes is over the limit of " +
                                               std::to_string(limits.bytes));
  }
  json::parse_options options;
  options.max_depth = limits.depth;
  json::stream_parser parser({}, options);
  json::error_code error;
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  if (!error && read == text.size()) parser.finish(error);
  if (!error && read == text.size() && parser.done()) return parser.release();
  const bool too_deep = error == json::error::too_deep;
  return fail(too_deep ? ErrorCode::kLimitExceeded : ErrorCode::kCorruptData,
              "not JSON at byte " + std::to_string(read) + ": " +
                  (error ? error.message() : std::string("more text after the value")));
}

} // namespace outpost::chat
