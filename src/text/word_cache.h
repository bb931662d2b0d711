// The ids of words met before in the same text. Natural text repeats itself: nine words of ten are
// found here, in the processor's cache, instead of being merged again from a table of megabytes.
// Belongs to one encode() call, so that a tokenizer stays immutable.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "text/merger.h"
#include "text/probing.h"

namespace outpost::text {

class WordCache {
public:
  // The table's size follows the text's: clearing it costs little beside reading the text.
  explicit WordCache(std::size_t text_bytes)
      : entries_(
            std::bit_ceil(std::clamp(text_bytes / kTextBytesPerEntry, kEntriesMin, kEntriesMax))) {}

  // Appends the ids of `word`: from the table, or as encode(word, out) appends them.
  template <class Encode>
  void append(std::string_view word, std::vector<TokenId>& out, Encode encode) {
    if (word.empty() || word.size() > kWordBytesMax) {
      encode(word, out);
      return;
    }
    const Key key = key_of(word);
    std::uint64_t hash = 0;
    for (const std::uint64_t part : key) hash = mix_bits(hash ^ part);
    const std::size_t place = hash & (entries_.size() - 2);
    Entry& newer = entries_[place];
    Entry& older = entries_[place + 1];
    if (older.key == key) std::swap(newer, older);
    if (newer.key == key) {
      for (const TokenId token : newer.tokens) {
        if (token == kNoToken) break;
        out.push_back(token);
      }
      return;
    }
    const std::size_t before = out.size();
    encode(word, out);
    const std::size_t count = out.size() - before;
    if (count > kTokensMax) return;
    older = std::exchange(newer, Entry{key, {}});
    newer.tokens.fill(kNoToken);
    std::copy_n(out.end() - static_cast<std::ptrdiff_t>(count), count, newer.tokens.begin());
  }

private:
  static constexpr std::size_t kTextBytesPerEntry = 32;
  static constexpr std::size_t kEntriesMin = 16;
  static constexpr std::size_t kEntriesMax = 16384; // of 40 bytes: within a second-level cache
  static constexpr std::size_t kWordBytesMax = 23;
  static constexpr std::size_t kTokensMax = 4;
  using Key = std::array<std::uint64_t, 3>; // the bytes and, last, their number: never all zero

  struct Entry {
    Key key{};
    std::array<TokenId, kTokensMax> tokens{}; // kNoToken after the last
  };

  static Key key_of(std::string_view word) {
    std::array<char, sizeof(Key)> bytes{};
    std::memcpy(bytes.data(), word.data(), word.size());
    bytes[kWordBytesMax] = static_cast<char>(word.size());
    return std::bit_cast<Key>(bytes);
  }

  std::vector<Entry> entries_; // in pairs: the one used last, the one before it
};

} // namespace outpost::text
