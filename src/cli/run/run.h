// outpost run MODEL|AGENT.yaml [PROMPT]: one answer, an answer to what is piped in, or a
// conversation.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "cli/invocation.h"

namespace outpost::cli {

struct RunOptions {
  std::string target; // an alias, a model file or an agent file
  std::vector<std::string> prompt;
  std::string system;
  std::string schema_file;
  std::vector<std::string> stop;
  chat::Sampling sampling;
  std::uint64_t seed = 0;
  bool has_seed = false;
  std::uint32_t max_tokens = 512;
  std::uint32_t context_tokens = 0; // 0: what the model was made for, within memory
  unsigned threads = 0;
  std::string model; // agents: another model than the agent file names
  bool json = false;
  bool quiet = false;
};

void add_run(CLI::App& parent, Invocation& invocation);

// The prompt of the command line, with what is piped in below it. Empty: there is none.
Result<std::string> one_shot_prompt(const Invocation& invocation, const RunOptions& options);

Status run_model(const Invocation& invocation, const RunOptions& options);
// An agent file or a team file.
Status run_agent(const Invocation& invocation, const RunOptions& options);

} // namespace outpost::cli
