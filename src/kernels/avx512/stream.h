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
  __m512 minimums[kRows]; // not of super blocks
  __m512 inner[kRows];    // of a span of a super block

  static __m512i integers(const float* word) { return _mm512_castps_si512(_mm512_set1_ps(*word)); }

  // Group kIndex of a chunk; kJ are its vectors.
  template <int kIndex, int... kJ>
  [[gnu::always_inline]] void add_group(const Head& head, const std::byte* block, int chunk,
                                        std::integer_sequence<int, kJ...> /*vectors*/) {
    __m512i sum[kRows];
    for (int r = 0; r < kRows; ++r) sum[r] = integers(x.words + r); // seeds
    const auto add_codes = [&](__m512i codes, int j) __attribute__((always_inline)) {
      for (int r = 0; r < kRows; ++r)
        sum[r] = _mm512_dpbusd_epi32(sum[r], codes, _mm512_set1_epi32(x.codes[j * kRows + r]));
    };
    const Chunk at = Head::chunk_of(block, unsigned(chunk));
    if constexpr (kShape.has_levels())
      (add_codes(Head::template stored_codes<kIndex * kVectors + kJ>(at), kJ), ...);
    else
      (add_codes(Head::template codes<kIndex * kVectors + kJ>(at, head.levels), kJ), ...);
    x.codes += kVectors * kRows;
    const int g = chunk * kGroupsPerChunk + kIndex;
    const __m512 scale = head.scale_of(g);
    if constexpr (kShape.is_super()) {
      for (int r = 0; r < kRows; ++r) inner[r] = scaled_dot(sum[r], scale, inner[r]);
      x.words += kRows;
    } else {
      const __m512 minimum = head.minimum_of(g);
      for (int r = 0; r < kRows; ++r) {
        const __m512 factor = _mm512_set1_ps(x.words[kRows + r]);
        __m512 product = _mm512_mul_ps(factor, dot_of(sum[r]));
        if constexpr (kShape.has_levels()) // exact, as all of this is
          product =
              _mm512_fmadd_ps(Head::origin_of(block, g), _mm512_set1_ps(x.words[2 * kRows + r]),
                              _mm512_mul_ps(Head::step_of(block, g), product));
        total[r] = _mm512_fmadd_ps(scale, product, total[r]);
        if constexpr (kShape.has_minimum)
          minimums[r] =
              _mm512_fmadd_ps(minimum, _mm512_set1_ps(x.words[2 * kRows + r]), minimums[r]);
      }
      x.words += 3 * kRows;
    }
  }

  template <int... kIndex>
  [[gnu::always_inline]] void add_chunk(const Head& head, const std::byte* block, int chunk,
                                        std::integer_sequence<int, kIndex...> /*groups*/) {
    (add_group<kIndex>(head, block, chunk, std::make_integer_sequence<int, kVectors>{}), ...);
  }

  // The minimums of a span, and its sums into the totals.
  [[gnu::always_inline]] void end_span(const Head& head, int span) {
    constexpr int kSpanPairs = Head::kSpanGroups / 2;
    if constexpr (Head::kPairs != 0) {
      __m512i sum[kRows];
      for (int r = 0; r < kRows; ++r) sum[r] = _mm512_setzero_si512();
      for (int pair = 0; pair < kSpanPairs; ++pair)
        for (int r = 0; r < kRows; ++r)
          sum[r] = _mm512_dpwssd_epi32(sum[r], head.minimum_pairs[span * kSpanPairs + pair],
                                       integers(x.words + pair * kRows + r));
      for (int r = 0; r < kRows; ++r)
        inner[r] = _mm512_fnmadd_ps(head.minimum_scale, _mm512_cvtepi32_ps(sum[r]), inner[r]);
      x.words += kSpanPairs * kRows;
    }
    for (int r = 0; r < kRows; ++r)
      total[r] = _mm512_fmadd_ps(_mm512_set1_ps(x.words[r]), inner[r], total[r]);
    x.words += kRows;
  }

  // Totals start from the outliers, [kOutliersMax][16].
  [[gnu::always_inline]] void start(const float* outliers) {
    for (int r = 0; r < kRows; ++r) total[r] = minimums[r] = _mm512_setzero_ps();
    for (std::size_t i = 0; i < x.outlier_count; ++i) {
      const __m512 weights = _mm512_load_ps(outliers + i * 16);
      _mm_prefetch(reinterpret_cast<const char*>(outliers + (2 * kOutliersMax + i) * 16),
                   _MM_HINT_T0); // of the panel after the next
      for (int r = 0; r < kRows; ++r)
        total[r] = _mm512_fmadd_ps(
            weights, _mm512_set1_ps(x.outliers[unsigned(r) * kOutliersMax + i]), total[r]);
    }
  }

  [[gnu::always_inline]] void add_panel(const std::byte* panel, std::uint32_t cols) {
    for (std::uint32_t col = 0; col < cols; col += kShape.cols, panel += kShape.bytes()) {
      for (std::size_t line = 0; line < kShape.bytes(); line += 64)
        _mm_prefetch(reinterpret_cast<const char*>(panel + kPrefetchBytes + line), _MM_HINT_T0);
      Head head;
      head.load_scales(panel);
      constexpr auto kGroups = std::make_integer_sequence<int, kGroupsPerChunk>{};
      constexpr int kChunks = int(kShape.cols / 64);
      constexpr int kSpanChunks = int(kWideActivationGroup / 64);
      for (int chunk = 0; chunk < kChunks; ++chunk) {
        const int span = chunk / kSpanChunks;
        if constexpr (kShape.is_super())
          if (chunk % kSpanChunks == 0)
            for (int r = 0; r < kRows; ++r) inner[r] = head.start(span);
        add_chunk(head, panel, chunk, kGroups);
        if constexpr (kShape.is_super())
          if (chunk % kSpanChunks == kSpanChunks - 1) end_span(head, span);
      }
    }
  }

  static void multiply(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                       std::uint32_t panel_end, const InterleavedRows& x, float* out,
                       std::size_t out_stride) {
    for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
      Stream sums;
      sums.x = x;
      sums.start(w.panel_outliers(panel));
      sums.add_panel(w.data + panel * w.panel_bytes, w.cols_padded);
      const std::uint32_t left = w.rows - panel * quant::kPanelRows;
      const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffffu : (1u << left) - 1);
      for (int r = 0; r < kRows; ++r) {
        if constexpr (kShape.has_minimum && !kShape.is_super())
          sums.total[r] = _mm512_sub_ps(sums.total[r], sums.minimums[r]);
        _mm512_mask_storeu_ps(out + r * out_stride + panel * quant::kPanelRows, mask,
                              sums.total[r]);
      }
    }
  }
};

} // namespace outpost::kernels::avx512
