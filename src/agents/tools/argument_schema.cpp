#include "agents/tools/argument_schema.h"

#include <algorithm>

#include "agents/call/pattern.h"
#include "agents/tools/schema/json_schema.h"
#include "base/edit_distance.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kShownMax = 80;

std::string shown(const boost::json::value& value) {
  std::string text = chat::json_text(value);
  if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "...";
  return text;
}

tl::unexpected<Error> refused(std::string_view name, const boost::json::value& value,
                              const std::string& expected) {
  return fail(ErrorCode::kInvalidArgument,
              "argument '" + std::string(name) + "' is " + shown(value) + "; expected " + expected);
}

Status check_text(const ValueKind& kind, std::string_view name, const boost::json::value& value) {
  const boost::json::string* text = value.if_string();
  if (text == nullptr) return refused(name, value, "a string");
  const std::string_view view(text->data(), text->size());
  if (view.empty() || view.size() > kind.max_length) {
    return refused(name, value, "1 to " + std::to_string(kind.max_length) + " bytes");
  }
  if (view.find('\0') != std::string_view::npos) return refused(name, value, "text without NUL");
  if (kind.format == ValueFormat::kEmail && !is_email(view)) {
    return refused(name, value, "an e-mail address");
  }
  if (!kind.choices.empty() &&
      std::find(kind.choices.begin(), kind.choices.end(), view) == kind.choices.end()) {
    return refused(name, value, "one of the values listed");
  }
  if (kind.pattern.empty()) return {};
  OUTPOST_TRY(const Pattern pattern, Pattern::compile(kind.pattern));
  return pattern.matches(view) ? Status() : refused(name, value, "the form " + kind.pattern);
}

Status check_number(const ValueKind& kind, std::string_view name, const boost::json::value& value) {
  const bool whole = value.is_int64() || value.is_uint64();
  if (!whole && (kind.type == ValueType::kInteger || !value.is_double())) {
    return refused(name, value, kind.type == ValueType::kInteger ? "a whole number" : "a number");
  }
  const double number = value.to_number<double>();
  if (kind.minimum && number < *kind.minimum) {
    return refused(name, value, "at least " + chat::json_text(*kind.minimum));
  }
  if (kind.maximum && number > *kind.maximum) {
    return refused(name, value, "at most " + chat::json_text(*kind.maximum));
  }
  return {};
}

} // namespace

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.size() > 254) return false;
  const std::string_view domain = text.substr(at + 1);
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto parts_are_whole = [](std::string_view dotted) {
    return !dotted.empty() && dotted.front() != '.' && dotted.back() != '.' &&
           dotted.find("..") == std::string_view::npos;
  };
  const auto in_local = [&](char c) {
    return is_word(c) || std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), in_local) &&
         std::all_of(domain.begin(), domain.end(),
                     [&](char c) { return is_word(c) || c == '.' || c == '-'; }) &&
         parts_are_whole(text.substr(0, at)) && parts_are_whole(domain) &&
         domain.find('.') != std::string_view::npos;
}

Status check_value(const ValueKind& kind, std::string_view name, const boost::json::value& value) {
  switch (kind.type) {
  case ValueType::kString: return check_text(kind, name, value);
  case ValueType::kInteger:
  case ValueType::kNumber: return check_number(kind, name, value);
  case ValueType::kBoolean:
    return value.is_bool() ? Status() : refused(name, value, "true or false");
  }
  return {};
}

Status check_arguments(const Tool& tool, const boost::json::object& arguments) {
  if (!tool.input_schema.empty()) return check_against_schema(tool.input_schema, arguments);
  for (const auto& [key, value] : arguments) {
    const std::string_view name(key.data(), key.size());
    const Parameter* parameter = find_parameter(tool, name);
    if (parameter == nullptr) {
      std::vector<std::string_view> names;
      for (const Parameter& known : tool.parameters) names.emplace_back(known.name);
      const auto nearest = nearest_name(name, names);
      return fail(ErrorCode::kInvalidArgument,
                  tool.name + " has no parameter '" + std::string(name.substr(0, kShownMax)) + "'" +
                      (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
    }
    OUTPOST_CHECK(check_value(parameter->kind, name, value));
  }
  for (const Parameter& parameter : tool.parameters) {
    if (parameter.required && !arguments.contains(parameter.name)) {
      return fail(ErrorCode::kInvalidArgument,
                  tool.name + " needs the argument '" + parameter.name + "'");
    }
  }
  return {};
}

} // namespace outpost::agents
