// Every matmul entry of every table against scalar, to the bit.
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "family.h"
#include "matmul_case.h"

namespace outpost::check_kernels {
namespace {

using kernels::KernelTable;
using quant::BlockFormat;

constexpr std::uint32_t kMaxBatch = 40;
// Widths of small models (576, 640, 896, 1152) and the shortest of all kinds.
constexpr std::uint32_t kCols32[] = {32, 64, 96, 160, 320, 576, 640, 896, 1152};
constexpr std::uint32_t kCols256[] = {256, 512, 768, 1536};
constexpr std::uint32_t kCols1[] = {1, 2, 3, 31, 64, 100, 257, 576, 1025};
constexpr float kUntouched = -123456.0F;

struct Parameters {
  std::uint32_t rows, cols, batch;
  WeightKind weights;
  ActivationKind activations;
  std::uint64_t seed;
};

std::string describe(const KernelTable& table, const BlockFormat& format, const Parameters& p,
                     const std::string& what) {
  return std::string(table.isa) + " " + std::string(format.name) + " " + what + ": rows " +
         std::to_string(p.rows) + " cols " + std::to_string(p.cols) + " batch " +
         std::to_string(p.batch) + " weights " +
         std::string(kWeightKinds[static_cast<std::size_t>(p.weights)]) + " activations " +
         std::string(kActivationKinds[static_cast<std::size_t>(p.activations)]) + " (--seed " +
         std::to_string(p.seed) + " --rounds 1 --only " + std::string(format.name) + ")";
}

bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

// The first place where two arrays differ, in words; empty when none.
std::string difference(const AlignedArray<float>& expected, const AlignedArray<float>& actual) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!same_bits(expected[i], actual[i]))
      return " at " + std::to_string(i) + " expected " + std::to_string(expected[i]) + " got " +
             std::to_string(actual[i]);
  return {};
}

// An output array a little wider than the matrix, so that a write beyond a row shows.
struct Output {
  std::uint32_t stride;
  AlignedArray<float> values;
  Output(std::uint32_t rows, std::uint32_t batch)
      : stride(rows + 3), values(std::size_t{batch} * stride, kUntouched) {}
};

// Two calls that share the panels unevenly: what a second worker does must not matter.
template <class Multiply>
void multiply_in_two(std::uint32_t panels, const Multiply& multiply) {
  const std::uint32_t middle = panels / 3;
  multiply(middle, panels);
  multiply(0u, middle);
}

// Rows may be padded further than one matrix asks, and have wider groups, when another one needs
// it.
QuantizedArrays quantized_for(const quant::PackedMatrix& matrix, std::uint32_t batch) {
  const quant::EncodingShape& shape = quant::shape_of(matrix.encoding);
  const bool is_wide = shape.is_super() || matrix.rows % 3 == 0;
  const std::uint32_t group = is_wide ? kernels::kWideActivationGroup : kernels::kActivationGroup;
  const std::uint32_t unit = is_wide ? group : 64;
  const std::uint32_t cols = (matrix.cols_padded + unit - 1) / unit * unit;
  return {batch, cols + (matrix.rows % 2 == 0 ? 0 : unit), shape, group};
}

// Outliers that have nothing to do with the other columns, from none to as many as there can be.
struct Outliers {
  AlignedArray<float> weights, values;
  std::uint32_t count;

  Outliers(std::uint32_t panels, std::uint32_t batch, Random& random)
      : weights(std::size_t{panels} * kernels::kOutliersMax * quant::kPanelRows),
        values(std::size_t{batch} * kernels::kOutliersMax),
        count(random.next_below(kernels::kOutliersMax + 1)) {
    const auto fill = [&](AlignedArray<float>& floats) {
      for (std::size_t i = 0; i < floats.size(); ++i)
        floats[i] = static_cast<float>(random.next_double() * 20 - 10);
    };
    fill(weights);
    fill(values);
  }
};

struct Inputs {
  Weights weights;
  std::vector<float> x;
  QuantizedArrays quantized;
  Outliers outliers;
  AlignedArray<std::byte> scratch;

  Inputs(const BlockFormat& format, const Parameters& p, Random& random)
      : weights(format, p.rows, p.cols, p.weights, random),
        x(make_activations(p.batch, p.cols, p.activations, random)),
        quantized(quantized_for(weights.matrix, p.batch)),
        outliers(weights.matrix.panel_count(), p.batch, random),
        scratch(kernels::matmul_scratch_bytes(p.cols)) {
    weights.matrix.outliers = outliers.weights.data();
    give_outliers(quantized);
  }
  void give_outliers(QuantizedArrays& rows) {
    rows.view.outliers = outliers.values.data();
    rows.view.outlier_count = outliers.count;
  }
};

void run_matmul(const KernelTable& table, Inputs& in, Output& out) {
  multiply_in_two(in.weights.matrix.panel_count(), [&](std::uint32_t begin, std::uint32_t end) {
    table.matmul.matmul(in.weights.matrix, begin, end, in.quantized.view, out.values.data(),
                        out.stride, {in.scratch.data(), in.scratch.size()});
  });
}

void run_matmul_float(const KernelTable& table, Inputs& in, const Parameters& p, Output& out) {
  multiply_in_two(in.weights.matrix.panel_count(), [&](std::uint32_t begin, std::uint32_t end) {
    table.matmul.matmul_float(in.weights.matrix, begin, end, in.x.data(), p.cols, p.batch,
                              out.values.data(), out.stride,
                              {in.scratch.data(), in.scratch.size()});
  });
}

std::string compare_quantized(const QuantizedArrays& expected, const QuantizedArrays& actual) {
  for (std::size_t i = 0; i < expected.codes.size(); ++i)
    if (expected.codes[i] != actual.codes[i]) return " code " + std::to_string(i);
  for (std::size_t i = 0; i < expected.sums.size(); ++i)
    if (expected.sums[i] != actual.sums[i]) return " sum " + std::to_string(i);
  return difference(expected.scales, actual.scales);
}

void check_case(const Tables& tables, const BlockFormat& format, const Parameters& p,
                Report& report) {
  Random random(p.seed, 1);
  Inputs in(format, p, random);
  const bool is_float = quant::shape_of(format.encoding).is_float();
  const KernelTable& scalar = tables.front();
  scalar.matmul.quantize_rows(in.x.data(), p.cols, p.cols, 0, p.batch, in.quantized.view);

  Output product(p.rows, p.batch);
  Output product_float(p.rows, p.batch);
  Output product_any(p.rows, p.batch);
  run_matmul_float(scalar, in, p, product_float);
  QuantizedArrays any = quantized_for(in.weights.matrix, p.batch);
  fill_with_any_codes(any, random);
  in.give_outliers(any);
  const kernels::QuantizedRows quantized = in.quantized.view;
  if (!is_float) {
    run_matmul(scalar, in, product);
    in.quantized.view = any.view;
    run_matmul(scalar, in, product_any);
  }
  const auto expect = [&](const KernelTable& table, const char* what, const std::string& wrong) {
    ++report.cases;
    if (!wrong.empty()) report.failures.push_back(describe(table, format, p, what) + wrong);
  };
  for (std::size_t i = 1; i < tables.size(); ++i) {
    const KernelTable& table = tables[i];
    const QuantizedArrays rows = quantized_for(in.weights.matrix, p.batch);
    table.matmul.quantize_rows(in.x.data(), p.cols, p.cols, 0, p.batch, rows.view);
    expect(table, "quantize_rows", compare_quantized(in.quantized, rows));
    Output out_float(p.rows, p.batch);
    run_matmul_float(table, in, p, out_float);
    expect(table, "matmul_float", difference(product_float.values, out_float.values));
    if (is_float) continue;
    Output out(p.rows, p.batch);
    in.quantized.view = quantized;
    run_matmul(table, in, out);
    expect(table, "matmul", difference(product.values, out.values));
    Output out_any(p.rows, p.batch);
    in.quantized.view = any.view;
    run_matmul(table, in, out_any);
    expect(table, "matmul of any codes", difference(product_any.values, out_any.values));
  }
}

void check_decode_row(const Tables& tables, const BlockFormat& format, const Parameters& p,
                      Report& report) {
  Random random(p.seed, 1);
  const Weights weights(format, p.rows, p.cols, p.weights, random);
  AlignedArray<float> expected(p.cols);
  AlignedArray<float> row(p.cols);
  const std::uint32_t index = random.next_below(p.rows);
  const std::size_t row_bytes = std::size_t{p.cols} / format.block_values * format.block_bytes;
  if (quant::shape_of(format.encoding).has_levels()) { // which are not the file's weights exactly
    const std::byte* panel = weights.matrix.panel(index / quant::kPanelRows);
    quant::decode_panel_row(format.encoding, panel, index % quant::kPanelRows, 0, p.cols,
                            expected.data());
  } else {
    format.decode(weights.source.data() + index * row_bytes, p.cols, expected.data());
  }
  for (const KernelTable& table : tables) {
    table.matmul.decode_row(weights.matrix, index, row.data());
    ++report.cases;
    if (const std::string wrong = difference(expected, row); !wrong.empty())
      report.failures.push_back(describe(table, format, p, "decode_row") + wrong);
  }
}

template <std::size_t kCount>
std::uint32_t pick(const std::uint32_t (&from)[kCount], Random& random) {
  return from[random.next_below(kCount)];
}

Parameters draw(const BlockFormat& format, std::uint64_t seed) {
  Random random(seed);
  Parameters p;
  p.seed = seed;
  p.cols = format.block_values == 256  ? pick(kCols256, random)
           : format.block_values == 32 ? pick(kCols32, random)
                                       : pick(kCols1, random);
  p.rows = 1 + random.next_below(70);
  p.batch = 1 + static_cast<std::uint32_t>(seed % kMaxBatch); // every size in turn
  p.weights = static_cast<WeightKind>(random.next_below(std::size(kWeightKinds)));
  p.activations = static_cast<ActivationKind>(random.next_below(std::size(kActivationKinds)));
  return p;
}

} // namespace

void check_matmul(const Tables& tables, const Options& options, Report& report) {
  for (const BlockFormat& format : quant::all_packings()) {
    if (!options.only.empty() && format.name != options.only) continue;
    for (unsigned round = 0; round < options.rounds; ++round) {
      const Parameters p = draw(format, options.seed + round);
      check_case(tables, format, p, report);
      check_decode_row(tables, format, p, report);
    }
  }
}

} // namespace outpost::check_kernels
