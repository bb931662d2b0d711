// Profiles of models that nobody has fitted, as data: what tests/agents/fit_calls gave on the
// questions that ship with Outpost for SmolLM2-135M (the smallest) and Qwen2.5-Coder-0.5B (those
// above). Weights are in the order of ToolSigns, MoreSigns and CallSign.
#include "agents/calling/calling_profile.h"

namespace outpost::agents {
namespace {

constexpr std::uint64_t kCopiesBelow = 250'000'000;     // bytes: up to about 0.3 billion weights
constexpr std::uint64_t kGeneratesFrom = 3'000'000'000; // from about 4 billion on

CallingProfile smallest() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kJson;
  profile.copies_text = true;
  profile.tool = {0.016, 6.497, 11.123, 35.26, -0.974};
  profile.more = {-3.025, 0.125, 0.962, 1.404, 14.356, -0.843, 1.582};
  profile.due = {-0.734, 0,     0,     0, -1.462, 0.103, 0,     1.239,
                 -3.079, 0.158, 1.108, 0, 0,      0.67,  -1.015};
  profile.correct = {-3.824, 2.876, 0.02, 3.174, -0.402, 1.348,  0,     -1.579,
                     -3.164, 0.069, 0.72, 0.013, 0.608,  -0.127, -1.154};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.25, 5.18, 10.697, 31.359, -1.365};
  profile.more = {-3.647, 0.336, 1.188, 1.895, 7.955, -1.492, 1.383};
  profile.due = {-0.428, 0,     0.23,  0.547, -0.585, 0.623, 0,     0.196,
                 -0.75,  0.194, 1.966, 0,     0,      0.689, -1.382};
  profile.correct = {-2.926, 0.839, 0.244, 1.401, -0.863, 0.263, 0,    -0.801,
                     -0.921, 0.131, 0.202, 0,     0.718,  0.024, -1.39};
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
