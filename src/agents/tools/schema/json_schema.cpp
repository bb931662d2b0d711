#include "agents/tools/schema/json_schema.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "agents/call/pattern.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr int kStepsMax = 20'000; // of schema nodes looked at
constexpr int kWalkDepthMax = 64;
constexpr std::size_t kShownValueMax = 80;

std::string shown_value(const json::value& value) {
  std::string text = chat::json_text(value);
  return text.size() > kShownValueMax ? text.substr(0, kShownValueMax) + "..." : text;
}

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type != "integer") return true; // no type that anybody knows
  if (!value.is_double()) return value.is_number();
  return value.get_double() == std::trunc(value.get_double()); // 1.0 is whole (6.1.1)
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

class JsonSchemaCheck {
public:
  explicit JsonSchemaCheck(const json::value& root) : root_(root) {}

  Status check(const json::value& schema, const json::value& value, const std::string& place) {
    if (++steps_ > kStepsMax || depth_ >= kWalkDepthMax) {
      return fail(ErrorCode::kLimitExceeded, "the tool's schema takes too many steps to check");
    }
    ++depth_;
    const Status status = check_one(schema, value, place);
    --depth_;
    return status;
  }

private:
  static tl::unexpected<Error> refused(const std::string& place, const json::value& value,
                                       const std::string& expected) {
    return fail(ErrorCode::kInvalidArgument,
                (place.empty() ? "the arguments are " : "argument '" + place + "' is ") +
                    shown_value(value) + "; expected " + expected);
  }

  Status check_one(const json::value& schema, const json::value& value, const std::string& place) {
    if (schema == false) return refused(place, value, "nothing there");
    const json::object* object = schema.if_object();
    if (object == nullptr) return {};
    if (const json::value* reference = object->if_contains("$ref")) {
      const json::value* target = resolve(*reference);
      if (target == nullptr) return refused(place, value, "a schema that can be found");
      OUTPOST_CHECK(check(*target, value, place));
    }
    OUTPOST_CHECK(check_type(*object, value, place));
    OUTPOST_CHECK(check_bounds(*object, value, place));
    OUTPOST_CHECK(check_members(*object, value, place));
    OUTPOST_CHECK(check_items(*object, value, place));
    return check_combinations(*object, value, place);
  }

  // "#" and "#/a/b" (RFC 6901).
  const json::value* resolve(const json::value& reference) {
    const json::string* text = reference.if_string();
    if (text == nullptr || !std::string_view(*text).starts_with('#')) return nullptr;
    boost::system::error_code error;
    return root_.find_pointer(std::string_view(*text).substr(1), error);
  }

  static Status check_type(const json::object& schema, const json::value& value,
                           const std::string& place) {
    if (const json::value* type = schema.if_contains("type")) {
      const json::array* several = type->if_array();
      const bool fits =
          several != nullptr
              ? std::any_of(several->begin(), several->end(),
                            [&](const json::value& one) {
                              return one.is_string() && is_of_type(value, one.get_string());
                            })
              : !type->is_string() || is_of_type(value, type->get_string());
      if (!fits) return refused(place, value, "the type " + shown_value(*type));
    }
    if (const json::value* choices = schema.if_contains("enum"); choices && choices->is_array()) {
      const json::array& list = choices->get_array();
      if (std::find(list.begin(), list.end(), value) == list.end()) {
        return refused(place, value, "one of " + shown_value(*choices));
      }
    }
    const json::value* only = schema.if_contains("const");
    return only != nullptr && *only != value ? Status(refused(place, value, shown_value(*only)))
                                             : Status();
  }

  // `number` against minimum-like keywords; `what` names it in the message.
  static Status check_range(const json::object& schema, const json::value& value, double number,
                            std::string_view least, std::string_view most, const char* what,
                            const std::string& place) {
    const json::value* low = schema.if_contains(least);
    if (low != nullptr && low->is_number() && number < low->to_number<double>()) {
      return refused(place, value, std::string("at least ") + shown_value(*low) + what);
    }
    const json::value* high = schema.if_contains(most);
    if (high != nullptr && high->is_number() && number > high->to_number<double>()) {
      return refused(place, value, std::string("at most ") + shown_value(*high) + what);
    }
    return {};
  }

  static Status check_bounds(const json::object& schema, const json::value& value,
                             const std::string& place) {
    if (value.is_number()) {
      const double number = value.to_number<double>();
      OUTPOST_CHECK(check_range(schema, value, number, "minimum", "maximum", "", place));
      const json::value* above = schema.if_contains("exclusiveMinimum");
      const json::value* below = schema.if_contains("exclusiveMaximum");
      if (above != nullptr && above->is_number() && number <= above->to_number<double>()) {
        return refused(place, value, "more than " + shown_value(*above));
      }
      if (below != nullptr && below->is_number() && number >= below->to_number<double>()) {
        return refused(place, value, "less than " + shown_value(*below));
      }
      return {};
    }
    const json::string* text = value.if_string();
    if (text == nullptr) return {};
    OUTPOST_CHECK(check_range(schema, value, static_cast<double>(characters(*text)), "minLength",
                              "maxLength", " characters", place));
    const json::value* pattern = schema.if_contains("pattern");
    if (pattern == nullptr || !pattern->is_string()) return {};
    // JSON Schema searches; our patterns are about the whole value, so only anchored ones are read.
    const std::string_view written = pattern->get_string();
    if (written.size() < 2 || !written.starts_with('^') || !written.ends_with('$')) return {};
    const auto compiled = Pattern::compile(written.substr(1, written.size() - 2));
    return compiled && !compiled->matches(*text)
               ? Status(refused(place, value, "the form " + std::string(written)))
               : Status();
  }

  // Arguments that nobody declared are refused, though JSON Schema would let them pass: a model
  // made them up. Not where several schemas together say what may stand there, and not in an object
  // inside the arguments that declares nothing.
  [[nodiscard]] bool closes(const json::object& schema, const json::object* declared,
                            const std::string& place) const {
    for (const std::string_view key : {"$ref", "allOf", "anyOf", "oneOf", "patternProperties"}) {
      if (schema.contains(key)) return false;
    }
    return branches_ == 0 && (declared != nullptr || place.empty());
  }

  Status check_members(const json::object& schema, const json::value& value,
                       const std::string& place) {
    const json::object* object = value.if_object();
    if (object == nullptr) return {};
    const json::value* properties = schema.if_contains("properties");
    const json::object* known = properties == nullptr ? nullptr : properties->if_object();
    const json::value* others = schema.if_contains("additionalProperties");
    const bool is_closed = others == nullptr && closes(schema, known, place);
    for (const auto& [key, member] : *object) {
      const std::string inner = (place.empty() ? "" : place + ".") + std::string(key);
      const json::value* own = known == nullptr ? nullptr : known->if_contains(key);
      if (own == nullptr && (is_closed || (others != nullptr && *others == false))) {
        return fail(ErrorCode::kInvalidArgument,
                    "there is no argument '" + inner.substr(0, kShownValueMax) + "'");
      }
      const json::value* its = own != nullptr ? own : others;
      if (its != nullptr) OUTPOST_CHECK(check(*its, member, inner));
    }
    const json::value* required = schema.if_contains("required");
    if (required == nullptr || !required->is_array()) return {};
    for (const json::value& key : required->get_array()) {
      if (key.is_string() && !object->contains(key.get_string())) {
        return fail(ErrorCode::kInvalidArgument, "the argument '" +
                                                     (place.empty() ? "" : place + ".") +
                                                     std::string(key.get_string()) + "' is needed");
      }
    }
    return {};
  }

  Status check_items(const json::object& schema, const json::value& value,
                     const std::string& place) {
    const json::array* array = value.if_array();
    if (array == nullptr) return {};
    OUTPOST_CHECK(check_range(schema, value, static_cast<double>(array->size()), "minItems",
                              "maxItems", " items", place));
    const json::value* items = schema.if_contains("items");
    if (items == nullptr) return {};
    for (std::size_t i = 0; i < array->size(); ++i) {
      OUTPOST_CHECK(check(*items, (*array)[i], place + "[" + std::to_string(i) + "]"));
    }
    return {};
  }

  Status check_combinations(const json::object& schema, const json::value& value,
                            const std::string& place) {
    ++branches_;
    const Status status = check_branches(schema, value, place);
    --branches_;
    return status;
  }

  Status check_branches(const json::object& schema, const json::value& value,
                        const std::string& place) {
    const json::value* all = schema.if_contains("allOf");
    if (all != nullptr && all->is_array()) {
      for (const json::value& one : all->get_array()) OUTPOST_CHECK(check(one, value, place));
    }
    for (const std::string_view key : {"anyOf", "oneOf"}) {
      const json::value* some = schema.if_contains(key);
      if (some == nullptr || !some->is_array() || some->get_array().empty()) continue;
      int fitting = 0;
      for (const json::value& one : some->get_array()) {
        const Status status = check(one, value, place);
        if (!status && status.error().code == ErrorCode::kLimitExceeded) return status;
        fitting += status ? 1 : 0;
      }
      if (fitting == 0 || (key == "oneOf" && fitting > 1)) {
        return refused(place, value,
                       key == "oneOf" ? "one of the forms of the schema, and one only"
                                      : "one of the forms of the schema");
      }
    }
    const json::value* none = schema.if_contains("not");
    if (none == nullptr) return {};
    const Status status = check(*none, value, place);
    if (!status && status.error().code == ErrorCode::kLimitExceeded) return status;
    return status ? Status(refused(place, value, "what the schema does not exclude")) : Status();
  }

  const json::value& root_;
  int steps_ = 0;
  int depth_ = 0;
  int branches_ = 0; // of allOf, anyOf, oneOf and not that we are in
};

} // namespace

Status check_against_schema(std::string_view schema, const json::value& value) {
  OUTPOST_TRY(const json::value root, chat::parse_json(schema));
  if (!root.is_object() && !root.is_bool()) {
    return fail(ErrorCode::kUnsupported, "the tool's schema is no JSON object");
  }
  return JsonSchemaCheck(root).check(root, value, "");
}

} // namespace outpost::agents
