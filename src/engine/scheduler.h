// Which rows the next step computes: a pure function from what waits to a plan. It reads no clock
// and keeps no state, so a plan can be repeated and tested as a table.
//
// Answers go on first, one row each (and what a grammar forced); prompts share what is left in
// equal parts between principals. Within one, half is for the prompt that came first and half for
// those that are read soonest: a short one does not wait for a long one, and none takes more than
// twice as long as if they were served as they came. While anybody reads an answer, prompts take at
// most `prompt_rows_beside_answers` of a step: that bounds the pause between two tokens.
#pragma once
#include <cstdint>
#include <span>

#include "chat/chat.h"
#include "engine/scope.h"

namespace outpost::engine {

struct StepLimits {
  std::uint32_t rows_max = 512;
  std::uint32_t logits_rows_max = 64;
  std::uint32_t prompt_rows_beside_answers = 128;
};

// One sequence that has tokens to compute, in order of admission.
struct LaneView {
  ScopeId scope = kSharedScope;
  std::uint32_t pending_rows = 0; // > 0
  std::uint32_t rows_before_logits =
      0;                     // the first of them, which want no logits; all later ones do
  bool is_answering = false; // its prompt is done
  bool is_whole = false;     // all of its rows go into one step, or none
};

// Whether requests of `work_class` take part in the step `turn`, where `best` is the first class of
// those that run: those of later classes go on in every fourth step only, so that they slow the
// first ones little and still come to an end.
[[nodiscard]] bool takes_part(chat::WorkClass work_class, chat::WorkClass best, std::uint64_t turn);

// Fills rows[i] with how many rows lane i gets (0: not in this step) and returns their sum, which
// is above 0 when a lane is there. `turn` (the number of the step) moves the place where sharing
// begins. REQUIRES: rows and lanes are equally long; all limits > 0.
std::uint32_t plan_step(std::span<const LaneView> lanes, const StepLimits& limits,
                        std::uint64_t turn, std::span<std::uint32_t> rows);

// One request that waits to be admitted, in order of arrival.
struct WaitingView {
  ScopeId scope = kSharedScope;
  std::uint32_t running = 0; // requests of the same scope that run now
  chat::WorkClass work_class = chat::WorkClass::kInteractive;
};

// Which of them is admitted next: of the first class, the first of those whose principal has the
// least running.
// REQUIRES: not empty.
std::size_t choose_admission(std::span<const WaitingView> waiting);

} // namespace outpost::engine
