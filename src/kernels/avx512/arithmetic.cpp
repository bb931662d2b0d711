#include "kernels/avx512/arithmetic.h"

namespace outpost::kernels::avx512 {
namespace {

__mmask16 first(std::size_t count) {
  return static_cast<__mmask16>(count >= 16 ? 0xffffu : (1u << count) - 1);
}

// The words of sixteen records, lane by lane.
struct RecordWords {
  __m512i seed, bias, scale_at, product;
};

// `pairs`: the sums of a group's halves, added by the multiplication.
RecordWords words_of(__m512i pairs, __m512 scale, int offset) {
  const __m512i bits = _mm512_castps_si512(scale);
  // The bits of 2^n less those of 1; a scale of zero counts as 1, for its dots are zeros.
  const __m512i power = _mm512_and_si512(bits, _mm512_set1_epi32(0x7f800000));
  const __m512i raise = _mm512_maskz_sub_epi32(_mm512_test_epi32_mask(bits, bits), power,
                                               _mm512_set1_epi32(0x3f800000));
  const __m512i bias = _mm512_add_epi32(_mm512_set1_epi32(kFloatBiasBits), raise);
  const __m512i offsets = _mm512_madd_epi16(pairs, _mm512_set1_epi16(short(-offset)));
  const __m512 sum = _mm512_cvtepi32_ps(_mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
  const __mmask16 is_nan = _mm512_cmp_ps_mask(scale, scale, _CMP_UNORD_Q);
  // Bit 22 says 1.5: one vector further.
  const __m512i half = _mm512_and_si512(_mm512_srli_epi32(bits, 22 - 6), _mm512_set1_epi32(64));
  return {_mm512_add_epi32(bias, offsets), _mm512_mask_mov_epi32(bias, is_nan, bits), half,
          _mm512_castps_si512(_mm512_mul_ps(scale, sum))};
}

// One row.
void fill_records(const std::int8_t* codes, const std::int16_t* sums, const float* scales,
                  std::size_t groups, int offset, GroupRecord* out) {
  for (std::size_t g = 0; g < groups; g += 16) {
    const __mmask16 mask = first(groups - g);
    const RecordWords words = words_of(_mm512_maskz_loadu_epi32(mask, sums + 2 * g),
                                       _mm512_maskz_loadu_ps(mask, scales + g), offset);
    // Within lanes of 128 bits: the words of groups 0 4 8 12, then of 1 5 9 13, ...
    const __m512i a = _mm512_unpacklo_epi32(words.seed, words.bias);
    const __m512i b = _mm512_unpackhi_epi32(words.seed, words.bias);
    const __m512i c = _mm512_unpacklo_epi32(words.scale_at, words.product);
    const __m512i d = _mm512_unpackhi_epi32(words.scale_at, words.product);
    alignas(64) std::byte four[4][64];
    _mm512_store_si512(four[0], _mm512_unpacklo_epi64(a, c));
    _mm512_store_si512(four[1], _mm512_unpackhi_epi64(a, c));
    _mm512_store_si512(four[2], _mm512_unpacklo_epi64(b, d));
    _mm512_store_si512(four[3], _mm512_unpackhi_epi64(b, d));
    for (std::size_t i = 0; i < 16 && g + i < groups; ++i) {
      std::memcpy(out[g + i].codes, codes + (g + i) * 32, 32);
      std::memcpy(reinterpret_cast<std::byte*>(out + g + i) + offsetof(GroupRecord, seed),
                  &four[i % 4][i / 4 * 16], 16);
    }
  }
}

// Groups of super blocks: `sums` of them and the start values of their accumulators. `in`: sums of
// 16 columns each.
void prepare_super(const std::int16_t* in, std::size_t groups, const quant::EncodingShape& shape,
                   std::int32_t* seeds, std::int16_t* sums) {
  const auto offset = static_cast<std::int32_t>(shape.offset);
  for (std::size_t g = 0; g < groups; ++g) {
    sums[g] = shape.group == 16 ? in[g] : static_cast<std::int16_t>(in[2 * g] + in[2 * g + 1]);
    seeds[g] = kFloatBiasBits - offset * sums[g];
  }
}

void interleave_groups(const QuantizedRows& x, std::size_t groups, int offset, float* words) {
  const std::size_t rows = x.row_count;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t g = 0; g < groups; ++g) {
      float* out = words + g * 3 * rows + row;
      const std::int16_t* sums = x.sums + row * (x.cols_padded / 16) + 2 * g;
      const std::int32_t seed = kFloatBiasBits - offset * (sums[0] + sums[1]);
      const float scale = x.scales[row * (x.cols_padded / 32) + g];
      std::memcpy(out, &seed, sizeof(float));
      out[rows] = scale;
      out[2 * rows] = scale * static_cast<float>(sums[0] + sums[1]);
    }
}

void interleave_super(const PreparedRows& plain, std::size_t rows,
                      const quant::EncodingShape& shape, float* words) {
  const std::size_t in_span = kWideActivationGroup / shape.group;
  const std::size_t pairs = shape.has_minimum ? in_span / 2 : 0;
  for (std::size_t span = 0; span < plain.groups / in_span; ++span)
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t first_group = row * plain.groups + span * in_span;
      float* out = words + span * (in_span + pairs + 1) * rows + row;
      for (std::size_t g = 0; g < in_span; ++g)
        std::memcpy(out + g * rows, plain.seeds + first_group + g, sizeof(float));
      for (std::size_t pair = 0; pair < pairs; ++pair)
        std::memcpy(out + (in_span + pair) * rows, plain.sums + first_group + 2 * pair,
                    sizeof(float));
      out[(in_span + pairs) * rows] =
          plain.scales[row * plain.scale_stride + span * kWideActivationGroup / kActivationGroup];
    }
}

} // namespace

PreparedRows prepare_rows(const QuantizedRows& x, std::uint32_t row_begin, std::uint32_t row_count,
                          std::uint32_t cols, const quant::EncodingShape& shape,
                          std::byte* memory) {
  const std::size_t groups = cols / shape.group;
  const std::size_t base = std::size_t{row_begin} * x.cols_padded;
  PreparedRows rows{.codes = x.codes + base,
                    .scales = x.scales + base / 32,
                    .seeds = reinterpret_cast<std::int32_t*>(memory),
                    .sums = reinterpret_cast<std::int16_t*>(memory + row_count * groups * 4),
                    .outliers = x.outliers + std::size_t{row_begin} * kOutliersMax,
                    .code_stride = x.cols_padded,
                    .scale_stride = x.cols_padded / 32,
                    .groups = groups,
                    .outlier_count = x.outlier_count};
  if (shape.is_super()) {
    for (std::size_t row = 0; row < row_count; ++row)
      prepare_super(x.sums + (base + row * x.cols_padded) / 16, groups, shape,
                    rows.seeds + row * groups, rows.sums + row * groups);
    return rows;
  }
  auto* records = reinterpret_cast<GroupRecord*>(memory);
  for (std::size_t row = 0; row < row_count; ++row) {
    const std::size_t at = base + row * x.cols_padded;
    fill_records(x.codes + at, x.sums + at / 16, x.scales + at / 32, groups,
                 static_cast<int>(shape.offset), records + row * groups);
  }
  rows.codes = records->codes;
  rows.code_stride = groups * sizeof(GroupRecord);
  return rows;
}

InterleavedRows interleave_rows(const QuantizedRows& x, std::uint32_t cols,
                                const quant::EncodingShape& shape, std::byte* memory) {
  const std::size_t rows = x.row_count;
  auto* codes = reinterpret_cast<std::int32_t*>(memory);
  auto* words = reinterpret_cast<float*>(codes + rows * cols / 4);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int8_t* in = x.codes + row * x.cols_padded;
    for (std::size_t k = 0; k < cols; k += 4)
      std::memcpy(codes + k / 4 * rows + row, in + k, sizeof(std::int32_t));
  }
  if (shape.is_super()) {
    std::byte* rest = reinterpret_cast<std::byte*>(words + rows * 3 * (cols / shape.group));
    interleave_super(prepare_rows(x, 0, x.row_count, cols, shape, rest), rows, shape, words);
  } else {
    const int offset = shape.has_levels() ? 0 : static_cast<int>(shape.offset);
    interleave_groups(x, cols / shape.group, offset, words);
  }
  return {codes, words, x.outliers, x.outlier_count};
}

} // namespace outpost::kernels::avx512
