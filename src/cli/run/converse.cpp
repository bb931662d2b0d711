#include "cli/run/converse.h"

#include "cli/run/line_editor.h"

namespace outpost::cli {

Result<std::string> given_request(const Invocation& invocation, const RunOptions& options) {
  OUTPOST_TRY(std::string request, one_shot_prompt(invocation, options));
  if (!request.empty()) return request;
  return fail(ErrorCode::kInvalidArgument, "there is no request",
              "give it on the command line or on standard input");
}

Status converse(const Invocation& invocation,
                const std::function<Status(const std::string& request)>& say) {
  LineEditor editor(invocation.streams, invocation.environment.state_folder / "history");
  invocation.streams.err << "/exit or Ctrl-D ends; Ctrl-C stops a run\n";
  while (const auto line = editor.read("> ")) {
    if (*line == "/exit" || *line == "/quit") break;
    if (line->find_first_not_of(" \t") == std::string::npos) continue;
    invocation.cancel.reset(); // a Ctrl-C at the prompt or in the last run is spent
    const Status said = say(*line);
    if (!said) invocation.streams.err << printable(said.error().message) << "\n";
  }
  return {};
}

} // namespace outpost::cli
