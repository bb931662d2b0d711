// Byte-level BPE (Radford et al. 2019): a pre-tokenizer cuts text into words, merge rules build
// tokens from a word's bytes. Most words of ordinary text are one token: those are found whole.
#pragma once
#include <array>
#include <memory>

#include "text/pair_table.h"
#include "text/pretokenizer.h"
#include "text/vocabulary_tokenizer.h"

namespace outpost::text {

class BpeTokenizer final : public VocabularyTokenizer {
public:
  // kUnsupported: a pre-tokenizer that is not known. kCorruptData: merges are missing, are not two
  // tokens, or build what is no token.
  static Result<std::unique_ptr<Tokenizer>> make(const VocabularySource& source);

  // Half-made: make() does the rest.
  BpeTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens,
               const PreTokenizer& pretokenizer, std::size_t merge_count);

private:
  Status add_merges(const VocabularySource& source);
  Status add_words();
  void find_bytes();

  void encode_text(std::string_view text, bool at_start, Buffers& buffers,
                   std::vector<TokenId>& out) const override;
  void encode_word(std::string_view word, Merger& merger, std::vector<TokenId>& out) const;
  void merge_word(std::string_view word, Merger& merger) const;

  const PreTokenizer& pretokenizer_;
  PairTable merges_; // (left, right) to (rank, token)
  // For models that look for whole words first: the tokens' bytes and, by number, the tokens.
  StringPool words_;
  std::vector<TokenId> word_tokens_;
  StringIndex word_index_;
  std::array<TokenId, 256> byte_tokens_{};
};

} // namespace outpost::text
