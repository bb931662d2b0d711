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
  profile.scores_names = false; // fitted with them, the weight of names was 0.003
  profile.examples = 2;         // as right as with eight, and less to read and attend to
  profile.tool = {0, 5.092, 6.573, 37.42, -0.639};
  profile.more = {-2.979, 0, 0.679, 1.366, 14.567, -0.944, 1.661, 0.905};
  profile.due = {0.671, 0.205, 0, 0, -2.573, 0.358, 0, 1.37, -3.501, 0.262, 2.444, 0, 0, 0, 0};
  profile.correct = {-5.022, 3.389, 0,     3.569, -0.489, 1.478,  0,     -1.479,
                     -2.66,  0.231, 0.677, 0,     0.625,  -0.116, -1.132};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.266, 7.086, 11.781, 29.511, -1.347};
  profile.more = {-3.758, 0.367, 0.997, 2.029, 7.396, -2.275, 1.328, 1.231};
  profile.due = {-0.831, 0,     0.254, 1.875, -1.241, 0.786, 0, 0.188,
                 -0.741, 0.354, 2.509, 0,     0,      0,     0};
  profile.correct = {-3.503, 1.314, 0.279, 1.507, -0.809, 0.382, 0.002, -0.903,
                     -0.843, 0.211, 0.16,  0,     0.808,  0.035, -1.361};
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
