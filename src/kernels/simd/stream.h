// The few-row kernel: up to 4 activation rows against panels read straight from their compressed
// form.
#pragma once
#include <utility>

#include "kernels/simd/block.h"
#include "kernels/simd/prepared_rows.h"

namespace outpost::kernels::simd {

inline constexpr std::uint32_t kStreamRows = 4;

template <class V, Encoding kEncoding, int kRows>
struct Stream {
  using Head = Block<V, kEncoding>;
  using Float = typename V::Float;
  static constexpr EncodingShape kShape = Head::kShape;
  // On levels, where
  //   sum of (step * stored + origin - 128) * activation = step * dot + (origin - 128) * sum
  // dot products take the codes as they are stored.
  static constexpr bool kTakesStored = kShape.has_levels();
  static constexpr int kBits = kTakesStored ? int(kShape.low_bits + kShape.high_bits) : Head::kBits;
  static constexpr int kDotOffset = kTakesStored ? 0 : Head::kDotOffset;
  using Dot = typename V::template Dot<kBits>;
  static constexpr int kGroup = int(kShape.group);
  static constexpr int kGroupsPerChunk = 64 / kGroup;

  Float total[2][kRows];                                      // by half of a panel
  Float minimums[2][kRows];                                   // not of super blocks
  Float inner[2][kRows];                                      // of a span of a super block
  Float scales[2][kShape.is_super() ? Head::kSpanGroups : 1]; // of that span

  [[gnu::always_inline]] Float scale_of(const std::byte* block, int g, int half) const {
    if constexpr (kShape.is_super()) return scales[half][g % Head::kSpanGroups];
    return Head::scale(block, g, half);
  }

  template <int kGroupOfFour>
  [[gnu::always_inline]] static typename V::Codes codes_of(const std::byte* block, int chunk,
                                                           int half) {
    if constexpr (kTakesStored)
      return Head::template stored_codes<kGroupOfFour>(block, chunk, half);
    else
      return Head::template dot_codes<kGroupOfFour>(block, chunk, half);
  }

  // The dot products of a group with the activations at `at`.
  template <int... kJ>
  [[gnu::always_inline]] static typename V::Int dot(const typename V::Codes (&codes)[kGroup / 4],
                                                    const std::int8_t* at, std::int32_t seed,
                                                    std::integer_sequence<int, kJ...> /*vectors*/) {
    constexpr int kStep = V::kStepColumns / 4;
    Dot dot;
    dot.start(V::set_seeds(&seed));
    typename V::Activations activations{};
    const auto add = [&]<int j>() __attribute__((always_inline)) {
      if constexpr (j % kStep == 0) activations = V::load_activations(at + 4 * j);
      dot.template add<j % kStep>(codes[j], activations, j);
    };
    (add.template operator()<kJ>(), ...);
    return dot.finish(kGroup / 4);
  }

  // Group kIndex of a chunk; `g` is its number in the panel, kJ its vectors.
  template <int kIndex, int... kJ>
  [[gnu::always_inline]] void add_group(const std::byte* block, int chunk, int half, std::size_t g,
                                        const PreparedRows<V>& x,
                                        std::integer_sequence<int, kJ...> vectors) {
    constexpr int kVectors = kGroup / 4;
    const typename V::Codes codes[kVectors] = {
        codes_of<kIndex * kVectors + kJ>(block, chunk, half)...};
    const Float scale = scale_of(block, chunk * kGroupsPerChunk + kIndex, half);
    typename V::Int dots[kRows];
    for (int r = 0; r < kRows; ++r)
      dots[r] =
          dot(codes, x.codes + r * x.code_stride + g * kGroup, x.seeds[r * x.groups + g], vectors);
    if constexpr (kShape.is_super()) {
      for (int r = 0; r < kRows; ++r)
        inner[half][r] = V::fma(scale, V::as_float(dots[r]), inner[half][r]);
      return;
    }
    const int of_block = chunk * kGroupsPerChunk + kIndex;
    const Float minimum = Head::minimum(block, of_block, half);
    const Float step = Head::step(block, of_block, half);
    const Float origin = Head::origin(block, of_block, half);
    for (int r = 0; r < kRows; ++r) {
      Float product = exact_product<V>(V::as_float(dots[r]), V::set(x.scales[r * x.factors + g]));
      if constexpr (kTakesStored) // exact, as all of this is
        product = V::fma(origin, V::set(x.products[r * x.groups + g]), V::mul(step, product));
      total[half][r] = V::fma(scale, product, total[half][r]);
      if constexpr (kShape.has_minimum)
        minimums[half][r] =
            V::fma(minimum, V::set(x.products[r * x.groups + g]), minimums[half][r]);
    }
  }

  void start_span(const std::byte* block, int span) {
    for (int half = 0; half < 2; ++half) {
      Float start = V::zero();
      for (int g = 0; g < Head::kSpanGroups; ++g) {
        scales[half][g] = Head::scale(block, span * Head::kSpanGroups + g, half);
        start = V::add(start, bias_of<V>(scales[half][g]));
      }
      for (int r = 0; r < kRows; ++r) inner[half][r] = start;
    }
  }

  // The minimums of a span, whose first group in the row is `g`, and its sums into the totals.
  void end_span(const std::byte* block, int span, std::size_t g, const PreparedRows<V>& x) {
    constexpr int kPairs = Head::kSpanGroups / 2;
    for (int half = 0; half < 2; ++half)
      for (int r = 0; r < kRows; ++r) {
        Float& sum = inner[half][r];
        if constexpr (kShape.has_minimum) {
          auto minimum = V::int_zero();
          for (int pair = 0; pair < kPairs; ++pair)
            minimum =
                V::dot_pairs(minimum, Head::minimum_pairs(block, span * kPairs + pair, half),
                             V::set_token_pairs(x.sums + r * x.groups + g + 2 * unsigned(pair)));
          sum = V::fnma(Head::minimum_scale(block, half), V::to_float(minimum), sum);
        }
        const float factor = x.scales[r * x.factors + g * kGroup / kActivationGroup];
        total[half][r] = V::fma(V::set(factor), sum, total[half][r]);
      }
  }

  template <int... kIndex>
  [[gnu::always_inline]] void add_chunk(const std::byte* block, int chunk, std::size_t g,
                                        const PreparedRows<V>& x,
                                        std::integer_sequence<int, kIndex...> /*groups*/) {
    constexpr auto kVectors = std::make_integer_sequence<int, kGroup / 4>{};
    for (int half = 0; half < 2; ++half)
      (add_group<kIndex>(block, chunk, half, g + kIndex, x, kVectors), ...);
  }

  // Totals start from the outliers, [kOutliersMax][16].
  void start(const float* outliers, const PreparedRows<V>& x) {
    for (std::size_t i = 0; i < x.outlier_count; ++i) // of the panel after the next
      __builtin_prefetch(outliers + (2 * kOutliersMax + i) * 16);
    for (int half = 0; half < 2; ++half)
      for (int r = 0; r < kRows; ++r) {
        total[half][r] = minimums[half][r] = V::zero();
        for (std::size_t i = 0; i < x.outlier_count; ++i)
          total[half][r] =
              V::fma(V::load(outliers + i * 16 + kHalfRows * std::size_t(half)),
                     V::set(x.outliers[unsigned(r) * x.outlier_count + i]), total[half][r]);
      }
  }

  void add_panel(const std::byte* panel, std::uint32_t cols, const PreparedRows<V>& x) {
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
                       std::uint32_t panel_end, const PreparedRows<V>& x, float* out,
                       std::size_t out_stride) {
    for (std::uint32_t panel = panel_begin; panel < panel_end; ++panel) {
      Stream sums;
      sums.start(w.panel_outliers(panel), x);
      sums.add_panel(w.data + panel * w.panel_bytes, w.cols_padded, x);
      for (std::uint32_t half = 0; half < 2; ++half) {
        const std::uint32_t row = panel * quant::kPanelRows + half * kHalfRows;
        if (row >= w.rows) break;
        for (int r = 0; r < kRows; ++r) {
          Float value = sums.total[half][r];
          if constexpr (kShape.has_minimum && !kShape.is_super())
            value = V::sub(value, sums.minimums[half][r]);
          V::store_first(out + r * out_stride + row, w.rows - row, value);
        }
      }
    }
  }
};

} // namespace outpost::kernels::simd
