#include "mcp/canonical_json.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "chat/json_value.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

void append(const json::value& value, std::string& out);

void append_object(const json::object& object, std::string& out) {
  std::vector<std::string_view> keys;
  for (const auto& [key, ignored] : object) keys.emplace_back(key.data(), key.size());
  std::sort(keys.begin(), keys.end());
  out += '{';
  for (const std::string_view key : keys) {
    if (out.back() != '{') out += ',';
    out += chat::json_text(json::string(key)) + ':';
    append(object.at(key), out);
  }
  out += '}';
}

void append(const json::value& value, std::string& out) {
  if (const json::object* object = value.if_object()) return append_object(*object, out);
  const json::array* array = value.if_array();
  if (array == nullptr) {
    out += chat::json_text(value);
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (i != 0) out += ',';
    append((*array)[i], out);
  }
  out += ']';
}

} // namespace

std::string canonical_json(const json::value& value) {
  std::string out;
  append(value, out);
  return out;
}

} // namespace outpost::mcp
