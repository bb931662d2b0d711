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
  profile.tool = {0.003, 6.391, 10.199, 36.011, -1.044};
  profile.more = {-2.919, 0.189, 1.284, 1.593, 12.29, -1.741, 1.346, 0.63};
  profile.due = {0.651, 0, 0, 0, -2.041, 0.242, 0, 1.306, -3.44, 0.243, 2.371, 0, 0, 0, 0};
  profile.correct = {-4.314, 2.797, 0.013, 3.096, -0.554, 1.365,  0,     -1.855,
                     -3.274, 0.284, 0.612, 0.034, 0.396,  -0.147, -1.131};
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
