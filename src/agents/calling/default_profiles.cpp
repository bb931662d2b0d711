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
  profile.tool = {-0.013, 6.324, 7.863, 34.076, -1.624};
  profile.more = {-2.877, 0.113, 1.23, 1.385, 13.504, -1.318, 1.555};
  profile.due = {-0.709, 0,     0,     0, -1.661, 0.154, 0,     1.12,
                 -2.942, 0.156, 1.586, 0, 0,      0.668, -0.816};
  profile.correct = {-2.064, 2.466, 0,     2.05,  -0.506, 1.26,  0,     -1.401,
                     -2.893, 0.067, 0.283, 0.077, 0.258,  -0.06, -1.552};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.241, 5.559, 7.361, 29.228, -0.941};
  profile.more = {-3.673, 0.304, 1.225, 1.804, 8.243, -1.143, 1.402};
  profile.due = {0.312,  0,     0.232, 0, -1.235, 0.657, 0,     0.115,
                 -0.922, 0.178, 2.032, 0, 0,      0.683, -1.025};
  profile.correct = {-0.952, 0.094, 0.239,  0,     -1.397, 0.368, 0,     -0.954,
                     -0.701, 0.142, -0.146, 0.001, 0.544,  0.037, -1.639};
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
