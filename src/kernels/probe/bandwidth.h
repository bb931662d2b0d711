// Reads a block of memory with some threads and says how fast.
#pragma once
#include <cstddef>

#include "base/result.h"
#include "kernels/probe/loops.h"
#include "kernels/probe/stopwatch.h"
#include "platform/arena.h"
#include "platform/workers.h"

namespace outpost::kernels::probe {

class Bandwidth {
public:
  // Takes `bytes_max` of memory in pages of the given size; the workers touch it first.
  static Result<Bandwidth> make(platform::Workers& workers, std::size_t bytes_max,
                                platform::PageSize page_size, const ProbeLoops& loops,
                                const Stopwatch& stopwatch);

  // Bytes a second with the first `threads` workers, each over its share of the first `bytes`, as
  // the better of the two loops; rounded down to whole blocks. REQUIRES: bytes <= bytes_max.
  [[nodiscard]] double measure(std::size_t bytes, unsigned threads) const;

private:
  Bandwidth(platform::Workers& workers, platform::Arena arena, const ProbeLoops& loops,
            const Stopwatch& stopwatch);
  [[nodiscard]] double measure_loop(ReadLoop loop, std::size_t bytes_each, unsigned threads) const;

  platform::Workers* workers_;
  platform::Arena arena_;
  ProbeLoops loops_;
  Stopwatch stopwatch_;
};

} // namespace outpost::kernels::probe
