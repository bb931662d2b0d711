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
  profile.tool = {-0.077, 0, 14.157, 35.781, -1.23};
  profile.more = {-2.818, 0.185, 0.378, 1.042, 34.531, -0.021, 0.988};
  profile.due = {-0.126, 0, 0.115, 0, -2.178, 0.275, 0, 1.86, -2.286, 0.06, 3.286, 0, 0, 0, 0};
  profile.correct = {-5.409, 1.18,  0.031,  4.544, -1.651, 0.336, 0, -1.342,
                     -2.088, 0.096, -0.458, 0,     0,      0,     0};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.383, 0, 14.774, 29.983, -1.514};
  profile.more = {-3.433, 0.233, 1.135, 1.128, 24.585, 0.077, 1.077};
  profile.due = {-0.093, 0, 0.599, 0, -2.621, 0.196, 0, 0.091, -2.911, 0.115, 2.682, 0, 0, 0, 0};
  profile.correct = {-2.246, 0.712, 0.704, 2.248, -0.7, 1.033, 0.175, -1.377,
                     -1.638, 0.046, 0.742, 0,     0,    0,     0};
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
