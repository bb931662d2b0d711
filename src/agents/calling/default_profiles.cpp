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
  profile.tool = {-0.079, 0.216, 6.745, 34.901, -0.558};
  profile.more = {-2.709, 0.103, 1.358, 0.592, 6.376, 1.160, 0};
  profile.due = {-0.097, 0, 0.170, -0.258, 0, -2.293, 0.297, 0, 1.172, -2.987, 0.602, 0.098, 2.012};
  profile.correct = {-1.860, 0,      0.110,  -0.188, 1.650, -1.522, 0.277,
                     0.087,  -1.967, -3.392, 0.250,  0.051, -0.086};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.216, 0.293, 6.723, 17.790, -0.993};
  profile.more = {-3.086, 0.104, 1.360, 0.843, 6.363, 1.189, 0};
  profile.due = {-0.418, 0,     0.328,  -0.354, 2.130, -1.732, 0.331,
                 0,      0.689, -3.691, 0.252,  0.068, 2.677};
  profile.correct = {-2.919, 1.391,  0.169,  -0.106, 3.816, -0.914, 1.291,
                     0,      -1.795, -3.169, 0,      0.036, 1.417};
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
