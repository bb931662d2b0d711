// Matrix times rows of activations, over weights repacked in panels of 16 rows (quant/panel.h).
//
// Bits never depend on the batch: each output is one chain of additions over K in order, whatever
// the number of rows, the tile, or the worker that computes it (per build and ISA).
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "quant/panel.h"

namespace outpost::kernels {

using quant::kOutliersMax;

inline constexpr std::uint32_t kActivationGroup = 32;
// What encodings with blocks of 256 (quant::EncodingShape::is_super) ask for: the groups of such a
// span are joined before its activation scale.
inline constexpr std::uint32_t kWideActivationGroup = 128;
// A group whose largest magnitude is below this quantises to zeros: its reciprocal would overflow.
inline constexpr float kSmallestActivation = 0x1p-100F;
// The largest that a short scale is for: kernels add 23 to its exponent.
inline constexpr float kLargestShortActivation = 0x1p100F;

// Activations as the integer kernels read them, symmetric int8 with one scale per `group` values
// (32 or 128), each row padded with zeros to cols_padded (a multiple of 64, and of `group`).
//   codes  [row_count][cols_padded]
//   scales [row_count][cols_padded / 32]   value = scale * code; equal within a group
//   sums   [row_count][cols_padded / 16]   sum of the codes of each 16
// Short scales are 1 or 1.5 times a power of two, so that scale * dot is exact and its exponent can
// be put into an accumulator's start value; codes have a quarter of a bit less on average.
// Columns far above the others may be kept out of the codes, which are zero there (LLM.int8(),
// Dettmers et al. 2022, arXiv:2208.07339):
//   outliers [row_count][kOutliersMax]     the first outlier_count of them
// A view over the caller's memory, 64-byte aligned.
struct QuantizedRows {
  std::int8_t* codes = nullptr;
  float* scales = nullptr;
  std::int16_t* sums = nullptr;
  std::uint32_t row_count = 0;
  std::uint32_t cols_padded = 0;
  std::uint32_t group = kActivationGroup;
  bool has_short_scales = true;
  float* outliers = nullptr;
  std::uint32_t outlier_count = 0;
};

struct MatmulKernels {
  // Whether dot products of codes of 8 bits cost what those of 4 do, so that weights with minimums
  // are better on levels (quant/levels.h).
  bool prefers_levels = false;

  // Quantises rows [row_begin, row_end) of x [.., x_stride] (cols values each) into `out`.
  // scale = max|x| / 127, code = round-half-even(x * (127 / max|x|)), so -127 .. 127; a short scale
  // is the next one from max|x| / 127.4 on, and code = round-half-even(x * (1 / scale)). A zero
  // group gives zeros. A group with an infinity or NaN (for short scales: with a magnitude above
  // kLargestShortActivation) gets the scale NaN, and so does all that is computed from it: a broken
  // activation shows instead of turning into some number.
  void (*quantize_rows)(const float* x, std::size_t x_stride, std::uint32_t cols,
                        std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out);

  // out[r * out_stride + n] = sum_k w[n][k] * x[r][k] for every row r of x and every weight row n
  // of panels [panel_begin, panel_end); rows beyond w.rows are not written. `scratch`: private to
  // the calling thread, matmul_scratch_bytes(w.cols), 64-byte aligned. scalar/matmul.cpp states the
  // arithmetic; every ISA gives its bits. REQUIRES: a quantised encoding; x.cols_padded >=
  // w.cols_padded; x.group is kWideActivationGroup where the encoding is super, x has short scales
  // where it is not; w has the columns of x's outliers.
  void (*matmul)(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
                 const QuantizedRows& x, float* out, std::size_t out_stride,
                 std::span<std::byte> scratch);

  // The same with float activations x [row_count][x_stride] against weights decoded to float: for
  // F32/F16/BF16 weights, and for every encoding in the precise mode. One chain of fma over k; the
  // bits are scalar's, too.
  void (*matmul_float)(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                       std::uint32_t panel_end, const float* x, std::size_t x_stride,
                       std::uint32_t row_count, float* out, std::size_t out_stride,
                       std::span<std::byte> scratch);

  // Weight row `row` as float (embedding look-up): w.cols values.
  void (*decode_row)(const quant::PackedMatrix& w, std::uint32_t row, float* out);
};

// Rows that the many-row kernels take through a panel at a time.
inline constexpr std::uint32_t kMatmulBlockRows = 96;

// Scratch that one thread needs for matmul of a matrix with `cols` columns.
std::size_t matmul_scratch_bytes(std::uint32_t cols);

} // namespace outpost::kernels
