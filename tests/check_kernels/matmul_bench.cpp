// Times the matmul entries: a table of shapes of real models by batch sizes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "family.h"
#include "matmul_case.h"
#include "peak.h"
#include "platform/arena.h"
#include "platform/cpu.h"
#include "platform/workers.h"

namespace outpost::check_kernels {
namespace {

using kernels::KernelTable;
using quant::BlockFormat;

struct Shape {
  std::uint32_t rows, cols;
};
// SmolLM2-135M (attention, gate/up, down, head), Qwen2.5-0.5B down, Llama-3.2-1B gate/up.
constexpr Shape kShapes[] = {{576, 576},   {1536, 576}, {576, 1536},
                             {49152, 576}, {896, 4864}, {8192, 2048}};
constexpr unsigned kBatches[] = {1, 2, 4, 8, 16, 32, 128, 512};
// Few-row kernels are bound by memory: they go around copies that no private cache holds.
constexpr std::size_t kCycledBytes = std::size_t{96} << 20;

struct Bench {
  const KernelTable& table;
  quant::PackedMatrix matrix;
  std::span<std::byte> weights; // copies of the packed matrix, one after the other
  std::size_t copies;
  const kernels::QuantizedRows& x;
  std::span<float> out;
  std::vector<AlignedArray<std::byte>*> scratch;
  platform::Workers& workers;
};

void multiply_once(const Bench& bench, std::size_t copy) {
  quant::PackedMatrix matrix = bench.matrix;
  matrix.data = bench.weights.data() + copy * bench.weights.size() / bench.copies;
  bench.workers.run([&](unsigned worker) {
    const auto share = bench.workers.share(matrix.panel_count(), worker);
    AlignedArray<std::byte>& scratch = *bench.scratch[worker];
    bench.table.matmul.matmul(matrix, static_cast<std::uint32_t>(share.begin),
                              static_cast<std::uint32_t>(share.end), bench.x, bench.out.data(),
                              matrix.rows, {scratch.data(), scratch.size()});
  });
}

// Seconds of one multiplication: the best of many short windows, so that other work on the machine
// counts little.
double seconds_per_call(const Bench& bench) {
  using Clock = std::chrono::steady_clock;
  const bool is_scalar = bench.table.isa == "scalar";
  const double macs = double(bench.matrix.rows) * bench.matrix.cols * bench.x.row_count;
  const auto calls = std::max<std::size_t>(1, static_cast<std::size_t>(1e11 / macs * 0.0005));
  double best = 1e9;
  std::size_t copy = 0;
  for (int window = 0; window < (is_scalar ? 1 : 100); ++window) {
    const auto start = Clock::now();
    for (std::size_t i = 0; i < (is_scalar ? 1 : calls); ++i)
      multiply_once(bench, copy++ % bench.copies);
    const std::chrono::duration<double> took = Clock::now() - start;
    best = std::min(best, took.count() / static_cast<double>(is_scalar ? 1 : calls));
  }
  return best;
}

void bench_shape(const Tables& tables, const BlockFormat& format, const Shape& shape,
                 const Options& options, double peak, platform::Workers& workers) {
  Random random(1);
  // Two panels of weights, repeated: timing does not depend on the values.
  const Weights seed(format, 32, shape.cols, WeightKind::kOrdinary, random);
  quant::PackedMatrix matrix = seed.matrix;
  matrix.rows = shape.rows;
  const std::size_t bytes = matrix.panel_bytes * matrix.panel_count();
  const std::size_t copies = std::max<std::size_t>(1, kCycledBytes / bytes);
  auto arena = platform::Arena::make(bytes * copies);
  if (!arena) return;
  const std::span<std::byte> weights = arena->take(bytes * copies);
  for (std::size_t at = 0; at < weights.size(); at += seed.packed.size())
    std::copy_n(seed.packed.data(), std::min(seed.packed.size(), weights.size() - at),
                weights.data() + at);
  std::vector<AlignedArray<std::byte>*> scratch;
  for (unsigned i = 0; i < options.threads; ++i)
    scratch.push_back(new AlignedArray<std::byte>(kernels::matmul_scratch_bytes(shape.cols)));

  std::vector<unsigned> batches = options.batches;
  if (batches.empty()) batches.assign(std::begin(kBatches), std::end(kBatches));
  for (const unsigned batch : batches) {
    const auto x = make_activations(batch, shape.cols, ActivationKind::kOrdinary, random);
    QuantizedArrays rows(batch, matrix.cols_padded, quant::shape_of(matrix.encoding));
    tables.front().matmul.quantize_rows(x.data(), shape.cols, shape.cols, 0, batch, rows.view);
    AlignedArray<float> out(std::size_t{shape.rows} * batch);
    double scalar_seconds_per_mac = 0;
    for (const KernelTable& table : tables) {
      const bool is_scalar = table.matmul.matmul == tables.front().matmul.matmul;
      if (is_scalar && table.isa != "scalar") continue; // no entry of its own
      quant::PackedMatrix part = matrix;
      if (table.isa == "scalar") part.rows = std::min(matrix.rows, 64U * options.threads);
      const Bench bench{table,   part,   weights, copies, rows.view, {out.data(), out.size()},
                        scratch, workers};
      const double seconds = seconds_per_call(bench);
      const double macs = double(part.rows) * part.cols * batch;
      if (table.isa == "scalar") scalar_seconds_per_mac = seconds / macs;
      std::printf(
          "%-6s %-7s %5u x %-5u batch %-4u %8.1f GMAC/s %5.1f %% of peak %7.1f GB/s %7.1fx\n",
          std::string(format.name).c_str(), std::string(table.isa).c_str(), shape.rows, shape.cols,
          batch, macs / seconds * 1e-9,
          peak > 0 ? macs / seconds * 1e-7 / (peak * options.threads) : 0.0,
          double(bytes) * part.rows / matrix.rows / seconds * 1e-9,
          scalar_seconds_per_mac / (seconds / macs));
    }
  }
  for (auto* block : scratch) delete block;
}

} // namespace

void bench_matmul(const Tables& tables, const Options& options) {
  platform::Workers workers(options.threads, platform::usable_cores());
  const double peak = measure_int8_peak();
  std::printf("int8 peak of one thread %.0f GMAC/s; %u threads\n", peak, options.threads);
  for (const BlockFormat& format : quant::all_packings()) {
    if (quant::shape_of(format.encoding).is_float()) continue;
    if (!options.only.empty() && format.name != options.only) continue;
    if (options.rows != 0 && options.cols % format.block_values == 0)
      bench_shape(tables, format, {options.rows, options.cols}, options, peak, workers);
    if (options.rows != 0) continue;
    for (const Shape& shape : kShapes)
      if (shape.cols % format.block_values == 0)
        bench_shape(tables, format, shape, options, peak, workers);
  }
}

} // namespace outpost::check_kernels
