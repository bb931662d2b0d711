#include "agents/calling/call_syntax.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kToolTextMax = 240; // bytes of a description that a model reads
constexpr std::size_t kSlotTextMax = 160;
constexpr std::size_t kChoicesShown = 24;

// Cut at a word, the rest is dropped; one line.
std::string brief(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  if (text.size() > most) {
    const std::size_t space = out.find_last_of(' ');
    if (space != std::string::npos && space > most / 2) out.resize(space);
  }
  for (char& c : out) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return out;
}

std::string_view python_type(SlotType type) {
  switch (type) {
  case SlotType::kString: return "str";
  case SlotType::kInteger: return "int";
  case SlotType::kNumber: return "float";
  case SlotType::kBoolean: return "bool";
  case SlotType::kArray: return "list";
  case SlotType::kObject: return "dict";
  }
  return "str";
}

std::string type_text(const SlotSchema& slot) {
  if (slot.type != SlotType::kArray) return std::string(python_type(slot.type));
  return fmt::format("list[{}]", python_type(slot.item_type));
}

std::string slot_line(const SlotSchema& slot) {
  std::string line = brief(slot.description, kSlotTextMax);
  if (!slot.choices.empty()) {
    line += line.empty() ? "one of" : " One of";
    for (std::size_t i = 0; i < std::min(slot.choices.size(), kChoicesShown); ++i) {
      line += (i == 0 ? " " : ", ") + chat::json_text(slot.choices[i]);
    }
  }
  return line;
}

std::string python_note(const CallableTool& tool) {
  std::string head;
  std::string lines;
  for (const SlotSchema& slot : tool.slots) {
    head += fmt::format("{}{}: {}", head.empty() ? "" : ", ", slot.name, type_text(slot));
    if (!slot.required) {
      head += " = " + (slot.fallback ? chat::json_text(*slot.fallback) : std::string("None"));
    }
    if (const std::string line = slot_line(slot); !line.empty()) {
      lines += fmt::format("    {}: {}\n", slot.name, line);
    }
  }
  return fmt::format("def {}({}):\n    \"\"\"{}\n{}    \"\"\"\n", tool.name, head,
                     brief(tool.description, kToolTextMax), lines);
}

std::string json_note(const CallableTool& tool) {
  std::string slots;
  for (const SlotSchema& slot : tool.slots) {
    slots +=
        fmt::format("{}{}: {}", slots.empty() ? "" : ", ", json_string(slot.name),
                    json_string(fmt::format("{}{}. {}", type_text(slot),
                                            slot.required ? "" : ", optional", slot_line(slot))));
  }
  return fmt::format("{{\"name\": {}, \"description\": {}, \"arguments\": {{{}}}}}\n",
                     json_string(tool.name), json_string(brief(tool.description, kToolTextMax)),
                     slots);
}

// A Lark string literal.
std::string literal(std::string_view text) { return json_string(text); }

} // namespace

std::string_view to_string(CallSyntax syntax) {
  return syntax == CallSyntax::kPython ? "python" : "json";
}

std::optional<CallSyntax> parse_call_syntax(std::string_view name) {
  if (name == "python") return CallSyntax::kPython;
  if (name == "json") return CallSyntax::kJson;
  return std::nullopt;
}

std::string tool_note(CallSyntax syntax, const CallableTool& tool) {
  return syntax == CallSyntax::kPython ? python_note(tool) : json_note(tool);
}

std::string call_opening(CallSyntax syntax, const CallableTool& tool) {
  if (syntax == CallSyntax::kPython) return tool.name;
  return fmt::format("{{\"name\": {}, \"arguments\":", json_string(tool.name));
}

std::string named_call(CallSyntax syntax, const CallableTool& tool) {
  const std::string opening = call_opening(syntax, tool);
  const bool is_python = syntax == CallSyntax::kPython;
  if (tool.slots.empty()) return opening + call_closing(syntax, true);
  if (!tool.slots.front().required) return opening + (is_python ? "(" : " {");
  return opening + (is_python ? "(" : " {\"") + tool.slots.front().name;
}

std::string slot_opening(CallSyntax syntax, const SlotSchema& slot, bool first) {
  if (syntax == CallSyntax::kPython) return fmt::format("{}{}=", first ? "(" : ", ", slot.name);
  return fmt::format("{}{}: ", first ? " {" : ", ", json_string(slot.name));
}

std::string call_closing(CallSyntax syntax, bool empty) {
  if (syntax == CallSyntax::kPython) return empty ? "()" : ")";
  return empty ? " {}}" : "}}";
}

std::string open_call_text(CallSyntax syntax, const CallableTool& tool,
                           const json::object& arguments) {
  std::string text = call_opening(syntax, tool);
  bool first = true;
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    if (value == nullptr) continue;
    text += slot_opening(syntax, slot, first) + chat::json_text(*value);
    first = false;
  }
  return text;
}

std::string call_text(CallSyntax syntax, const CallableTool& tool, const json::object& arguments) {
  return open_call_text(syntax, tool, arguments) + call_closing(syntax, arguments.empty());
}

// first_k: the arguments from slot k on when none stands before, next_k: when one does. Compulsory
// slots come first, so only the others may be passed over.
grammar::GrammarSpec arguments_grammar(CallSyntax syntax, const CallableTool& tool,
                                       const ValueSource& source) {
  std::string rules = "start: first_0\n";
  const std::size_t count = tool.slots.size();
  for (std::size_t k = 0; k < count; ++k) {
    const SlotSchema& slot = tool.slots[k];
    const std::string skip_first = slot.required ? "" : fmt::format(" | first_{}", k + 1);
    const std::string skip_next = slot.required ? "" : fmt::format(" | next_{}", k + 1);
    rules += fmt::format("first_{}: {} value_{} next_{}{}\n", k,
                         literal(slot_opening(syntax, slot, true)), k, k + 1, skip_first);
    rules += fmt::format("next_{}: {} value_{} next_{}{}\n", k,
                         literal(slot_opening(syntax, slot, false)), k, k + 1, skip_next);
    rules += value_rules(fmt::format("value_{}", k), slot, source);
  }
  // A comma ends a call too: a model that means to go on writes it in one token with the quotation
  // mark before it, and without that token it would go on inside the text.
  rules += fmt::format("first_{0}: {1}\nnext_{0}: {2} | \",\"\n", count,
                       literal(call_closing(syntax, true)), literal(call_closing(syntax, false)));
  grammar::GrammarSpec spec;
  spec.kind = grammar::GrammarSpec::Kind::kLark;
  spec.text = std::move(rules);
  return spec;
}

json::object read_arguments(CallSyntax syntax, const CallableTool& tool, std::string_view text) {
  json::object arguments;
  for (const SlotSchema& slot : tool.slots) {
    const std::string opening = slot_opening(syntax, slot, arguments.empty());
    if (!text.starts_with(opening)) continue;
    text.remove_prefix(opening.size());
    json::stream_parser parser;
    boost::system::error_code error;
    const std::size_t used = parser.write_some(text.data(), text.size(), error);
    if (error) return arguments;
    if (!parser.done()) parser.finish(error); // a number that ends where the text does
    if (error) return arguments;
    arguments[slot.name] = parser.release();
    text.remove_prefix(used);
  }
  return arguments;
}

} // namespace outpost::agents
