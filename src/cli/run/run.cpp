#include "cli/run/run.h"

#include <fmt/format.h>

#include "cli/files.h"

namespace outpost::cli {
namespace {

bool is_agent_file(const std::string& target) {
  return target.ends_with(".yaml") || target.ends_with(".yml");
}

Status run_target(const Invocation& invocation, const RunOptions& options) {
  return is_agent_file(options.target) ? run_agent(invocation, options)
                                       : run_model(invocation, options);
}

void add_sampling_flags(CLI::App& command, RunOptions& options) {
  chat::Sampling& sampling = options.sampling;
  command.add_option("--temperature", sampling.temperature, "0 is greedy")->capture_default_str();
  command.add_option("--top-k", sampling.top_k, "0 is off")->capture_default_str();
  command.add_option("--top-p", sampling.top_p, "1 is off")->capture_default_str();
  command.add_option("--min-p", sampling.min_p, "0 is off")->capture_default_str();
  command.add_option("--repetition-penalty", sampling.repetition_penalty, "1 is off")
      ->capture_default_str();
  command.add_option("--frequency-penalty", sampling.frequency_penalty, "0 is off")
      ->capture_default_str();
  command.add_option("--presence-penalty", sampling.presence_penalty, "0 is off")
      ->capture_default_str();
  command.add_option("--stop", options.stop, "text that ends the answer; may be repeated");
  command.add_option("--max-tokens", options.max_tokens, "of the answer")
      ->check(CLI::Range(1u, 1u << 20))
      ->capture_default_str();
}

} // namespace

Result<std::string> one_shot_prompt(const Invocation& invocation, const RunOptions& options) {
  std::string prompt = fmt::format("{}", fmt::join(options.prompt, " "));
  if (invocation.streams.in_is_terminal) return prompt;
  OUTPOST_TRY(const std::string piped, read_text("-"));
  if (prompt.empty()) return piped;
  return piped.empty() ? prompt : prompt + "\n\n" + piped;
}

void add_run(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<RunOptions>();
  CLI::App& command =
      add_command(parent, "run", "Talk to a model, or give an agent something to do",
                  "outpost run smollm2-135m \"Write a haiku about snow\"\n"
                  "outpost run smollm2-135m                      # a conversation\n"
                  "git diff | outpost run smollm2-135m \"Describe this change\"\n"
                  "outpost run smollm2-135m --json-schema s.json \"Ann is 31\"\n"
                  "outpost run examples/support-desk/agent.yaml \"Where is order A-20417?\"");
  command
      .add_option("target", options->target,
                  "a model (alias or file), an agent file or a team file (.yaml)")
      ->required();
  command.add_option("prompt", options->prompt,
                     "the request; none: standard input, or a conversation");
  command.add_option("--system", options->system, "the system message");
  command.add_option("--json-schema", options->schema_file,
                     "a JSON Schema that the answer must satisfy");
  add_sampling_flags(command, *options);
  CLI::Option* seed = command.add_option("--seed", options->seed, "the same seed, the same answer");
  command.add_option("--context", options->context_tokens, "tokens of context; 0: the model's own")
      ->capture_default_str();
  command.add_option("--threads", options->threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_option("--model", options->model, "agents: another model than the agent's own");
  command.add_flag("--json", options->json, "print one JSON object");
  command.add_flag("--quiet", options->quiet, "nothing on standard error but errors");
  command.callback([options, seed, &invocation] {
    options->has_seed = seed->count() != 0;
    invocation.action = [options, &invocation] { return run_target(invocation, *options); };
  });
}

} // namespace outpost::cli
