#include "text/folding.h"

#include <algorithm>

namespace outpost::text {
namespace {

// Unicode 15, section 3.12, "Conjoining Jamo Behavior".
constexpr char32_t kSyllables = 0xAC00, kLeading = 0x1100, kVowels = 0x1161, kTrailing = 0x11A7;
constexpr char32_t kVowelCount = 21, kTrailingCount = 28, kSyllableCount = 11172;

Folded decomposed_hangul(char32_t index) {
  const char32_t trailing = index % kTrailingCount;
  return {kLeading + index / (kVowelCount * kTrailingCount),
          kVowels + index / kTrailingCount % kVowelCount, trailing == 0 ? 0 : kTrailing + trailing};
}

} // namespace

Folded fold(char32_t code_point) {
  if (code_point < 0x80) {
    return {code_point >= 'A' && code_point <= 'Z' ? code_point + 32 : code_point, 0, 0};
  }
  if (code_point >= kSyllables && code_point < kSyllables + kSyllableCount) {
    return decomposed_hangul(code_point - kSyllables);
  }
  const auto after = std::ranges::upper_bound(kFoldRanges, code_point, {}, &FoldRange::first);
  if (after == kFoldRanges.begin()) return {code_point, 0, 0};
  const FoldRange& range = *(after - 1);
  if (code_point > range.last) return {code_point, 0, 0};
  if (range.to == 0) return {0, 0, 0};
  return {range.to + (code_point - range.first), range.second, range.third};
}

} // namespace outpost::text
