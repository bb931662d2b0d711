#include "agents/calling/worked_examples.h"

#include <algorithm>

#include "agents/calling/question_set.h"
#include "base/assert.h"

namespace outpost::agents {
namespace {

// The calls as lines; the first of a slot's accepted values.
std::string calls_text(CallSyntax syntax, const CallQuestion& example,
                       const std::vector<CallableTool>& tools) {
  std::string text;
  for (const AcceptedCall& call : example.calls) {
    const auto tool = std::ranges::find(tools, call.name, &CallableTool::name);
    OUTPOST_ASSERT(tool != tools.end());
    boost::json::object arguments;
    for (const auto& [slot, accepted] : call.arguments) {
      arguments[slot] = accepted.as_array().front();
    }
    text += (text.empty() ? "" : "\n") + call_text(syntax, *tool, arguments);
  }
  return text.empty() ? std::string(kNoneWord) : text + "\n" + std::string(kDoneWord);
}

std::vector<chat::Message> turns_of(CallSyntax syntax) {
  std::vector<chat::Message> turns;
  const auto examples = read_questions(shipped_examples());
  OUTPOST_ASSERT(examples); // they are ours
  for (const CallQuestion& example : *examples) {
    std::vector<CallableTool> tools;
    std::vector<const CallableTool*> listed;
    for (const chat::ToolDefinition& definition : example.prompt.tools) {
      auto tool = read_tool(definition);
      OUTPOST_ASSERT(tool);
      tools.push_back(std::move(*tool));
    }
    for (const CallableTool& tool : tools) listed.push_back(&tool);
    turns.push_back(
        chat::user_message(request_text(syntax, listed, example.prompt.messages.back().text)));
    turns.push_back(chat::assistant_message(calls_text(syntax, example, tools)));
  }
  return turns;
}

} // namespace

std::string calling_instructions() {
  return "You answer requests with calls of the functions that are given. Write one call a line, "
         "and \"done\" after the last. Take the values from the request; leave out optional "
         "arguments that it does not give. When no function does what is asked, write \"none\".";
}

std::string request_text(CallSyntax syntax, std::span<const CallableTool* const> tools,
                         std::string_view request) {
  std::string text = "Functions:\n\n";
  for (const CallableTool* tool : tools) text += tool_note(syntax, *tool) + "\n";
  return text + "Request: " + std::string(request);
}

const std::vector<chat::Message>& example_turns(CallSyntax syntax) {
  if (syntax == CallSyntax::kPython) {
    static const std::vector<chat::Message> python = turns_of(CallSyntax::kPython);
    return python;
  }
  static const std::vector<chat::Message> json = turns_of(CallSyntax::kJson);
  return json;
}

} // namespace outpost::agents
