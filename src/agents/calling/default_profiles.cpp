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
  profile.tool = {-0.008, 5.274, 9.592, 37.181, -0.378};
  profile.more = {-2.998, 0.097, 0.762, 1.654, 13.922, -0.707, 1.834};
  profile.due = {0.431, 0, 0, 0, -1.817, 0.269, 0, 0.954, -3.083, 0.269, 2.236, 0, 0, 0, 0};
  profile.correct = {-4.285, 2.062, 0,    2.909, -0.658, 1.336,  0,     -1.872,
                     -3.205, 0.31,  0.68, 0,     0.525,  -0.189, -1.216};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.26, 7.057, 11.759, 29.741, -1.339};
  profile.more = {-3.501, 0.282, 1.119, 1.98, 7.867, -1.317, 1.404};
  profile.due = {-0.521, 0, 0.25, 1.573, -1.288, 0.752, 0, 0.139, -0.921, 0.344, 2.6, 0, 0, 0, 0};
  profile.correct = {-2.605, 1.543, 0.272, 1.449, -0.866, 0.32,  0,     -0.841,
                     -1.175, 0.18,  0.09,  0,     0.543,  0.041, -1.299};
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
