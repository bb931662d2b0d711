// Characters as uncased models see them: lower case, without accents (Unicode 15, section 3.11, and
// BERT's BasicTokenizer).
#pragma once
#include <array>
#include <cstdint>

namespace outpost::text {

// Every code point of first .. last becomes `to`, one further for each; 0: nothing. `second` and
// `third` follow it where one becomes several.
struct FoldRange {
  std::uint32_t first, last, to, second, third;
};
extern const std::array<FoldRange, 2705> kFoldRanges; // ascending

// What a character becomes: none, one, two or (Hangul) three code points; unused places are 0.
using Folded = std::array<char32_t, 3>;
Folded fold(char32_t code_point);

} // namespace outpost::text
