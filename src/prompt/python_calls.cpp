#include "prompt/python_calls.h"

#include <charconv>

#include <boost/json.hpp>

#include "base/json_text.h"
#include "base/utf8.h"
#include "chat/json_value.h"

namespace outpost::prompt {
namespace {

namespace json = boost::json;

constexpr int kDepthMax = 32;
constexpr std::size_t kPythonCallsMax = 64;
constexpr std::string_view kPythonSpace = " \t\r\n";

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A recursive descent over literals, bounded by kDepthMax.
class Reader {
public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<std::vector<NamedArguments>> calls() {
    std::vector<NamedArguments> calls;
    const bool is_list = take('[');
    do {
      if (is_list && next_is(']')) break;
      auto call = read_call();
      if (!call || calls.size() == kPythonCallsMax) return std::nullopt;
      calls.push_back(*std::move(call));
    } while (is_list && take(','));
    if (is_list && !take(']')) return std::nullopt;
    skip_space();
    if (!rest_.empty() || calls.empty()) return std::nullopt;
    return calls;
  }

private:
  void skip_space() {
    const auto word = rest_.find_first_not_of(kPythonSpace);
    rest_.remove_prefix(word == std::string_view::npos ? rest_.size() : word);
  }
  bool next_is(char c) {
    skip_space();
    return !rest_.empty() && rest_.front() == c;
  }
  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view name(bool with_dots) {
    skip_space();
    std::size_t size = 0;
    while (size < rest_.size() &&
           (is_name_byte(rest_[size]) || rest_[size] == '-' || (with_dots && rest_[size] == '.'))) {
      ++size;
    }
    const auto out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  std::optional<NamedArguments> read_call() {
    const auto function = name(true);
    if (function.empty() || !take('(')) return std::nullopt;
    json::object arguments;
    while (!next_is(')')) {
      const auto key = name(false);
      if (key.empty() || !take('=')) return std::nullopt;
      auto value = read_value(0);
      if (!value) return std::nullopt;
      arguments[key] = *std::move(value);
      if (!take(',')) break;
    }
    if (!take(')')) return std::nullopt;
    return NamedArguments{std::string(function), chat::json_text(arguments)};
  }

  std::optional<json::value> read_value(int depth) {
    if (depth == kDepthMax) return std::nullopt;
    skip_space();
    if (rest_.empty()) return std::nullopt;
    switch (rest_.front()) {
    case '"':
    case '\'': return read_string();
    case '[': return read_sequence('[', ']', depth);
    case '(': return read_sequence('(', ')', depth);
    case '{': return read_mapping(depth);
    default: return read_word();
    }
  }

  std::optional<json::value> read_sequence(char open, char close, int depth) {
    json::array out;
    if (!take(open)) return std::nullopt;
    while (!next_is(close)) {
      auto value = read_value(depth + 1);
      if (!value) return std::nullopt;
      out.push_back(*std::move(value));
      if (!take(',')) break;
    }
    if (!take(close)) return std::nullopt;
    return out;
  }

  std::optional<json::value> read_mapping(int depth) {
    json::object out;
    if (!take('{')) return std::nullopt;
    while (!next_is('}')) {
      if (!next_is('"') && !next_is('\'')) return std::nullopt;
      const auto key = read_string();
      if (!key || !take(':')) return std::nullopt;
      auto value = read_value(depth + 1);
      if (!value) return std::nullopt;
      out[key->get_string()] = *std::move(value);
      if (!take(',')) break;
    }
    if (!take('}')) return std::nullopt;
    return out;
  }

  std::optional<json::value> read_word() {
    const auto size = std::min(rest_.find_first_of(",)]}:= \t\r\n"), rest_.size());
    const auto word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (word == "True" || word == "true") return json::value(true);
    if (word == "False" || word == "false") return json::value(false);
    if (word == "None" || word == "null") return json::value(nullptr);
    auto number = chat::parse_json(word);
    if (!number || !number->is_number()) return std::nullopt;
    return *std::move(number);
  }

  std::optional<json::value> read_string() {
    const char quote = rest_.front();
    std::string out;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == quote) {
        rest_.remove_prefix(at + 1);
        return json::value(std::move(out));
      }
      if (c != '\\') {
        out += c;
      } else if (++at == rest_.size() || !append_escaped(at, out)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  // What stands after a backslash at `at`, which moves to its last byte.
  bool append_escaped(std::size_t& at, std::string& out) {
    switch (rest_[at]) {
    case 'n': out += '\n'; return true;
    case 't': out += '\t'; return true;
    case 'r': out += '\r'; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'x': return append_code(at, 2, out);
    case 'u': return append_code(at, 4, out);
    case 'U': return append_code(at, 8, out);
    case '\\':
    case '\'':
    case '"':
    case '/': out += rest_[at]; return true;
    default: // Python keeps the backslash of what is no escape
      out += '\\';
      out += rest_[at];
      return true;
    }
  }

  bool append_code(std::size_t& at, std::size_t digits, std::string& out) {
    std::uint32_t code = 0;
    if (!hexadecimal(at + 1, digits, code)) return false;
    at += digits;
    const bool is_high = code >= 0xD800 && code < 0xDC00;
    std::uint32_t low = 0;
    if (is_high && rest_.substr(at + 1).starts_with("\\u") && hexadecimal(at + 3, 4, low) &&
        low >= 0xDC00 && low < 0xE000) { // a pair of surrogates, as JSON has them
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
      at += 6;
    }
    const bool is_character = code < 0xD800 || (code >= 0xE000 && code <= 0x10FFFF);
    append_utf8(is_character ? code : 0xFFFD, out);
    return true;
  }

  [[nodiscard]] bool hexadecimal(std::size_t at, std::size_t digits, std::uint32_t& code) const {
    if (at + digits > rest_.size()) return false;
    const char* begin = rest_.data() + at;
    const auto read = std::from_chars(begin, begin + digits, code, 16);
    return read.ec == std::errc() && read.ptr == begin + digits;
  }

  std::string_view rest_;
};

// A literal with JSON's strings and numbers, and Python's names for the rest. Arguments were read
// under a limit of depth.
void append_literal(const json::value& value, std::string& out) {
  if (value.is_bool()) {
    out += value.get_bool() ? "True" : "False";
  } else if (value.is_null()) {
    out += "None";
  } else if (const json::array* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      append_literal((*array)[i], out);
    }
    out += ']';
  } else if (const json::object* object = value.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      if (out.back() != '{') out += ", ";
      out += json_string(member.key()) + ": ";
      append_literal(member.value(), out);
    }
    out += '}';
  } else {
    out += chat::json_text(value);
  }
}

} // namespace

std::optional<std::vector<NamedArguments>> read_python_calls(std::string_view text) {
  return Reader(text).calls();
}

std::string python_call(const chat::ToolCall& call) {
  std::string out = call.name + "(";
  const auto arguments = chat::parse_json(call.arguments);
  if (arguments && arguments->is_object()) {
    for (const auto& argument : arguments->get_object()) {
      if (out.back() != '(') out += ", ";
      out += std::string(argument.key()) + "=";
      append_literal(argument.value(), out);
    }
  }
  return out + ")";
}

} // namespace outpost::prompt
