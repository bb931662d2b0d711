// How a model is told of tools and writes calls on the way through the pipeline. Two forms; which
// one a model writes better is part of its profile:
//
//   python   def name(base: int, unit: str = None)      name(base=10, unit="cm")
//   json     {"name": .., "parameters": {..}}           {"name": "name", "arguments": {..}}
//
// Values are JSON in both.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/tool_schema.h"
#include "agents/calling/value_grammar.h"
#include "base/result.h"
#include "grammar/constraint.h"

namespace outpost::agents {

enum class CallSyntax { kPython, kJson };
std::string_view to_string(CallSyntax syntax);
std::optional<CallSyntax> parse_call_syntax(std::string_view name);

// After the last call, and instead of any.
inline constexpr std::string_view kDoneWord = "done";
inline constexpr std::string_view kNoneWord = "none";

// A tool in as few words as a model needs to call it.
std::string tool_note(CallSyntax syntax, const CallableTool& tool);

// The beginning of a call, up to where its arguments open. It ends where a token does: what opens
// them ("(city") is one token for many models, and half of it a token that they never write there.
std::string call_opening(CallSyntax syntax, const CallableTool& tool);

// A call as far as it goes without a value: call_opening() and the name of the first compulsory
// argument. How likely it is says how likely the tool is, and no tool's is the beginning of
// another's.
std::string named_call(CallSyntax syntax, const CallableTool& tool);

// What stands before a slot's value: `first` when no other argument precedes it.
std::string slot_opening(CallSyntax syntax, const SlotSchema& slot, bool first);
// What closes a call; `empty` when it has no arguments.
std::string call_closing(CallSyntax syntax, bool empty);

// The call as text, and without what closes it.
std::string call_text(CallSyntax syntax, const CallableTool& tool,
                      const boost::json::object& arguments);
std::string open_call_text(CallSyntax syntax, const CallableTool& tool,
                           const boost::json::object& arguments);

// A Lark grammar of what follows call_opening(): every compulsory argument, any of the others.
grammar::GrammarSpec arguments_grammar(CallSyntax syntax, const CallableTool& tool,
                                       const ValueSource& source);

// The arguments from text that the grammar allowed; cut text gives those that are whole.
boost::json::object read_arguments(CallSyntax syntax, const CallableTool& tool,
                                   std::string_view text);

} // namespace outpost::agents
