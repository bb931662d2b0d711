// Profiles of models that nobody has fitted, as data: made with `outpost profile` on the questions
// that ship with Outpost, SmolLM2-135M for the smallest, Qwen2.5-Coder-0.5B for those above.
#include "agents/calling/calling_profile.h"

namespace outpost::agents {
namespace {

constexpr std::uint64_t kCopiesBelow = 250'000'000;     // bytes: up to about 0.3 billion weights
constexpr std::uint64_t kGeneratesFrom = 3'000'000'000; // from about 4 billion on

} // namespace

CallingProfile profile_for_size(std::uint64_t file_bytes) {
  CallingProfile profile;
  if (file_bytes >= kGeneratesFrom) {
    profile.generates = true;
  } else if (file_bytes < kCopiesBelow) {
    profile.copies_text = true;
    profile.word_weight = 60;
    profile.more = {-4.5, 0.25, 1.5, 1.5};
  }
  // Bias, then as CallSign has them.
  profile.due = {-0.5, 4, 0.1, -0.1, 3, -1.2, 0.3, 0.05, 0, 0.02, 0.5};
  profile.correct = {-1.5, 2, 0.05, 0, 2.5, -0.8, 0.8, 0.15, -0.3, 0.05, -0.5};
  return profile;
}

} // namespace outpost::agents
