// The kernels that are instantiated per encoding, as one table row each.
#pragma once
#include <type_traits>
#include <utility>

#include "kernels/avx512/stream.h"
#include "kernels/avx512/tile.h"

namespace outpost::kernels::avx512 {

// Tiles of so many rows and more unpack: nine rows, the fewest that come in tiles, are 4 + 5.
inline constexpr int kFirstTokensMin = 4;

// Two panels that lie one after the other.
struct PackedPair {
  const std::byte* panel;
  std::size_t panel_bytes;
  bool has_scales; // unpacked already, by a tile before
};

struct EncodingKernels {
  // Multiplies 1 .. kStreamRows rows, at index rows - 1.
  using Multiply = void (*)(const quant::PackedMatrix& w, std::uint32_t panel_begin,
                            std::uint32_t panel_end, const InterleavedRows& x, float* out,
                            std::size_t out_stride);
  Multiply stream[kStreamRows];

  // Unpacks panel `lane` of `lanes` that lie side by side.
  void (*unpack)(const std::byte* panel, std::uint32_t cols, int lane, int lanes,
                 const UnpackedPanels& out);

  // A tile of a pair of packed panels, which unpacks on the way: its ports for logic are idle
  // otherwise. For kFirstTokensMin .. kTileTokens rows; at [1] what is unpacked is kept in `w`.
  using PackedTile = void (*)(const PackedPair& pair, const UnpackedPanels& w,
                              const PreparedRows& x, const TileOutput& output, Prefetch& prefetch);
  PackedTile packed_tile[2][kTileTokens - kFirstTokensMin + 1];

  // Weights [row][k] of 256 columns at most (whole blocks), as float [k][lanes][16].
  void (*decode)(const std::byte* blocks, std::uint32_t cols, int lane, int lanes, float* out);
};

// nullptr for the float encodings.
const EncodingKernels* kernels_of(Encoding encoding);

// Families of encodings, a file each to keep compile times apart.
extern const EncodingKernels kQ4HalfKernels, kQ4HalfMinKernels, kQ4TableKernels, kQ5HalfKernels,
    kQ5HalfMinKernels, kQ8HalfKernels, kQ2Sub16Kernels, kQ3Sub16Kernels, kQ4Sub32Kernels,
    kQ5Sub32Kernels, kQ6Sub16Kernels, kTernaryKernels, kQ4LevelsKernels, kQ5LevelsKernels;

template <Encoding kEncoding, int... kGroup>
[[gnu::always_inline]] inline void
unpack_chunk(const Block<kEncoding>& head, const std::byte* block, int chunk, int lanes,
             std::uint8_t* out, std::integer_sequence<int, kGroup...> /*groups*/) {
  const Chunk at = Block<kEncoding>::chunk_of(block, unsigned(chunk));
  (_mm512_store_si512(out + kGroup * lanes * 64,
                      Block<kEncoding>::template codes<kGroup>(at, head.levels)),
   ...);
}

// The scales of one block; `to` is where its first group belongs, counted in vectors of one panel.
template <Encoding kEncoding>
[[gnu::always_inline]] inline void unpack_scales(const Block<kEncoding>& head, std::size_t block,
                                                 int lane, int lanes, const UnpackedPanels& out) {
  constexpr EncodingShape kShape = Block<kEncoding>::kShape;
  const auto place = [&](std::size_t i) {
    return (i * static_cast<std::size_t>(lanes) + static_cast<std::size_t>(lane)) * 16;
  };
  const std::size_t first = block * kShape.groups();
  for (int g = 0; g < int(kShape.groups()); ++g) {
    const std::size_t at = place(first + static_cast<std::size_t>(g));
    if constexpr (kShape.is_super()) {
      _mm512_store_ps(out.scales + at, head.scale_of(g));
    } else { // for activation scales of 2^n and 1.5 * 2^n
      _mm512_store_ps(out.scales + 2 * at, head.scale_of(g));
      _mm512_store_ps(out.scales + 2 * at + 16,
                      _mm512_mul_ps(head.scale_of(g), _mm512_set1_ps(1.5F)));
    }
    if constexpr (kShape.has_minimum && !kShape.is_super())
      _mm512_store_ps(out.minimums + at, head.minimum_of(g));
  }
  if constexpr (!kShape.is_super()) return;
  for (int span = 0; span < Block<kEncoding>::kSpans; ++span) {
    const std::size_t at = place(block * Block<kEncoding>::kSpans + static_cast<std::size_t>(span));
    _mm512_store_ps(out.starts + at, head.start(span));
    if constexpr (kShape.has_minimum) _mm512_store_ps(out.minimum_scales + at, head.minimum_scale);
  }
  for (int pair = 0; pair < Block<kEncoding>::kPairs; ++pair)
    _mm512_store_si512(out.minimum_pairs + place(first / 2 + static_cast<std::size_t>(pair)),
                       head.minimum_pairs[pair]);
}

template <Encoding kEncoding>
void unpack(const std::byte* panel, std::uint32_t cols, int lane, int lanes,
            const UnpackedPanels& out) {
  constexpr EncodingShape kShape = Block<kEncoding>::kShape;
  std::uint8_t* codes = out.codes + lane * 64;
  for (std::size_t block = 0; block < cols / kShape.cols; ++block, panel += kShape.bytes()) {
    Block<kEncoding> head;
    head.load_scales(panel);
    unpack_scales(head, block, lane, lanes, out);
    for (int chunk = 0; chunk < int(kShape.cols / 64); ++chunk, codes += 16 * lanes * 64)
      unpack_chunk<kEncoding>(head, panel, chunk, lanes, codes,
                              std::make_integer_sequence<int, 16>{});
  }
}

// A pair of panels that is unpacked while a tile reads it; kKeeps: for the tiles that come after.
template <Encoding kEncoding, bool kKeeps>
struct PackedWeights {
  using Head = Block<kEncoding>;
  static constexpr EncodingShape kShape = Head::kShape;
  static constexpr int kPanels = 2;
  static constexpr int kGroupsAtOnce = 64 / int(kShape.group);
  const PackedPair& pair;
  const UnpackedPanels& w;
  [[no_unique_address]] typename Head::BlockLevels levels[kPanels];
  Chunk chunk{};                // of the first panel; the second's is panel_bytes behind
  std::uint8_t* kept = nullptr; // its codes in `w`

  // Scales of the blocks that begin with this group.
  [[gnu::always_inline]] void begin(std::size_t group) {
    if (group % kShape.groups() != 0) return;
    if (!kKeeps && std::is_empty_v<typename Head::BlockLevels> && pair.has_scales) return;
    const std::size_t index = group / kShape.groups();
    for (int lane = 0; lane < kPanels; ++lane) {
      Head head;
      head.load_scales(block(index, lane));
      if (kKeeps || !pair.has_scales) unpack_scales(head, index, lane, kPanels, w);
      levels[lane] = head.levels;
    }
  }

  // Where a tile keeps what it unpacks, the compiler is not to know how the three places follow
  // from the group: it would keep those of every vector, for which there are not registers.
  [[gnu::always_inline]] void turn(std::size_t group) {
    if constexpr (!kKeeps) return;
    chunk = chunk_of(group, 0);
    kept = w.codes + group / kGroupsAtOnce * 16 * kPanels * 64;
    asm("" : "+r"(chunk.low), "+r"(chunk.high), "+r"(kept));
  }

  template <int kIndex, int kVectors, int kJ>
  [[gnu::always_inline]] __m512i codes(std::size_t group, int lane) const {
    constexpr int kGroup = kIndex * kVectors + kJ;
    if constexpr (!kKeeps) return Head::template codes<kGroup>(chunk_of(group, lane), levels[lane]);
    const std::size_t offset = unsigned(lane) * pair.panel_bytes;
    const __m512i codes =
        Head::template codes<kGroup>({chunk.low + offset, chunk.high + offset}, levels[lane]);
    _mm512_store_si512(kept + (kGroup * kPanels + lane) * 64, codes);
    return codes;
  }

private:
  [[gnu::always_inline]] Chunk chunk_of(std::size_t group, int lane) const {
    constexpr std::size_t kChunks = kShape.cols / 64; // of a block
    const std::size_t index = group / kGroupsAtOnce;
    return Head::chunk_of(block(index / kChunks, lane), index % kChunks);
  }
  [[gnu::always_inline]] const std::byte* block(std::size_t index, int lane) const {
    return pair.panel + unsigned(lane) * pair.panel_bytes + index * kShape.bytes();
  }
};

template <Encoding kEncoding, bool kKeeps, int kTokens>
void packed_tile(const PackedPair& pair, const UnpackedPanels& w, const PreparedRows& x,
                 const TileOutput& output, Prefetch& prefetch) {
  constexpr EncodingShape kShape = Block<kEncoding>::kShape;
  const PackedWeights<kEncoding, kKeeps> weights{pair, w};
  if constexpr (kShape.is_super()) {
    multiply_spans<kTokens, int(kShape.group), kShape.has_minimum>(weights, w, x, output, prefetch);
  } else {
    multiply_groups<kTokens, kShape.has_minimum>(weights, w, x, output, prefetch);
  }
}

template <Encoding kEncoding, int... kGroup>
[[gnu::always_inline]] inline void
decode_chunk(const Block<kEncoding>& head, const std::byte* block, int chunk, int lanes, float* out,
             std::integer_sequence<int, kGroup...> /*groups*/) {
  constexpr EncodingShape kShape = Block<kEncoding>::kShape;
  const __m512i byte = _mm512_set1_epi32(255);
  const __m512i offset = _mm512_set1_epi32(int(kShape.offset));
  const auto decode_group = [&](__m512i codes, int group) __attribute__((always_inline)) {
    const int g = (chunk * 64 + group * 4) / int(kShape.group);
    for (int i = 0; i < 4; ++i, codes = _mm512_srli_epi32(codes, 8)) {
      const __m512i code = _mm512_sub_epi32(_mm512_and_si512(codes, byte), offset);
      const __m512 product = _mm512_mul_ps(head.scale_of(g), _mm512_cvtepi32_ps(code));
      const __m512 weight =
          kShape.has_minimum ? _mm512_sub_ps(product, head.minimum_of(g)) : product;
      _mm512_store_ps(out + (group * 4 + i) * lanes * 16, weight);
    }
  };
  const Chunk at = Block<kEncoding>::chunk_of(block, unsigned(chunk));
  (decode_group(Block<kEncoding>::template codes<kGroup>(at, head.levels), kGroup), ...);
}

template <Encoding kEncoding>
void decode(const std::byte* blocks, std::uint32_t cols, int lane, int lanes, float* out) {
  using Head = Block<kEncoding>;
  out += lane * 16;
  for (std::uint32_t col = 0; col < cols; col += Head::kShape.cols) {
    Head head;
    head.load_scales(blocks);
    for (int chunk = 0; chunk < int(Head::kShape.cols / 64); ++chunk, out += 64 * lanes * 16)
      decode_chunk<kEncoding>(head, blocks, chunk, lanes, out,
                              std::make_integer_sequence<int, 16>{});
    blocks += Head::kShape.bytes();
  }
}

template <Encoding kEncoding, int... kRow>
constexpr EncodingKernels make_kernels(std::integer_sequence<int, kRow...> /*rows*/) {
  static_assert(kFirstTokensMin == 4 && kTileTokens == 6);
  return {{&Stream<kEncoding, kRow + 1>::multiply...},
          &unpack<kEncoding>,
          {{&packed_tile<kEncoding, false, 4>, &packed_tile<kEncoding, false, 5>,
            &packed_tile<kEncoding, false, 6>},
           {&packed_tile<kEncoding, true, 4>, &packed_tile<kEncoding, true, 5>,
            &packed_tile<kEncoding, true, 6>}},
          &decode<kEncoding>};
}
template <Encoding kEncoding>
constexpr EncodingKernels make_kernels() {
  return make_kernels<kEncoding>(std::make_integer_sequence<int, int(kStreamRows)>{});
}

} // namespace outpost::kernels::avx512
