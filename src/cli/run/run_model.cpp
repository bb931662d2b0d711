// A model on the command line: one answer, or a conversation in which Ctrl-C ends the answer and
// not the program.
#include <fmt/format.h>

#include "app/chat_model.h"
#include "cli/files.h"
#include "cli/run/answer_printer.h"
#include "cli/run/bring_model.h"
#include "cli/run/line_editor.h"
#include "cli/run/run.h"

namespace outpost::cli {
namespace {

Result<chat::ChatRequest> base_request(const RunOptions& options) {
  chat::ChatRequest request;
  request.sampling = options.sampling;
  if (options.has_seed) request.sampling.seed = options.seed;
  request.max_tokens = options.max_tokens;
  request.stop = options.stop;
  if (!options.schema_file.empty()) {
    OUTPOST_TRY(request.constraint.emplace().text, read_text(options.schema_file));
  }
  if (!options.system.empty()) {
    request.prompt.messages.push_back(chat::system_message(options.system));
  }
  return request;
}

class Conversation {
public:
  Conversation(const Invocation& invocation, const RunOptions& options, chat::ChatModel& model,
               chat::ChatRequest request)
      : invocation_(invocation), options_(options), model_(model), request_(std::move(request)),
        system_count_(request_.prompt.messages.size()) {}

  // One turn; the answer goes to standard output as it comes.
  Status say(const std::string& text) {
    add_turn(text);
    chat::Answer answer;
    const auto print = [&](const chat::Event& event) {
      if (const auto* delta = std::get_if<chat::TextDelta>(&event)) {
        answer.text += delta->text;
        if (!options_.json) invocation_.streams.out << printable(delta->text) << std::flush;
      } else if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
        answer.tool_calls.push_back(call->call);
      } else {
        answer.finished = std::get<chat::Finished>(event);
      }
    };
    const Status done = model_.chat(request_, print, invocation_.cancel.token());
    if (!done) {
      drop_turn();
      return done;
    }
    finish_turn(answer);
    return {};
  }

  // Forgets all turns; the system message stays.
  void clear() { request_.prompt.messages.resize(system_count_); }

private:
  // A model without a template reads text only: the turns are its text.
  [[nodiscard]] bool has_turns() const { return model_.info().has_chat_template; }

  void add_turn(const std::string& text) {
    if (has_turns()) {
      request_.prompt.messages.push_back(chat::user_message(text));
    } else {
      request_.prompt.messages.clear();
      request_.prompt.text = options_.system.empty() ? text : options_.system + "\n" + text;
    }
  }

  void drop_turn() {
    if (has_turns()) request_.prompt.messages.pop_back();
  }

  void finish_turn(const chat::Answer& answer) {
    const Streams& streams = invocation_.streams;
    if (options_.json) {
      streams.out << answer_json(answer) << "\n";
    } else {
      streams.out << "\n" << std::flush;
      if (!options_.quiet) {
        streams.err << styled(streams, Style::kDim, cost_line(answer.finished)) << "\n";
      }
    }
    if (has_turns()) request_.prompt.messages.push_back(chat::assistant_message(answer.text));
  }

  const Invocation& invocation_;
  const RunOptions& options_;
  chat::ChatModel& model_;
  chat::ChatRequest request_;
  std::size_t system_count_;
};

Status converse(const Invocation& invocation, Conversation& conversation) {
  const Streams& streams = invocation.streams;
  LineEditor editor(streams, invocation.environment.state_folder / "history");
  streams.err << "/clear forgets the conversation, /exit or Ctrl-D ends; Ctrl-C stops an answer\n";
  while (const auto line = editor.read("> ")) {
    if (*line == "/exit" || *line == "/quit") break;
    if (*line == "/clear") {
      conversation.clear();
    } else if (line->find_first_not_of(" \t") != std::string::npos) {
      invocation.cancel.reset(); // a Ctrl-C at the prompt or in the last answer is spent
      const Status said = conversation.say(*line);
      if (!said) streams.err << printable(said.error().message) << "\n";
    }
  }
  return {};
}

} // namespace

Status run_model(const Invocation& invocation, const RunOptions& options) {
  const bool interactive = options.prompt.empty() && invocation.streams.in_is_terminal;
  std::string prompt;
  if (!interactive) {
    OUTPOST_TRY(prompt, one_shot_prompt(invocation, options));
    if (prompt.empty()) {
      return fail(ErrorCode::kInvalidArgument, "there is no prompt",
                  "give it on the command line or on standard input");
    }
  }
  OUTPOST_TRY(chat::ChatRequest request, base_request(options));
  OUTPOST_TRY(const auto path, bring_model(invocation, options.target));
  OUTPOST_TRY(const app::LocalModel local,
              app::open_local_model(path, options.target, {options.threads, options.context_tokens},
                                    invocation.environment));
  if (!local.model->info().has_chat_template && !options.quiet) {
    invocation.streams.err << "this model has no chat template: it completes text\n";
  }
  Conversation conversation(invocation, options, *local.model, std::move(request));
  return interactive ? converse(invocation, conversation) : conversation.say(prompt);
}

} // namespace outpost::cli
