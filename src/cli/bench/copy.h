// What speculation is worth on text that copies (a file edited, a tool's output quoted), and that
// it costs nothing where nothing is copied. Unlike the other measurements this one runs the whole
// engine, and needs a trained model: random weights copy nothing.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/loaded_model.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::cli {

// The prompt is a turn of ChatML, which the catalogue's models speak; others see plain text.
struct CopyTask {
  std::string name;
  std::string prompt;
  std::uint32_t tokens_max = 0;
  float temperature = 0;
};
std::vector<CopyTask> copy_tasks();

struct MeasuredCopy {
  std::string name;
  std::uint32_t tokens = 0; // of the answer; below 2 there is nothing to measure
  // Decoded a second, after the first token; medians of runs that take turns.
  double tokens_per_second_without = 0;
  double tokens_per_second = 0;
  std::uint64_t drafted = 0, accepted = 0; // of one run
  bool is_same_text = false;               // with and without, every time
};

Result<std::vector<MeasuredCopy>> measure_copies(const app::LoadedModel& loaded,
                                                 std::uint32_t repetitions, Clock& clock,
                                                 const CancelToken& cancel);

} // namespace outpost::cli
