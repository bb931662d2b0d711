// JSON text written field by field: order is kept, numbers are short and plain. Writing only:
// whatever is read goes through Boost.JSON with limits.
#pragma once
#include <concepts>
#include <string>
#include <string_view>

namespace outpost {

// `text` as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);
// Shortest form that reads back as the same double; null for what JSON cannot say.
std::string json_number(double value);

class JsonObject {
public:
  void add(std::string_view key, std::string_view value) { add_raw(key, json_string(value)); }
  void add(std::string_view key, const char* value) { add_raw(key, json_string(value)); }
  void add(std::string_view key, double value) { add_raw(key, json_number(value)); }
  void add(std::string_view key, bool value) { add_raw(key, value ? "true" : "false"); }
  void add(std::string_view key, std::integral auto value) { add_raw(key, std::to_string(value)); }
  // `value` is JSON already: an object, an array.
  void add_raw(std::string_view key, std::string_view value);
  [[nodiscard]] std::string text() const { return body_ + "}"; }

private:
  std::string body_ = "{";
};

// A JSON array of values that are JSON already.
class JsonArray {
public:
  void add_raw(std::string_view value);
  void add(std::string_view value) { add_raw(json_string(value)); }
  [[nodiscard]] std::string text() const { return body_ + "]"; }

private:
  std::string body_ = "[";
};

} // namespace outpost
