#include "mcp/tool_answer.h"

#include <string_view>

namespace outpost::mcp {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& part, std::string_view key) {
  const json::value* value = part.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

// The words of one part of the content.
std::string words_of(const json::object& part) {
  const std::string type = text_of(part, "type");
  if (type == "text") return text_of(part, "text");
  if (type == "resource_link") return "[resource " + text_of(part, "uri") + "]";
  if (type == "resource") {
    const json::value* resource = part.if_contains("resource");
    if (resource != nullptr && resource->is_object()) {
      const std::string text = text_of(resource->get_object(), "text");
      return text.empty() ? "[resource " + text_of(resource->get_object(), "uri") + "]" : text;
    }
  }
  return "[" + type + ", " + text_of(part, "mimeType") + "]";
}

} // namespace

Result<ToolAnswer> read_tool_answer(const json::object& result) {
  ToolAnswer answer;
  const json::value* is_error = result.if_contains("isError");
  answer.is_error = is_error != nullptr && *is_error == true;
  if (const json::value* value = result.if_contains("structuredContent"))
    answer.structured = *value;
  const json::value* content = result.if_contains("content");
  if (content == nullptr && !answer.structured.is_null()) return answer;
  if (content == nullptr || !content->is_array()) {
    return fail(ErrorCode::kCorruptData, "the MCP server answered a call without content");
  }
  for (const json::value& part : content->get_array()) {
    if (!part.is_object()) {
      return fail(ErrorCode::kCorruptData, "the MCP server's content has a part that is no object");
    }
    if (!answer.text.empty()) answer.text += '\n';
    answer.text += words_of(part.get_object());
  }
  return answer;
}

} // namespace outpost::mcp
