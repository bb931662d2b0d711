#include "api/fields.h"

#include <cmath>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace outpost::api {
namespace {

namespace json = boost::json;

Problem bad_body(std::string message) {
  return {400, "invalid_argument", std::move(message), "", std::nullopt};
}

} // namespace

tl::expected<json::object, Problem> parse_body(std::string_view body) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::stream_parser parser({}, options);
  json::error_code error;
  const std::size_t read = parser.write_some(body.data(), body.size(), error);
  if (!error) parser.finish(error);
  if (error || body.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
    return tl::unexpected(
        bad_body(fmt::format("the body is not valid JSON at byte {}: {}", read,
                             error ? error.message() : "there is text after its end")));
  }
  json::value value = parser.release();
  if (!value.is_object()) return tl::unexpected(bad_body("the body is not a JSON object"));
  return std::move(value.get_object());
}

void Mistakes::add(std::string parameter, std::string message) {
  if (first_) return;
  first_ = Problem{400, "invalid_argument", std::move(message), std::move(parameter), std::nullopt};
}

Fields::~Fields() {
  for (const auto& field : object_) {
    if (!known_.contains(field.key())) mistake(field.key(), "is not a parameter of this request");
  }
}

std::string Fields::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Fields::mistake(std::string_view key, std::string message) {
  const std::string path = path_of(key);
  mistakes_.add(path, fmt::format("'{}' {}", path, message));
}

void Fields::wrong_type(std::string_view key, std::string_view wanted) {
  mistake(key, fmt::format("must be {}", wanted));
}

const json::value* Fields::any(std::string_view key) {
  const auto found = object_.find(key);
  if (found == object_.end()) return nullptr;
  known_.insert(found->key());
  return found->value().is_null() ? nullptr : &found->value();
}

std::optional<std::string> Fields::text(std::string_view key) {
  const json::value* value = any(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  wrong_type(key, "a string");
  return std::nullopt;
}

std::string Fields::required_text(std::string_view key) {
  if (any(key) == nullptr) mistake(key, "is missing");
  return text(key).value_or("");
}

std::optional<double> Fields::number(std::string_view key, double lowest, double highest) {
  const json::value* value = any(key);
  if (value == nullptr) return std::nullopt;
  json::error_code error;
  const auto number = value->is_number() ? value->to_number<double>(error) : std::nan("");
  if (!error && number >= lowest && number <= highest) return number;
  wrong_type(key, fmt::format("a number from {} to {}", lowest, highest));
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t lowest,
                                            std::int64_t highest) {
  const json::value* value = any(key);
  if (value == nullptr) return std::nullopt;
  json::error_code error;
  if (value->is_number()) {
    const auto number = value->to_number<std::int64_t>(error); // 2.0 is 2, 2.5 an error
    if (!error && number >= lowest && number <= highest) return number;
  }
  wrong_type(key, fmt::format("a whole number from {} to {}", lowest, highest));
  return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view key) {
  const json::value* value = any(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  wrong_type(key, "true or false");
  return std::nullopt;
}

const json::object* Fields::object(std::string_view key) {
  const json::value* value = any(key);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) wrong_type(key, "an object");
  return value->if_object();
}

const json::array* Fields::array(std::string_view key) {
  const json::value* value = any(key);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) wrong_type(key, "an array");
  return value->if_array();
}

void Fields::ignore(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) (void)any(key);
}

void Fields::refuse(std::initializer_list<std::string_view> keys, std::string_view why) {
  for (const std::string_view key : keys) {
    if (any(key) != nullptr) mistake(key, std::string(why));
  }
}

} // namespace outpost::api
