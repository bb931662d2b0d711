// The two roofs that a measurement is held against, measured beside it in windows of milliseconds:
// on a shared machine they move, and a share of what was possible a minute ago says nothing.
#pragma once
#include <cstddef>

#include "base/clock.h"
#include "base/result.h"
#include "kernels/probe/bandwidth.h"
#include "kernels/probe/loops.h"
#include "kernels/probe/stopwatch.h"
#include "platform/workers.h"

namespace outpost::cli {

class Roof {
public:
  // `bytes`: what a decode step reads. Memory of that size (at most kBytesMax, which no cache
  // holds) is taken to read from.
  static Result<Roof> make(platform::Workers& workers, std::size_t bytes, Clock& clock);

  // All workers together, now.
  [[nodiscard]] double int8_multiply_adds_per_second() const;
  [[nodiscard]] double bytes_per_second() const;

private:
  static constexpr std::size_t kBytesMax = std::size_t{512} << 20;
  static constexpr int kWindows = 3;
  Roof(platform::Workers& workers, kernels::probe::Bandwidth bandwidth, std::size_t bytes,
       const kernels::probe::ProbeLoops& loops, const kernels::probe::Stopwatch& stopwatch);

  platform::Workers* workers_;
  kernels::probe::Bandwidth bandwidth_;
  std::size_t bytes_;
  kernels::probe::ProbeLoops loops_;
  kernels::probe::Stopwatch stopwatch_;
};

} // namespace outpost::cli
