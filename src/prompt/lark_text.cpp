#include "prompt/lark_text.h"

#include <algorithm>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json_text.h"
#include "chat/json_value.h"
#include "prompt/prompt_json.h"

namespace outpost::prompt {
namespace {

namespace json = boost::json;

// `text` between slashes: everything that means something in a regular expression is escaped.
std::string escaped_for_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(R"(\/^$.|?*+()[]{}-&~#)").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

bool is_required(const json::object& schema, std::string_view key) {
  const json::value* required = schema.if_contains("required");
  const json::array* names = required != nullptr ? required->if_array() : nullptr;
  return names != nullptr && std::ranges::any_of(*names, [&](const json::value& name) {
           return name.is_string() && std::string_view(name.get_string()) == key;
         });
}

// The schema of one argument by itself. What it refers to stands beside it.
std::string value_schema(const json::object& schema, const json::value& property) {
  if (!property.is_object()) return "{}";
  json::object out = property.get_object();
  for (const char* shared : {"$defs", "definitions"}) {
    if (const json::value* defined = schema.if_contains(shared)) out[shared] = *defined;
  }
  return chat::json_text(out);
}

} // namespace

std::string lark_mark(const text::Tokenizer& tokenizer, std::string_view mark) {
  const auto token = tokenizer.find(mark);
  if (token && tokenizer.kind(*token) == text::TokenKind::kControl) {
    return fmt::format("<[{}]>", *token);
  }
  return json_string(mark);
}

std::string lark_until(const text::Tokenizer& tokenizer, std::string_view name,
                       std::string_view mark) {
  const std::string symbol = lark_mark(tokenizer, mark);
  if (symbol.front() == '<')
    return fmt::format("{0}: {0}_text {1}\n{0}_text: /(?s:.*)/\n", name, symbol);
  return fmt::format("{}[lazy]: /(?s:.*){}/\n", name, escaped_for_regex(mark));
}

Result<std::string> arguments_schema(const chat::ToolDefinition& tool) {
  const std::string text = parameters_of(tool);
  const auto parameters = chat::parse_json(text, {.depth = 32});
  if (!parameters || !parameters->is_object()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the parameters of tool '{}' are not a JSON object{}", tool.name,
                            parameters ? std::string() : ": " + parameters.error().message),
                "give a JSON Schema of type object");
  }
  return text;
}

Result<std::string> lark_python_call(const chat::ToolDefinition& tool, std::string_view name) {
  OUTPOST_TRY(const std::string text, arguments_schema(tool));
  OUTPOST_TRY(const json::value parsed, chat::parse_json(text, {.depth = 32}));
  const json::object& schema = parsed.get_object();
  std::vector<std::string> required;
  std::vector<std::string> optional;
  std::string rules;
  const json::value* properties = schema.if_contains("properties");
  if (properties != nullptr && properties->is_object()) {
    std::size_t count = 0;
    for (const auto& property : properties->get_object()) {
      const std::string rule = fmt::format("{}_{}", name, count++);
      rules += fmt::format("{0}: {1} {0}_value\n{0}_value: %json {2}\n", rule,
                           json_string(std::string(property.key()) + "="),
                           value_schema(schema, property.value()));
      (is_required(schema, property.key()) ? required : optional).push_back(rule);
    }
  }
  std::string call = json_string(tool.name + "(");
  for (std::size_t i = 0; i < required.size(); ++i) {
    call += fmt::format("{} {}", i > 0 ? " \", \"" : "", required[i]);
  }
  if (!required.empty()) {
    for (const std::string& rule : optional) call += fmt::format(" (\", \" {})?", rule);
  } else if (!optional.empty()) { // any one may be the first
    std::string firsts;
    for (std::size_t i = 0; i < optional.size(); ++i) {
      firsts += (i > 0 ? " | " : "") + optional[i];
      for (std::size_t n = i + 1; n < optional.size(); ++n) {
        firsts += fmt::format(" (\", \" {})?", optional[n]);
      }
    }
    call += " (" + firsts + ")?";
  }
  return fmt::format("{}: {} \")\"\n{}", name, call, rules);
}

} // namespace outpost::prompt
