#include "mcp/header_values.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "base/base64.h"
#include "chat/json_value.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

using Fields = std::vector<std::pair<std::string, std::string>>;
constexpr std::string_view kMark = "x-mcp-header";
constexpr std::string_view kSentinel = "=?base64?";

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

tl::unexpected<Error> bad_mark(const char* why) {
  return fail(ErrorCode::kInvalidArgument, std::string("its x-mcp-header ") + why);
}

std::size_t count_marks(const json::value& value) {
  std::size_t count = 0;
  if (const json::array* array = value.if_array()) {
    for (const json::value& item : *array) count += count_marks(item);
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return count;
  for (const auto& [key, member] : *object) count += (key == kMark ? 1 : 0) + count_marks(member);
  return count;
}

std::optional<std::string> plain(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(*text);
  if (value.is_bool() || value.is_int64() || value.is_uint64()) return chat::json_text(value);
  return std::nullopt;
}

class MarkReader {
public:
  // The properties of `schema` and, through properties only, of what is in them. Depth is bounded
  // by read_tool_definition.
  Status walk(const json::object& schema, const json::object* arguments) {
    const json::value* properties = schema.if_contains("properties");
    if (properties == nullptr || !properties->is_object()) return {};
    for (const auto& [key, value] : properties->get_object()) {
      const json::object* property = value.if_object();
      if (property == nullptr) continue;
      const json::value* argument = arguments == nullptr ? nullptr : arguments->if_contains(key);
      if (const json::value* mark = property->if_contains(kMark)) {
        OUTPOST_CHECK(take(*mark, *property, argument));
      }
      OUTPOST_CHECK(walk(*property, argument == nullptr ? nullptr : argument->if_object()));
    }
    return {};
  }

  Fields fields;
  std::size_t marks = 0;

private:
  Status take(const json::value& mark, const json::object& property, const json::value* argument) {
    ++marks;
    if (!mark.is_string() || !is_token(mark.get_string())) return bad_mark("is no field name");
    std::string name(mark.get_string());
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (!names_.insert(lower).second) return bad_mark("stands there twice");
    const json::value* type = property.if_contains("type");
    if (type == nullptr || (*type != "string" && *type != "integer" && *type != "boolean")) {
      return bad_mark("is on a value that is no text, whole number or flag");
    }
    if (argument == nullptr || argument->is_null()) return {};
    const auto text = plain(*argument);
    if (!text) return bad_mark("names an argument of another type");
    fields.emplace_back("Mcp-Param-" + name, header_text(*text));
    return {};
  }

  std::set<std::string> names_;
};

} // namespace

std::string header_text(std::string_view value) {
  const bool is_plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7E; }) &&
      (value.empty() || (value.front() != ' ' && value.back() != ' ')) &&
      !(value.starts_with(kSentinel) && value.ends_with("?="));
  if (is_plain) return std::string(value);
  return std::string(kSentinel) + base64(std::as_bytes(std::span(value))) + "?=";
}

Result<Fields> header_values(std::string_view input_schema, const json::object& arguments) {
  if (input_schema.find(kMark) == std::string_view::npos) return Fields();
  OUTPOST_TRY(const json::value schema, chat::parse_json(input_schema));
  MarkReader reader;
  if (schema.is_object()) OUTPOST_CHECK(reader.walk(schema.get_object(), &arguments));
  if (reader.marks != count_marks(schema)) return bad_mark("stands where no property leads");
  return std::move(reader.fields);
}

} // namespace outpost::mcp
