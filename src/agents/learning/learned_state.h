// What an agent has learnt from confirmed uses: which words its tools are asked for with. It stands
// in a file beside the agent file (agent.yaml.learned.jsonl), a stack of whole states, one a line:
// learning adds a line, undoing takes the last one off, which leaves the file as it was, bit for
// bit. It is a list of requests, no weights: an operator can read, commit or delete the file.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "agents/spec/agent_spec.h"
#include "base/result.h"

namespace outpost::agents {

// A request that was rightly handled by this tool or reply.
struct ConfirmedUse {
  std::string request;
  std::string tool;
  friend bool operator==(const ConfirmedUse&, const ConfirmedUse&) = default;
};

struct LearnedState {
  std::uint64_t version = 0; // 0: nothing learnt
  std::int64_t made_ms = 0;
  std::vector<ConfirmedUse> examples; // all of them, not just the newest
  // The stored evaluation that let it pass.
  std::size_t questions = 0;
  std::size_t right_before = 0;
  std::size_t right_after = 0;
};

inline constexpr std::size_t kLearnedExamplesMax = 2000;
inline constexpr std::size_t kLearnedFileBytesMax = 32U << 20U;

std::filesystem::path learned_path(const std::filesystem::path& agent_file);

// The newest state; an empty one when there is no file. kCorruptData names the line.
Result<LearnedState> read_learned(const std::filesystem::path& agent_file);
// The file is written anew beside and renamed: it has the old states or the new ones, never a part.
Status push_learned(const std::filesystem::path& agent_file, const LearnedState& state);
// kNotFound when nothing is learnt.
Status pop_learned(const std::filesystem::path& agent_file);

// Puts them beside the declared examples, as uses (CandidateIndex counts their words). Those of
// tools and replies that the agent no longer has are passed over.
void add_learned(const LearnedState& state, AgentSpec& spec);

} // namespace outpost::agents
