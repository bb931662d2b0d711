// The few-row kernel: up to 4 activation rows against panels read straight from their compressed
// form.
#pragma once
#include <utility>

#include "kernels/avx2/arithmetic.h"
#include "kernels/avx2/block.h"
#include "kernels/avx2/dot.h"

namespace outpost::kernels::avx2 {

inline constexpr std::uint32_t kStreamRows = PreparedRows::kMaxRows;

template <Encoding kEncoding, int kRows>
struct Stream {
  using Head = Block<kEncoding>;
  static constexpr EncodingShape kShape = Head::kShape;
  static constexpr int kGroup = int(kShape.group);
  static constexpr int kGroupsPerChunk = 64 / kGroup;

  __m256 total[2][kRows];    // by half of a panel
  __m256 minimums[2][kRows]; // not of super blocks
  __m256 inner[2][kRows];    // of a span of a super block

  // Group kIndex of a chunk; `g` is its number in the panel, kJ its vectors.
  template <int kIndex, int... kJ>
  [[gnu::always_inline]] void add_group(const std::byte* block, int chunk, int half, std::size_t g,
                                        const PreparedRows& x,
                                        std::integer_sequence<int, kJ...> /*vectors*/) {
    constexpr int kVectors = kGroup / 4;
    const std::int8_t* activations = x.codes + g * kGroup;
    const __m256i codes[kVectors] = {
        Head::template codes<kIndex * kVectors + kJ>(block, chunk, half)...};
    const __m256 scale = Head::scale(block, chunk * kGroupsPerChunk + kIndex, half);
    __m256i dots[kRows];
    for (int r = 0; r < kRows; ++r) {
      Dot<Head::kBits> dot;
      dot.start(x.seeds[r * x.groups + g]);
      (dot.add(codes[kJ], broadcast_codes(activations + r * x.code_stride + 4 * kJ), kJ), ...);
      dots[r] = dot.finish(kVectors);
    }
    if constexpr (kShape.is_super()) {
      for (int r = 0; r < kRows; ++r) inner[half][r] = scaled_dot(dots[r], scale, inner[half][r]);
      return;
    }
    const __m256 minimum = Head::minimum(block, chunk * kGroupsPerChunk + kIndex, half);
    const __m256 bias = bias_of(scale);
    for (int r = 0; r < kRows; ++r) {
      const __m256 factor = _mm256_set1_ps(x.scales[r * (x.code_stride / 32) + g]);
      total[half][r] = _mm256_fmadd_ps(factor, scaled_dot(dots[r], scale, bias), total[half][r]);
      if constexpr (kShape.has_minimum)
        minimums[half][r] = _mm256_fmadd_ps(minimum, _mm256_set1_ps(x.products[r * x.groups + g]),
                                            minimums[half][r]);
    }
  }

  void start_span(const std::byte* block, int span) {
    for (int half = 0; half < 2; ++half)
      for (int r = 0; r < kRows; ++r) inner[half][r] = Head::start(block, span, half);
  }

  // The minimums of a span, whose first group in the row is `g`, and its sums into the totals.
  void end_span(const std::byte* block, int span, std::size_t g, const PreparedRows& x) {
    constexpr int kPairs = Head::kSpanGroups / 2;
    for (int half = 0; half < 2; ++half)
      for (int r = 0; r < kRows; ++r) {
        __m256& sum = inner[half][r];
        if constexpr (kShape.has_minimum) {
          const std::int16_t* sums = x.sums + r * x.groups + g;
          __m256i minimum = _mm256_setzero_si256();
          for (int pair = 0; pair < kPairs; ++pair)
            minimum = add_pairs(minimum, Head::minimum_pair(block, span * kPairs + pair, half),
                                sums + 2 * pair);
          sum =
              _mm256_fnmadd_ps(Head::minimum_scale(block, half), _mm256_cvtepi32_ps(minimum), sum);
        }
        const float factor = x.scales[r * (x.code_stride / 32) + g * kGroup / 32];
        total[half][r] = _mm256_fmadd_ps(_mm256_set1_ps(factor), sum, total[half][r]);
      }
  }

  template <int... kIndex>
  [[gnu::always_inline]] void add_chunk(const std::byte* block, int chunk, std::size_t g,
                                        const PreparedRows& x,
                                        std::integer_sequence<int, kIndex...> /*groups*/) {
    constexpr auto kVectors = std::make_integer_sequence<int, kGroup / 4>{};
    for (int half = 0; half < 2; ++half)
      (add_group<kIndex>(block, chunk, half, g + kIndex, x, kVectors), ...);
  }

  void add_panel(const std::byte* panel, std::uint32_t cols, const PreparedRows& x) {
    for (int half = 0; half < 2; ++half)
      for (int r = 0; r < kRows; ++r) total[half][r] = minimums[half][r] = _mm256_setzero_ps();
    std::size_t g = 0;
    for (std::uint32_t col = 0; col < cols; col += kShape.cols, panel += kShape.bytes()) {
      constexpr auto kGroups = std::make_integer_sequence<int, kGroupsPerChunk>{};
      constexpr int kSpanChunks = int(kWideActivationGroup / 64);
      for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk, g += kGroupsPerChunk) {
        const int span = chunk / kSpanChunks;
        if constexpr (kShape.is_super())
          if (chunk % kSpanChunks == 0) start_span(panel, span);
        add_chunk(panel, chunk, g, x, kGroups);
        if constexpr (kShape.is_super())
          if (chunk % kSpanChunks == kSpanChunks - 1)
            end_span(panel, span, g + kGroupsPerChunk - Head::kSpanGroups, x);
      }
    }
  }

  static void multiply(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                       std::uint32_t panel_end, const PreparedRows& x, float* out,
                       std::size_t out_stride) {
    for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
      Stream sums;
      sums.add_panel(w.data + panel * w.panel_bytes, w.cols_padded, x);
      for (std::uint32_t half = 0; half < 2; ++half) {
        const std::uint32_t row = panel * quant::kPanelRows + half * 8;
        if (row >= w.rows) break;
        for (int r = 0; r < kRows; ++r) {
          __m256 value = sums.total[half][r];
          if constexpr (kShape.has_minimum && !kShape.is_super())
            value = _mm256_sub_ps(value, sums.minimums[half][r]);
          _mm256_maskstore_ps(out + r * out_stride + row, first_lanes(w.rows - row), value);
        }
      }
    }
  }
};

} // namespace outpost::kernels::avx2
