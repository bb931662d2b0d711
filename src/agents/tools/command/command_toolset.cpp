#include "agents/tools/command/command_toolset.h"

#include <utility>

#include "agents/tools/answer_template.h"
#include "chat/json_value.h"
#include "platform/process.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kWordsMax = 500; // of a program's output in an error

platform::ProcessRequest request_for(const CommandTool& command, const Call& call,
                                     const CallContext& context,
                                     const std::filesystem::path& folder) {
  platform::ProcessRequest request;
  request.arguments = command.run;
  request.inherits_environment = false;
  request.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
  request.discards_errors = true;
  request.folder = folder;
  request.memory_limit_bytes = command.memory_limit_bytes;
  request.time_limit = command.time_limit;
  request.output_limit_bytes = command.output_limit_bytes;
  request.input = chat::json_text(json::object{{"tool", call.tool},
                                               {"arguments", call.arguments},
                                               {"request", context.request},
                                               {"principal", context.principal.value},
                                               {"idempotency_key", context.idempotency_key}}) +
                  "\n";
  return request;
}

// JSON where it is JSON, else the text.
json::value content_of(std::string output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == '\r')) output.pop_back();
  auto parsed = chat::parse_json(output);
  return parsed ? *std::move(parsed) : json::value(output);
}

} // namespace

CommandToolset::CommandToolset(std::vector<CommandTool> commands, std::filesystem::path folder)
    : commands_(std::move(commands)), folder_(std::move(folder)) {
  for (const CommandTool& command : commands_) tools_.push_back(command.tool);
}

Result<ToolResult> CommandToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  if (tool == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  const CommandTool& command = commands_[static_cast<std::size_t>(tool - tools_.data())];
  // A program may reach beyond this machine; only whoever wrote the agent file knows that it
  // doesn't.
  const bool must_stay = context.label.confidentiality == chat::Confidentiality::kLocalOnly;
  if (must_stay && !command.takes_local_only) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + call.tool +
                    "' was not called: what it was to be given must stay on this machine, and its "
                    "program may send it on",
                "`takes_local_only: true` of the command says that it does not");
  }
  auto ended = platform::run_process(request_for(command, call, context, folder_), context.cancel);
  if (!ended) {
    // Too much output is the program's fault, not the end of the run's budget.
    const ErrorCode code = ended.error().code;
    return fail(code == ErrorCode::kLimitExceeded ? ErrorCode::kCorruptData : code,
                call.tool + ": " + ended.error().message);
  }
  if (ended->exit_code != 0) {
    return fail(ErrorCode::kInvalidArgument,
                call.tool + " ended with status " + std::to_string(ended->exit_code) +
                    (ended->output.empty() ? "" : ": " + ended->output.substr(0, kWordsMax)));
  }
  ToolResult result;
  result.content = content_of(std::move(ended->output));
  result.label = chat::tool_label(call.tool);
  const json::object* row = result.content.if_object();
  if (row != nullptr && !command.answers.empty()) {
    result.statement = state_row(command.answers, *row, call.arguments);
  } else {
    result.statement = result.content.is_structured() ? chat::json_text(result.content)
                                                      : plain_text(result.content);
  }
  if (result.statement.empty()) result.outcome = ToolResult::Outcome::kNothing;
  return result;
}

} // namespace outpost::agents
