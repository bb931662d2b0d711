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
  profile.due = {-0.641, 0, 0, 0,     -2.538, 0.596,  -0.115, 1.011, 0, 0.159, 1.308, 0, 0,
                 0,      0, 0, 0.143, -1.153, -0.109, -1.671, 0,     0, 0,     0,     0, 0};
  profile.correct = {-2.282, 0,      0,     1.907,  -0.194, 0.637,  -0.055, -0.629, 0,
                     0.061,  0.461,  0,     0.525,  -0.039, -0.422, 0.712,  0,      -0.574,
                     -0.415, -1.335, -0.22, -2.149, -0.199, 0,      -0.199, -1.061};
  return profile;
}

CallingProfile middle() {
  CallingProfile profile;
  profile.syntax = CallSyntax::kPython;
  profile.copies_text = false;
  profile.tool = {0.266, 7.086, 11.781, 29.511, -1.347};
  profile.more = {-3.758, 0.367, 0.997, 2.029, 7.396, -2.275, 1.328, 1.231};
  profile.due = {-2.299, 0, 0.158, 1.922, -1.252, 0.852,  -0.213, 0.196, 0, 0.152, 2.951, 0, 0,
                 0,      0, 0,     0.087, -0.973, -0.156, -0.668, 0,     0, 0,     0,     0, 0};
  profile.correct = {-3.159, 0.379,  0.105, 2.063, -0.395, 0.154,  -0.009, -0.468, 0,
                     0.07,   0.313,  0,     0.573, -0.016, -0.527, 0.162,  0.026,  -0.304,
                     -1.155, -0.874, -0.1,  -2.47, -0.038, -0.172, -0.177, -1.631};
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
