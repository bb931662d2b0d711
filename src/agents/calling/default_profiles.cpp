// Profiles of models that nobody has fitted, as data: what `outpost profile` gave on the questions
// that ship with Outpost for SmolLM2-135M (the smallest) and Qwen2.5-Coder-0.5B (those above).
// Weights are in the order of MoreSigns and CallSign.
#include "agents/calling/calling_profile.h"

namespace outpost::agents {
namespace {

constexpr std::uint64_t kCopiesBelow = 250'000'000;     // bytes: up to about 0.3 billion weights
constexpr std::uint64_t kGeneratesFrom = 3'000'000'000; // from about 4 billion on

CallingProfile smallest() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kJson;
  profile.copies_text = true;
  profile.tool = {1, -1, 60, 0, 0};
  profile.more = {-3.124, 0.248, 3.208, 2.140, 0, 0};
  profile.due = {-3.713, 3.851, 0.211,  -0.071, 7.120, -3.001, 0.536,
                 -0.020, 1.108, -4.211, 0,      0,     3.090};
  profile.correct = {-1.826, 4.710,  0.178,  0.017, 4.264, -2.839, 0.336,
                     0.131,  -1.785, -3.810, 0,     0,     -2.997};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {1, -1, 20, 0, 0};
  profile.more = {-2.990, 0.252, 1.491, 0.463, 0, 0};
  profile.due = {-0.425, 0.970, 0.330,  -0.137, 2.251, -1.057, 3.374,
                 -0.196, 0.659, -4.134, 0,      0,     3.886};
  profile.correct = {-2.376, 3.619,  0.187,  0.160, 3.133, -1.462, 2.785,
                     -0.057, -2.795, -5.084, 0,     0,     0.245};
  return profile;
}

} // namespace

CallingProfile profile_for_size(std::uint64_t file_bytes) {
  if (file_bytes < kCopiesBelow) return smallest();
  CallingProfile profile = middle();
  profile.generates = file_bytes >= kGeneratesFrom;
  return profile;
}

} // namespace outpost::agents
