// How many drafted tokens each sequence takes along in the next step: a pure function of what is
// likely to be right, what more rows cost, and what else is in the step.
//
// A drafted row is worth its chance that it and all before it are right. Rows are given to the
// likeliest first, and the number of rows is the one that makes most tokens a second; but only as
// many as let no answer go on notably slower than without any draft.
#pragma once
#include <cstdint>
#include <span>

#include "engine/step_cost.h"

namespace outpost::engine {

// One answer that takes part in the step.
struct DraftView {
  // Of each token it could draft: how likely it is to be right if those before it are.
  std::span<const float> chances;
  std::uint32_t width = 0; // out: how many it drafts, <= chances.size()
};

struct DraftLimits {
  std::uint32_t rows = 0;           // in the step without drafts, > 0
  std::uint32_t draft_rows_max = 0; // in all
};

// Fills in every width and returns their sum.
std::uint32_t plan_drafts(std::span<DraftView> answers, const DraftLimits& limits,
                          const StepCost& cost);

} // namespace outpost::engine
