// Profiles of models that nobody has fitted, as data: what tests/agents/fit_calls gave on the
// questions that ship with Outpost: all of them for SmolLM2-135M (the smallest), every second for
// Qwen2.5-Coder-0.5B (those above). Weights are in the order of ToolSigns, MoreSigns and CallSign.
#include "agents/calling/calling_profile.h"

namespace outpost::agents {
namespace {

constexpr std::uint64_t kCopiesBelow = 250'000'000;     // bytes: up to about 0.3 billion weights
constexpr std::uint64_t kGeneratesFrom = 3'000'000'000; // from about 4 billion on

CallingProfile smallest() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kJson;
  profile.copies_text = true;
  profile.tool = {-0.007, 0.099, 9.712, 32.623, -0.998};
  profile.more = {-2.868, 0.155, 0.878, 1.037, 9.480, 0.812, 1.237};
  profile.due = {-0.936, 0, 0.173, -0.385, 0, -2.666, 0.190, 0, 1.362, -2.905, 0.639, 0.105, 2.214};
  profile.correct = {-1.344, 0,      0.132,  -0.228, 1.152, -1.580, 0.336,
                     0.087,  -1.858, -3.549, 0.211,  0.059, -0.061};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.254, 0.227, 4.170, 19.044, -1.327};
  profile.more = {-4.019, 0.199, -0.388, 0.926, 15.547, 0.904, 2.281};
  profile.due = {-0.922, 0, 0.278, -0.324, 2.036, -2.149, 0, 0, 0.865, -2.856, 0.348, 0.106, 3.504};
  profile.correct = {0.174, 0,      0.215,  -0.233, 0.975, -1.420, 0.723,
                     0,     -1.553, -2.620, 0,      0.061, 0.748};
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
