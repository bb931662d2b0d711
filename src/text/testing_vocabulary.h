// Small vocabularies for tests: the strings that a VocabularySource only views.
#pragma once
#include <array>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/token_spelling.h"
#include "text/unicode.h"
#include "text/vocabulary_source.h"

// Sanitizers make a program several times slower: limits of time are not asked of them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OUTPOST_TEXT_TEST_IS_TIMED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OUTPOST_TEXT_TEST_IS_TIMED 0
#endif
#endif
#ifndef OUTPOST_TEXT_TEST_IS_TIMED
#define OUTPOST_TEXT_TEST_IS_TIMED 1
#endif

namespace outpost::text::testing {

// A text that linear work passes over in far less than a second.
inline constexpr std::size_t kLongTextBytes = OUTPOST_TEXT_TEST_IS_TIMED ? 1u << 20 : 1u << 15;

// Seconds of processor time, which other programs on the machine do not spend.
class Stopwatch {
public:
  [[nodiscard]] bool ran_under_a_second() const {
    return !OUTPOST_TEXT_TEST_IS_TIMED || std::clock() - start_ < CLOCKS_PER_SEC;
  }

private:
  std::clock_t start_ = std::clock();
};

struct TestVocabulary {
  std::string model, pre, architecture;
  std::vector<std::string> tokens;
  std::vector<TokenKind> kinds;
  std::vector<float> scores;
  std::vector<std::string> merges;
  std::optional<std::uint64_t> bos, eos, unknown;
  std::optional<bool> adds_bos, adds_space_prefix;

  TokenId add(std::string spelling, TokenKind kind = TokenKind::kNormal, float score = 0) {
    tokens.push_back(std::move(spelling));
    kinds.push_back(kind);
    scores.push_back(score);
    return static_cast<TokenId>(tokens.size() - 1);
  }

  [[nodiscard]] VocabularySource source() const {
    VocabularySource source;
    source.model = model;
    source.pre = pre;
    source.architecture = architecture;
    source.tokens.assign(tokens.begin(), tokens.end());
    source.kinds = kinds;
    source.scores = scores;
    source.merges.assign(merges.begin(), merges.end());
    source.bos = bos;
    source.eos = eos;
    source.unknown = unknown;
    source.adds_bos = adds_bos;
    source.adds_space_prefix = adds_space_prefix;
    return source;
  }

  // Throws, which fails a test, when the vocabulary is refused.
  [[nodiscard]] std::unique_ptr<Tokenizer> tokenizer() const {
    return std::move(make_tokenizer(source()).value());
  }
  // The refusal; an empty message when there was none.
  [[nodiscard]] Error refusal() const {
    auto made = make_tokenizer(source());
    return made ? Error{} : made.error();
  }
};

// GPT-2's character for each byte, found by asking the decoder.
inline const std::array<std::string, 256>& byte_spellings() {
  static const auto spellings = [] {
    std::array<std::string, 256> found;
    for (char32_t c = 0; c < 0x200; ++c) {
      std::string character;
      append_utf8(c, character);
      if (const auto bytes = decode_byte_level(character)) {
        found[static_cast<unsigned char>(bytes->front())] = character;
      }
    }
    return found;
  }();
  return spellings;
}

inline std::string byte_level_spelling(std::string_view bytes) {
  std::string spelling;
  for (const char c : bytes) spelling += byte_spellings()[static_cast<unsigned char>(c)];
  return spelling;
}

// Ids 0..255 are the bytes; then what each merge builds, in order. A merge is a pair of byte
// strings.
inline TestVocabulary
bpe_vocabulary(std::string pre, const std::vector<std::pair<std::string, std::string>>& merges) {
  TestVocabulary vocabulary;
  vocabulary.model = "gpt2";
  vocabulary.pre = std::move(pre);
  for (const std::string& spelling : byte_spellings()) vocabulary.add(spelling);
  for (const auto& [left, right] : merges) {
    vocabulary.add(byte_level_spelling(left + right));
    vocabulary.merges.push_back(byte_level_spelling(left) + " " + byte_level_spelling(right));
  }
  return vocabulary;
}

// <unk>, <s>, </s>, then the 256 byte tokens (ids 3..258), as Llama's own.
inline TestVocabulary sentencepiece_vocabulary() {
  TestVocabulary vocabulary;
  vocabulary.model = "llama";
  vocabulary.add("<unk>", TokenKind::kUnknown);
  vocabulary.add("<s>", TokenKind::kControl);
  vocabulary.add("</s>", TokenKind::kControl);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (std::size_t byte = 0; byte < 256; ++byte) {
    vocabulary.add(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">",
                   TokenKind::kByte);
  }
  return vocabulary;
}

} // namespace outpost::text::testing
