#include "agents/tools/schema_check.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownBytes = 80;

bool is_whole(const json::value& value) {
  return value.is_int64() || value.is_uint64() ||
         (value.is_double() && std::floor(value.get_double()) == value.get_double());
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_whole(value);
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_bool();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return type == "null" ? value.is_null() : true; // a type of another vocabulary
}

bool has_one_of_types(const json::value& value, const json::value& types) {
  if (types.is_string()) return has_type(value, types.get_string());
  if (!types.is_array()) return true;
  return std::any_of(types.get_array().begin(), types.get_array().end(),
                     [&value](const json::value& type) {
                       return type.is_string() && has_type(value, type.get_string());
                     });
}

class SchemaCheck {
public:
  Status check(const json::object& schema, const json::value& value, const std::string& place,
               int depth) {
    if (depth > kSchemaDepthMax) {
      return fail(ErrorCode::kUnsupported, "the schema at '" + place + "' is too deep");
    }
    if (const json::value* type = schema.if_contains("type")) {
      if (!has_one_of_types(value, *type)) {
        return wrong(place, value, "type " + chat::json_text(*type));
      }
    }
    OUTPOST_CHECK(check_choices(schema, value, place));
    OUTPOST_CHECK(check_bounds(schema, value, place));
    if (value.is_object()) return check_object(schema, value.get_object(), place, depth);
    if (value.is_array()) return check_array(schema, value.get_array(), place, depth);
    return {};
  }

private:
  static Status wrong(const std::string& place, const json::value& value,
                      const std::string& expected) {
    return fail(ErrorCode::kInvalidArgument, "'" + place + "' is " +
                                                 chat::json_text(value).substr(0, kShownBytes) +
                                                 "; expected " + expected);
  }

  static Status check_choices(const json::object& schema, const json::value& value,
                              const std::string& place) {
    if (const json::value* only = schema.if_contains("const"); only != nullptr && *only != value) {
      return wrong(place, value, chat::json_text(*only));
    }
    const json::value* choices = schema.if_contains("enum");
    if (choices == nullptr || !choices->is_array()) return {};
    const json::array& all = choices->get_array();
    if (std::find(all.begin(), all.end(), value) != all.end()) return {};
    return wrong(place, value, "one of " + chat::json_text(*choices));
  }

  static std::optional<double> number(const json::object& schema, std::string_view key) {
    const json::value* bound = schema.if_contains(key);
    if (bound == nullptr || !bound->is_number()) return std::nullopt;
    return bound->to_number<double>();
  }

  // What there is so much of, and the keywords that bound it.
  static Status check_bounds(const json::object& schema, const json::value& value,
                             const std::string& place) {
    double amount = 0;
    const char* least = "minimum";
    const char* most = "maximum";
    if (value.is_number()) {
      amount = value.to_number<double>();
    } else if (value.is_string()) {
      amount = static_cast<double>(count_code_points(value.get_string()));
      least = "minLength", most = "maxLength";
    } else if (value.is_array()) {
      amount = static_cast<double>(value.get_array().size());
      least = "minItems", most = "maxItems";
    } else {
      return {};
    }
    const auto low = number(schema, least);
    const auto high = number(schema, most);
    if (low && amount < *low) return wrong(place, value, std::string(least) + " " + text(*low));
    if (high && amount > *high) return wrong(place, value, std::string(most) + " " + text(*high));
    return {};
  }

  static std::string text(double bound) { return chat::json_text(json::value(bound)); }

  static std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
  }

  Status check_object(const json::object& schema, const json::object& value,
                      const std::string& place, int depth) {
    const json::value* required = schema.if_contains("required");
    if (required != nullptr && required->is_array()) {
      for (const json::value& name : required->get_array()) {
        if (name.is_string() && !value.contains(name.get_string())) {
          return fail(ErrorCode::kInvalidArgument,
                      "'" + place + "' lacks '" + std::string(name.get_string()) + "'");
        }
      }
    }
    const json::value* properties = schema.if_contains("properties");
    for (const auto& [key, inner] : value) {
      const json::value* known = properties != nullptr && properties->is_object()
                                     ? properties->get_object().if_contains(key)
                                     : nullptr;
      if (known == nullptr) {
        OUTPOST_CHECK(check_additional(schema, key, place));
      } else if (known->is_object()) {
        OUTPOST_CHECK(check(known->get_object(), inner, place + "." + std::string(key), depth + 1));
      }
    }
    return {};
  }

  static Status check_additional(const json::object& schema, std::string_view key,
                                 const std::string& place) {
    const json::value* more = schema.if_contains("additionalProperties");
    const bool lets_in =
        more != nullptr && (more->is_object() || (more->is_bool() && more->get_bool()));
    if (lets_in) return {};
    return fail(ErrorCode::kInvalidArgument,
                "'" + place + "' has no '" + std::string(key.substr(0, kShownBytes)) + "'");
  }

  Status check_array(const json::object& schema, const json::array& value, const std::string& place,
                     int depth) {
    const json::value* items = schema.if_contains("items");
    if (items == nullptr || !items->is_object()) return {};
    for (std::size_t i = 0; i < value.size(); ++i) {
      OUTPOST_CHECK(
          check(items->get_object(), value[i], place + "[" + std::to_string(i) + "]", depth + 1));
    }
    return {};
  }
};

} // namespace

Status check_schema(std::string_view schema, const json::object& arguments) {
  OUTPOST_TRY(const json::value parsed, chat::parse_json(schema));
  if (!parsed.is_object()) {
    return fail(ErrorCode::kUnsupported, "the tool's schema is no JSON object");
  }
  return SchemaCheck().check(parsed.get_object(), arguments, "arguments", 0);
}

} // namespace outpost::agents
