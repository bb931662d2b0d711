#include "kernels/probe/bandwidth.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/checked.h"

namespace outpost::kernels::probe {
namespace {

constexpr double kWindowSeconds = 3e-3;
constexpr int kReadWindows = 3;
constexpr std::size_t kTouchBytes = 4096;

} // namespace

Bandwidth::Bandwidth(platform::Workers& workers, platform::Arena arena, const ProbeLoops& loops,
                     const Stopwatch& stopwatch)
    : workers_(&workers), arena_(std::move(arena)), loops_(loops), stopwatch_(stopwatch) {}

Result<Bandwidth> Bandwidth::make(platform::Workers& workers, std::size_t bytes_max,
                                  platform::PageSize page_size, const ProbeLoops& loops,
                                  const Stopwatch& stopwatch) {
  OUTPOST_TRY(platform::Arena arena, platform::Arena::make(bytes_max, page_size));
  const std::span<std::byte> bytes = arena.bytes();
  workers.run([&](unsigned worker) {
    const auto [begin, end] = workers.share(bytes.size() / kTouchBytes, worker);
    for (std::size_t i = begin; i < end; ++i) bytes[i * kTouchBytes] = std::byte{1};
  });
  return Bandwidth(workers, std::move(arena), loops, stopwatch);
}

double Bandwidth::measure(std::size_t bytes, unsigned threads) const {
  OUTPOST_ASSERT(bytes <= arena_.bytes().size() && threads >= 1);
  const std::size_t each =
      std::max(bytes / threads / kReadBlockBytes, std::size_t{1}) * kReadBlockBytes;
  return std::max(measure_loop(loops_.read, each, threads),
                  measure_loop(loops_.read_streams, each, threads));
}

double Bandwidth::measure_loop(ReadLoop loop, std::size_t bytes_each, unsigned threads) const {
  int passes = 1;
  const auto read_all = [&] {
    workers_->run([&](unsigned worker) {
      if (worker >= threads) return;
      const std::byte* mine = arena_.bytes().data() + worker * bytes_each;
      for (int pass = 0; pass < passes; ++pass) loop(mine, bytes_each);
    });
  };
  read_all(); // into the caches, as far as they take it
  const double once = stopwatch_.seconds(read_all);
  passes = once >= kWindowSeconds ? 1 : static_cast<int>(kWindowSeconds / std::max(once, 1e-7)) + 1;
  const double seconds = stopwatch_.median_seconds(kReadWindows, read_all);
  return static_cast<double>(bytes_each) * threads * passes / seconds;
}

} // namespace outpost::kernels::probe
