#include "chat/json_value.h"

#include <charconv>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>

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

// Builds values as json::stream_parser does, but with every double exact: Boost.JSON 1.81 computes
// them to within their last bits only, so its value is replaced by the one of the number's text.
// The functions and their results are what json::basic_parser asks of a handler.
class ExactValues {
public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  ExactValues() { values_.reset(); }
  json::value release() { return values_.release(); }

  static bool on_document_begin(json::error_code&) { return true; }
  static bool on_document_end(json::error_code&) { return true; }
  static bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t count, json::error_code&) {
    values_.push_object(count);
    return true;
  }
  static bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code&) {
    values_.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, json::error_code&) {
    values_.push_key(rest);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, json::error_code&) {
    values_.push_string(rest);
    return true;
  }
  bool on_number_part(json::string_view part, json::error_code&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    number_.clear();
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    number_.clear();
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double nearly, json::string_view rest, json::error_code&) {
    number_.append(rest.data(), rest.size());
    double number = 0;
    const char* const end = number_.data() + number_.size();
    const auto [read, error] = std::from_chars(number_.data(), end, number);
    // Beyond the range of a double, Boost's infinity or zero stands.
    values_.push_double(error == std::errc() && read == end ? number : nearly);
    number_.clear();
    return true;
  }
  bool on_bool(bool flag, json::error_code&) {
    values_.push_bool(flag);
    return true;
  }
  bool on_null(json::error_code&) {
    values_.push_null();
    return true;
  }
  static bool on_comment_part(json::string_view, json::error_code&) { return true; }
  static bool on_comment(json::string_view, json::error_code&) { return true; }

private:
  json::value_stack values_;
  std::string number_; // its parts so far
};

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
  json::basic_parser<ExactValues> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read == text.size()) return parser.handler().release();
  const bool too_deep = error == json::error::too_deep;
  return fail(too_deep ? ErrorCode::kLimitExceeded : ErrorCode::kCorruptData,
              "not JSON at byte " + std::to_string(read) + ": " +
                  (error ? error.message() : std::string("more text after the value")));
}

} // namespace outpost::chat
