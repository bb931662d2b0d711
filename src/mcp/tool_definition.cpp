#include "mcp/tool_definition.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "catalog/digest.h"
#include "mcp/canonical_json.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameBytesMax = 128;
constexpr std::size_t kDescriptionBytesMax = 8U << 10U;
constexpr std::size_t kDefinitionBytesMax = 64U << 10U;
constexpr std::size_t kSchemaDepthMax = 16;

tl::unexpected<Error> refused_tool(const std::string& name, const std::string& why) {
  return fail(ErrorCode::kInvalidArgument, "tool '" + name + "': " + why);
}

// MCP's rule for names, which keeps them apart from anything that has a meaning elsewhere.
bool is_tool_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

// Depth within bounds, and no $ref that leaves the document: nobody fetches what a schema names.
bool is_contained(const json::value& value, std::size_t depth) {
  if (depth > kSchemaDepthMax) return false;
  if (const json::array* array = value.if_array()) {
    return std::all_of(array->begin(), array->end(),
                       [&](const json::value& item) { return is_contained(item, depth + 1); });
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return true;
  const json::value* reference = object->if_contains("$ref");
  if (reference != nullptr && reference->is_string() &&
      !std::string_view(reference->get_string()).starts_with('#')) {
    return false;
  }
  return std::all_of(object->begin(), object->end(), [&](const json::key_value_pair& member) {
    return is_contained(member.value(), depth + 1);
  });
}

bool is_hidden(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || (c >= 0x7F && c < 0xA0) ||
         c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE0FFF);
}

// From the published tool poisoning attacks (reading instructions into descriptions, steering other
// tools, asking for secrets): Invariant Labs, April 2025; MCPTox, 2025.
constexpr auto kPhrases = std::to_array<std::string_view>(
    {"<important>", "<system>", "ignore previous", "ignore all previous", "ignore the above",
     "do not tell the user", "don't tell the user", "do not mention", "without telling",
     "before using this tool", "before calling any", "you must first", "instead of calling",
     "system prompt", "~/.ssh", "id_rsa", ".env file"});

} // namespace

std::vector<std::string> suspicious_signs(std::string_view text) {
  std::vector<std::string> signs;
  std::string lower;
  bool hides = false;
  for (std::string_view rest = text; !rest.empty();) {
    const Utf8 one = decode_utf8(rest);
    hides = hides || is_hidden(one.value);
    const char c = rest.front();
    if (one.size_bytes == 1) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    rest.remove_prefix(one.size_bytes);
  }
  if (hides) signs.emplace_back("it has characters that no reader sees");
  for (const std::string_view phrase : kPhrases) {
    if (lower.find(phrase) != std::string::npos) {
      signs.push_back("it says '" + std::string(phrase) + "'");
    }
  }
  return signs;
}

Result<ToolDefinition> read_tool_definition(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return refused_tool("?", "is no object");
  ToolDefinition made;
  const json::value* name = object->if_contains("name");
  if (name == nullptr || !name->is_string() || !is_tool_name(name->get_string())) {
    return refused_tool("?", "its name must be 1 to 128 letters, digits, '_', '-' and '.'");
  }
  made.name = std::string(name->get_string());
  if (const json::value* text = object->if_contains("description")) {
    if (!text->is_string() || text->get_string().size() > kDescriptionBytesMax) {
      return refused_tool(made.name, "its description is no text of at most " +
                                         std::to_string(kDescriptionBytesMax) + " bytes");
    }
    made.description = std::string(text->get_string());
  }
  const json::value* schema = object->if_contains("inputSchema");
  const json::object* schema_object = schema == nullptr ? nullptr : schema->if_object();
  const json::value* type = schema_object == nullptr ? nullptr : schema_object->if_contains("type");
  if (type == nullptr || *type != "object") {
    return refused_tool(made.name, "its inputSchema is not that of an object");
  }
  if (!is_contained(*schema, 0)) {
    return refused_tool(made.name, "its inputSchema is deeper than " +
                                       std::to_string(kSchemaDepthMax) +
                                       " levels or refers to another document");
  }
  made.input_schema = canonical_json(*schema);
  made.text = canonical_json(value);
  if (made.text.size() > kDefinitionBytesMax) {
    return refused_tool(made.name, "its definition has more than " +
                                       std::to_string(kDefinitionBytesMax) + " bytes");
  }
  made.digest = catalog::sha256_of(made.text).hex();
  made.warnings = suspicious_signs(made.description + '\n' + made.text);
  return made;
}

} // namespace outpost::mcp
