// What `outpost bench MODEL` measures: a list of workloads, from flags or the standard set.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace outpost::cli {

enum class WorkloadKind : std::uint8_t { kPrefill, kDecode };

struct Workload {
  WorkloadKind kind = WorkloadKind::kPrefill;
  std::uint32_t tokens = 0; // of the prefill, or that each sequence decodes
  std::uint32_t batch = 1;  // sequences that decode together
  // Positions that each sequence has before the measurement begins.
  std::uint32_t depth = 0;
  std::uint32_t shared = 0; // how many of those, in whole pages, all sequences share

  // "pp512", "pp512_d2048", "tg64_x16", "tg64_x16_s1024": for keys of JSON and rows of tables.
  [[nodiscard]] std::string name() const;
  // The longest position of a sequence, and one more.
  [[nodiscard]] std::uint32_t end() const { return depth + tokens; }
  // Tokens that the measured time is divided by.
  [[nodiscard]] std::uint32_t token_count() const { return tokens * batch; }
};

// A sequence that decodes at depth 0 starts from this many tokens, as the peers' benches do.
inline constexpr std::uint32_t kPromptTokens = 16;

// The parts of the standard set, to be asked for by name.
struct WorkloadSet {
  bool prefill = true; // 16 to 2048 tokens at each depth
  bool decode = true;  // one sequence at each depth
  bool batch = true;   // 1 to 32 sequences, with and without a shared prefix of 1024 tokens
  bool warm = true;    // 32 new tokens after 2048 cached ones
};

// Depths are 0, 2048 and 8192, or 7168 where the context ends at 8192; what does not fit the
// context is left out.
std::vector<Workload> standard_workloads(const WorkloadSet& set, std::uint32_t context_tokens);

// The first token after a cached prefix: the warm workload of the standard set.
Workload warm_workload();

struct WorkloadFlags {
  std::vector<std::uint32_t> prefill_tokens = {512};
  std::uint32_t decode_tokens = 64;
  std::vector<std::uint32_t> batches = {1};
  std::vector<std::uint32_t> depths = {0};
  std::uint32_t shared = 0;
};

// Where a prefix is shared, decoding begins after it and `depths` are for the prefill alone.
std::vector<Workload> workloads_of(const WorkloadFlags& flags);

} // namespace outpost::cli
