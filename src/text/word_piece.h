// WordPiece, as BERT and the embedding models after it read text (Devlin et al. 2018,
// arXiv:1810.04805): folded to lower case without accents, cut at spaces and punctuation, each word
// taken apart from the left into the longest pieces there are; a word that cannot be is unknown.
//
// GGUF files spell a piece that begins a word with U+2581 and one inside a word without it.
#pragma once
#include <memory>

#include "text/vocabulary_tokenizer.h"

namespace outpost::text {

class WordPieceTokenizer final : public VocabularyTokenizer {
public:
  // kCorruptData: no unknown token.
  static Result<std::unique_ptr<Tokenizer>> make(const VocabularySource& source);

  // Half-made: make() does the rest.
  WordPieceTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens)
      : VocabularyTokenizer(std::move(vocabulary), std::move(special_tokens)) {}

private:
  void find_longest_piece();
  void encode_text(std::string_view text, bool at_start, Buffers& buffers,
                   std::vector<TokenId>& out) const override;
  // `word` begins with the mark.
  void encode_word(std::string_view word, std::vector<TokenId>& out) const;
  [[nodiscard]] std::optional<TokenId> longest_piece(std::string_view marked) const;

  std::size_t longest_piece_bytes_ = 0;
};

} // namespace outpost::text
