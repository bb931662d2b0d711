// The few-row kernel: 1 to 8 activation rows against panels read straight from their compressed
// form, each byte once. Bound by memory for few rows, by the dot products for more.
#pragma once
#include <utility>

#include "kernels/avx512/arithmetic.h"
#include "kernels/avx512/block.h"

namespace outpost::kernels::avx512 {

inline constexpr std::uint32_t kStreamRows = 8;

template <Encoding kEncoding, int kRows>
struct Stream {
  using Head = Block<kEncoding>;
  static constexpr EncodingShape kShape = Head::kShape;
  static constexpr int kVectors = int(kShape.group) / 4; // of a group
  static constexpr int kGroupsPerChunk = 64 / int(kShape.group);
  // Ahead of the reader: far enough to hide L3 and DRAM, near enough to stay in L1.
  static constexpr std::size_t kPrefetchBytes = 4096;

  InterleavedRows x; // moves on with the groups
  __m512 total[kRows];
  __m512 minimums[kRows];

  // Group kIndex of a chunk; kJ are its vectors.
  template <int kIndex, int... kJ>
  [[gnu::always_inline]] void add_group(const std::byte* block, int chunk, __m512 scale,
                                        __m512 minimum,
                                        std::integer_sequence<int, kJ...> /*vectors*/) {
    __m512i sum[kRows];
    for (int r = 0; r < kRows; ++r)
      sum[r] = _mm512_castps_si512(_mm512_set1_ps(x.words[r])); // seeds
    const auto add_codes = [&](__m512i codes, int j) __attribute__((always_inline)) {
      for (int r = 0; r < kRows; ++r)
        sum[r] = _mm512_dpbusd_epi32(sum[r], codes, _mm512_set1_epi32(x.codes[j * kRows + r]));
    };
    (add_codes(Head::template codes<kIndex * kVectors + kJ>(block, chunk), kJ), ...);
    const __m512 bias = bias_of(scale);
    for (int r = 0; r < kRows; ++r) {
      total[r] = _mm512_fmadd_ps(_mm512_set1_ps(x.words[kRows + r]),
                                 scaled_dot(sum[r], scale, bias), total[r]);
      if constexpr (kShape.has_minimum)
        minimums[r] = _mm512_fmadd_ps(minimum, _mm512_set1_ps(x.words[2 * kRows + r]), minimums[r]);
    }
    x.codes += kVectors * kRows;
    x.words += 3 * kRows;
  }

  template <int... kIndex>
  [[gnu::always_inline]] void add_chunk(const Head& head, const std::byte* block, int chunk,
                                        std::integer_sequence<int, kIndex...> /*groups*/) {
    const auto at = [&](int index) {
      return Head::kScales == 1 ? 0 : chunk * kGroupsPerChunk + index;
    };
    (add_group<kIndex>(block, chunk, head.scale[at(kIndex)],
                       head.minimum[kShape.has_minimum ? at(kIndex) : 0],
                       std::make_integer_sequence<int, kVectors>{}),
     ...);
  }

  [[gnu::always_inline]] void add_panel(const std::byte* panel, std::uint32_t cols) {
    for (int r = 0; r < kRows; ++r) total[r] = minimums[r] = _mm512_setzero_ps();
    for (std::uint32_t col = 0; col < cols; col += kShape.cols, panel += kShape.bytes()) {
      for (std::size_t line = 0; line < kShape.bytes(); line += 64)
        _mm_prefetch(reinterpret_cast<const char*>(panel + kPrefetchBytes + line), _MM_HINT_T0);
      Head head;
      head.load_scales(panel);
      for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk)
        add_chunk(head, panel, chunk, std::make_integer_sequence<int, kGroupsPerChunk>{});
    }
  }

  static void multiply(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                       std::uint32_t panel_end, const InterleavedRows& x, float* out,
                       std::size_t out_stride) {
    for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
      Stream sums;
      sums.x = x;
      sums.add_panel(w.data + panel * w.panel_bytes, w.cols_padded);
      const std::uint32_t left = w.rows - panel * quant::kPanelRows;
      const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffffu : (1u << left) - 1);
      for (int r = 0; r < kRows; ++r) {
        if constexpr (kShape.has_minimum)
          sums.total[r] = _mm512_sub_ps(sums.total[r], sums.minimums[r]);
        _mm512_mask_storeu_ps(out + r * out_stride + panel * quant::kPanelRows, mask,
                              sums.total[r]);
      }
    }
  }
};

} // namespace outpost::kernels::avx512
