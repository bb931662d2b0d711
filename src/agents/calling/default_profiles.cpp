// Profiles of models that nobody has fitted, as data: what tests/agents/fit_calls gave on the
// questions that ship with Outpost, every second of them, for SmolLM2-135M (the smallest) and
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
  profile.tool = {-0.09, 0.206, 16.674, 30.595, -1.311};
  profile.more = {-2.63, 0.236, 0.205, 1.121, 30.683, 1.14, 1.231};
  profile.due = {-0.715, 0,     0.151,  -0.375, 0,     -2.242, 0.243,
                 0.029,  1.519, -2.558, 0.645,  0.062, 2.772};
  profile.correct = {-3.895, 0.016,  0.106,  -0.202, 3.461, -1.736, 0.371,
                     0,      -1.402, -3.059, 0.257,  0.065, -0.466};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.322, -0.229, 19.665, 23.87, 0.148};
  profile.more = {-3.14, 0.027, 0.19, 0.938, 23.655, 0.023, 1.751};
  profile.due = {1.041, 0, 0.261, -0.163, 0, -2.427, 0, 0, 1.105, -2.388, 0.36, 0.136, 3.515};
  profile.correct = {-1.72, 1.896,  0.139,  -0.133, 2.527, -1.18, 0.321,
                     0.272, -1.384, -1.221, 0.002,  0.058, 0.57};
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
