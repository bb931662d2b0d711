// The many-row kernel: one panel, unpacked once to bytes and floats, times a tile of columns of
// activation rows, one half of the panel after the other, so that the sums of a tile stay in the
// registers. T: the vectors of a tile, which hold 8 weight rows x T::kTokens activation rows.
#pragma once
#include <utility>

#include "kernels/simd/prepared_rows.h"
#include "kernels/simd/unpacked_panels.h"

namespace outpost::kernels::simd {

struct TileOutput {
  float* out; // [token * stride + row]
  std::size_t stride;
  std::uint32_t rows;   // that exist, of 16
  std::uint32_t tokens; // that exist
};

template <class T, int kColumns>
[[gnu::always_inline]] inline void clear(typename T::Float (&total)[kColumns]) {
  for (int c = 0; c < kColumns; ++c) total[c] = T::zero();
}

// Totals start from the outliers.
template <class T, int kColumns>
[[gnu::always_inline]] inline void start(const UnpackedPanels& w, std::uint32_t half,
                                         const PreparedRows<T>& x,
                                         typename T::Float (&total)[kColumns]) {
  clear<T>(total);
  for (std::size_t i = 0; i < x.outlier_count; ++i) {
    const auto weights = T::load_rows(w.outliers + i * 16 + kHalfRows * half);
    for (int c = 0; c < kColumns; ++c) {
      const float* outlier = x.outliers + (c * x.outlier_count + i) * T::kTokens;
      total[c] = T::fma(weights, T::set_tokens(outlier), total[c]);
    }
  }
}

template <class T, int kColumns>
void subtract_minimums(const float* minimums, const PreparedRows<T>& x,
                       typename T::Float (&total)[kColumns]) {
  typename T::Float sum[kColumns];
  clear<T>(sum);
  for (std::size_t g = 0; g < x.groups; ++g) {
    const auto minimum = T::load_rows(minimums + g * 16);
    for (int c = 0; c < kColumns; ++c) {
      const auto product = T::set_tokens(x.products + (c * x.groups + g) * T::kTokens);
      sum[c] = T::fma(minimum, product, sum[c]);
    }
  }
  for (int c = 0; c < kColumns; ++c) total[c] = T::sub(total[c], sum[c]);
}

// Dots of kColumns columns with rows 8 * half .. of the panel, one group of kGroup columns of the
// matrix, of kBits codes, after the other.
template <class T, int kColumns, int kGroup, int kBits>
class HalfPanel {
public:
  HalfPanel(const UnpackedPanels& w, std::uint32_t half, std::uint32_t cols,
            const PreparedRows<T>& x)
      : x_(x), codes_(w.codes + std::size_t{half} * cols * kHalfRows), activations_(x.codes) {}

  [[gnu::always_inline]] void next(std::size_t g, typename T::Int (&sums)[kColumns]) {
    Dot dots[kColumns];
    for (int c = 0; c < kColumns; ++c)
      dots[c].start(T::set_seeds(x_.seeds + (c * x_.groups + g) * T::kTokens));
#pragma GCC unroll 8
    for (int k = 0; k < kGroup; k += T::kStepColumns)
      add_step(dots, k / 4, std::make_integer_sequence<int, T::kStepColumns / 4>());
    for (int c = 0; c < kColumns; ++c) sums[c] = dots[c].finish(kGroup / 4);
  }

private:
  using Dot = typename T::template Dot<kBits>;

  // Takes what one load of activations is for; `index` counts vectors of codes of the group.
  template <int... kPart>
  [[gnu::always_inline]] void add_step(Dot (&dots)[kColumns], int index,
                                       std::integer_sequence<int, kPart...> /*parts*/) {
    typename T::Activations activations[kColumns];
    for (int c = 0; c < kColumns; ++c)
      activations[c] = T::load_activations(activations_ + c * x_.code_stride);
    activations_ += T::kStepColumns * T::kTokens;
    const auto add = [&]<int kThis>() __attribute__((always_inline)) {
      const auto codes = T::load_codes(reinterpret_cast<const std::byte*>(codes_ + kThis * 32));
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c)
        dots[c].template add<kThis>(codes, activations[c], index + kThis);
    };
    (add.template operator()<kPart>(), ...);
    codes_ += T::kStepColumns * kHalfRows;
  }

  const PreparedRows<T>& x_;
  const std::uint8_t* codes_;
  const std::int8_t* activations_;
};

// Encodings with an activation scale for each group of 32.
template <class T, int kColumns, int kBits, bool kHasMinimum>
void multiply_half(const UnpackedPanels& w, std::uint32_t half, std::uint32_t cols,
                   const PreparedRows<T>& x, typename T::Float (&out)[kColumns]) {
  HalfPanel<T, kColumns, 32, kBits> dots(w, half, cols, x);
  typename T::Float total[kColumns]; // not `out`, which the loads might alias
  start(w, half, x, total);
  for (std::size_t g = 0; g < x.groups; ++g) {
    typename T::Int sums[kColumns];
    dots.next(g, sums);
    const auto scale = T::load_rows(w.scales + g * 16 + kHalfRows * half);
    for (int c = 0; c < kColumns; ++c) {
      const auto factor = T::set_tokens(x.scales + (c * x.factors + g) * T::kTokens);
      total[c] = T::fma(scale, exact_product<T>(T::as_float(sums[c]), factor), total[c]);
    }
  }
  if constexpr (kHasMinimum) subtract_minimums<T>(w.minimums + kHalfRows * half, x, total);
  for (int c = 0; c < kColumns; ++c) out[c] = total[c];
}

// inner -= minimum_scale * sum over a span's pairs of groups of sub-minimum * sum of activations.
template <class T, int kColumns, int kPairs>
[[gnu::always_inline]] inline void
subtract_sub_minimums(const UnpackedPanels& w, std::uint32_t half, std::size_t span,
                      const PreparedRows<T>& x, typename T::Float (&inner)[kColumns]) {
  const auto scale = T::load_rows(w.minimum_scales + span * 16 + kHalfRows * half);
  for (int c = 0; c < kColumns; ++c) {
    auto sum = T::int_zero();
    for (std::size_t pair = span * kPairs; pair < (span + 1) * kPairs; ++pair)
      sum = T::dot_pairs(sum, T::load_row_pairs(w.minimum_pairs + pair * 16 + kHalfRows * half),
                         T::set_token_pairs(x.sums + (c * x.groups + 2 * pair) * T::kTokens));
    inner[c] = T::fnma(scale, T::to_float(sum), inner[c]);
  }
}

// Super blocks: the groups of a span are joined before its activation scale.
template <class T, int kColumns, int kGroup, int kBits, bool kHasMinimum>
void multiply_super_half(const UnpackedPanels& w, std::uint32_t half, std::uint32_t cols,
                         const PreparedRows<T>& x, typename T::Float (&out)[kColumns]) {
  constexpr std::size_t kGroups = kWideActivationGroup / kGroup; // of a span
  constexpr std::size_t kFactors = kWideActivationGroup / kActivationGroup;
  HalfPanel<T, kColumns, kGroup, kBits> dots(w, half, cols, x);
  typename T::Float total[kColumns];
  start(w, half, x, total);
  for (std::size_t span = 0; span < x.groups / kGroups; ++span) {
    typename T::Float inner[kColumns];
    const auto start = T::load_rows(w.starts + span * 16 + kHalfRows * half);
    for (int c = 0; c < kColumns; ++c) inner[c] = start;
    for (std::size_t g = span * kGroups; g < (span + 1) * kGroups; ++g) {
      typename T::Int sums[kColumns];
      dots.next(g, sums);
      const auto scale = T::load_rows(w.scales + g * 16 + kHalfRows * half);
      for (int c = 0; c < kColumns; ++c) inner[c] = T::fma(scale, T::as_float(sums[c]), inner[c]);
    }
    if constexpr (kHasMinimum)
      subtract_sub_minimums<T, kColumns, int(kGroups / 2)>(w, half, span, x, inner);
    for (int c = 0; c < kColumns; ++c) {
      const float* factor = x.scales + (c * x.factors + span * kFactors) * T::kTokens;
      total[c] = T::fma(T::set_tokens(factor), inner[c], total[c]);
    }
  }
  for (int c = 0; c < kColumns; ++c) out[c] = total[c];
}

template <class T, int kColumns, int kGroup, int kBits, bool kHasMinimum, bool kIsSuper>
void multiply_tile(const UnpackedPanels& w, std::uint32_t cols, const PreparedRows<T>& x,
                   const TileOutput& output) {
  for (std::uint32_t half = 0; half < 2 && half * kHalfRows < output.rows; ++half) {
    typename T::Float total[kColumns];
    if constexpr (kIsSuper) {
      multiply_super_half<T, kColumns, kGroup, kBits, kHasMinimum>(w, half, cols, x, total);
    } else {
      multiply_half<T, kColumns, kBits, kHasMinimum>(w, half, cols, x, total);
    }
    const std::uint32_t first_row = half * kHalfRows;
    for (std::uint32_t c = 0; c < std::uint32_t{kColumns}; ++c) {
      const std::uint32_t token = c * T::kTokens;
      T::store_rows(output.out + token * output.stride + first_row, output.stride,
                    output.rows - first_row, output.tokens - token, total[c]);
    }
  }
}

} // namespace outpost::kernels::simd
