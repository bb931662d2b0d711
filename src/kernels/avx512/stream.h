// The few-row kernel: 1 to 8 activation rows against panels read straight from their compressed
// form, each byte once. Bound by memory for few rows, by the dot products for more.
#pragma once
#include <utility>

#include "kernels/avx512/arithmetic.h"
#include "kernels/avx512/block.h"

namespace outpost::kernels::avx512 {

inline constexpr std::uint32_t kStreamRows = PreparedRows::kMaxRows;

template <Encoding kEncoding, int kRows>
struct Stream {
  static constexpr EncodingShape kShape = Block<kEncoding>::kShape;
  static constexpr int kGroup = int(kShape.group);
  static constexpr int kGroupsPerChunk = 64 / kGroup;
  // Ahead of the reader: far enough to hide DRAM, near enough to stay in L1.
  static constexpr std::size_t kPrefetchBytes = 2048;

  __m512 total[kRows];
  __m512 minimums[kRows];

  // Group kIndex of a chunk; `k` is its first column, `g` its number in the panel.
  template <int kIndex, int... kJ>
  [[gnu::always_inline]] void add_group(const std::byte* block, int chunk, std::size_t g,
                                        __m512 scale, __m512 minimum, const PreparedRows& x,
                                        std::integer_sequence<int, kJ...> /*k_groups*/) {
    __m512i sum[kRows];
    for (int r = 0; r < kRows; ++r) sum[r] = _mm512_set1_epi32(x.seeds[r * x.groups + g]);
    const std::int8_t* activations = x.codes + g * kGroup;
    const auto add_codes = [&](__m512i codes, int j) __attribute__((always_inline)) {
      for (int r = 0; r < kRows; ++r)
        sum[r] = _mm512_dpbusd_epi32(sum[r], codes,
                                     broadcast_codes(activations + r * x.code_stride + 4 * j));
    };
    (add_codes(Block<kEncoding>::template codes<kIndex*(kGroup / 4) + kJ>(block, chunk), kJ), ...);
    const __m512 bias = bias_of(scale);
    for (int r = 0; r < kRows; ++r) {
      const __m512 factor = _mm512_set1_ps(x.scales[r * (x.code_stride / 32) + g * kGroup / 32]);
      total[r] = _mm512_fmadd_ps(factor, scaled_dot(sum[r], scale, bias), total[r]);
      if constexpr (kShape.has_minimum)
        minimums[r] =
            _mm512_fmadd_ps(minimum, _mm512_set1_ps(x.products[r * x.groups + g]), minimums[r]);
    }
  }

  template <int... kIndex>
  [[gnu::always_inline]] void add_chunk(const Block<kEncoding>& head, const std::byte* block,
                                        int chunk, std::size_t g, const PreparedRows& x,
                                        std::integer_sequence<int, kIndex...> /*groups*/) {
    const auto at = [&](int index) {
      return Block<kEncoding>::kScales == 1 ? 0 : chunk * kGroupsPerChunk + index;
    };
    (add_group<kIndex>(block, chunk, g + kIndex, head.scale[at(kIndex)],
                       head.minimum[kShape.has_minimum ? at(kIndex) : 0], x,
                       std::make_integer_sequence<int, kGroup / 4>{}),
     ...);
  }

  void add_panel(const std::byte* panel, std::uint32_t cols, const PreparedRows& x) {
    for (int r = 0; r < kRows; ++r) total[r] = minimums[r] = _mm512_setzero_ps();
    std::size_t g = 0;
    for (std::uint32_t col = 0; col < cols; col += kShape.cols, panel += kShape.bytes()) {
      for (std::size_t line = 0; line < kShape.bytes(); line += 64)
        _mm_prefetch(reinterpret_cast<const char*>(panel + kPrefetchBytes + line), _MM_HINT_T0);
      Block<kEncoding> head;
      head.load_scales(panel);
      for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk, g += kGroupsPerChunk)
        add_chunk(head, panel, chunk, g, x, std::make_integer_sequence<int, kGroupsPerChunk>{});
    }
  }

  static void multiply(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                       std::uint32_t panel_end, const PreparedRows& x, float* out,
                       std::size_t out_stride) {
    for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
      Stream sums;
      sums.add_panel(w.data + panel * w.panel_bytes, w.cols_padded, x);
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
