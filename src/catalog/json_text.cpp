#include "catalog/json_text.h"

namespace outpost::catalog {

namespace json = boost::json;

Result<json::object> parse_json_object(std::string_view text, std::string_view what) {
  json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error) {
    return fail(ErrorCode::kCorruptData,
                std::string(what) + " is not JSON as expected: " + error.message());
  }
  if (!value.is_object()) {
    return fail(ErrorCode::kCorruptData, std::string(what) + " is not a JSON object");
  }
  return std::move(value.get_object());
}

std::optional<std::string> string_member(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::uint64_t> size_member(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() >= 0) {
    return static_cast<std::uint64_t>(value->get_int64());
  }
  return std::nullopt;
}

const json::array* array_member(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

} // namespace outpost::catalog
