// Times a peak loop on some of the workers.
#pragma once
#include "kernels/probe/loops.h"
#include "kernels/probe/stopwatch.h"
#include "platform/workers.h"

namespace outpost::kernels::probe {

// Multiply-adds a second of the first `threads` workers together, as the median of `windows`
// windows of about 3 ms after one to warm up; 0 when the processor has no such loop.
double peak_rate(const PeakLoop& loop, platform::Workers& workers, unsigned threads, int windows,
                 const Stopwatch& stopwatch);

} // namespace outpost::kernels::probe
