// Reference logits cut to each position's highest ones (the .npz files of OUTPOST_GOLDEN_DIR), and
// the distance of ours from them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace outpost::testing {

struct Reference {
  std::vector<std::int32_t> ids;     // the tokens, [positions]
  std::vector<std::int32_t> top_ids; // [positions][kept], highest first
  std::vector<float> top_logits;     // [positions][kept]
  std::vector<float> log_sums;       // log-sum-exp of all logits, [positions]

  [[nodiscard]] std::size_t kept() const { return ids.empty() ? 0 : top_ids.size() / ids.size(); }
};

// From the archive, or from a folder with what is in it. Empty when it cannot be read.
Reference read_reference(const std::filesystem::path& npz);

struct Divergence {
  double mean_kl = 0;        // over the kept tokens and one bucket for all others
  double max_difference = 0; // of log-probabilities, in nats, within the 16 highest
  double first_choice = 0;   // share of positions where the highest is the same
};

// `logits`: [positions][vocabulary].
Divergence diverge(const Reference& reference, std::span<const float> logits);

} // namespace outpost::testing
