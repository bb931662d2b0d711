// SentencePiece's BPE as GGUF files carry it (Kudo and Richardson 2018, arXiv:1808.06226): spaces
// become U+2581, neighbouring characters are joined into the token of the highest score, and what
// is no token is written as its bytes. For Llama 2, Phi-3 and Gemma.
#pragma once
#include <array>
#include <memory>

#include "text/vocabulary_tokenizer.h"

namespace outpost::text {

class SentencePieceTokenizer final : public VocabularyTokenizer {
public:
  // kCorruptData: scores are missing, too few or not numbers.
  static Result<std::unique_ptr<Tokenizer>> make(const VocabularySource& source);

  // Half-made: make() does the rest.
  SentencePieceTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens,
                         const VocabularySource& source);

private:
  Status add_pieces(const VocabularySource& source);
  void add_seams(std::string_view spelling);
  void find_bytes();

  void encode_text(std::string_view text, bool at_start, Buffers& buffers,
                   std::vector<TokenId>& out) const override;
  [[nodiscard]] std::size_t resume_after(TokenId token, std::string_view text,
                                         std::size_t at) const override;
  // The end of the shortest stretch from `at` that no token crosses.
  [[nodiscard]] std::size_t stretch_end(std::string_view marked, std::size_t at) const;
  void encode_stretch(std::string_view marked, Merger& merger, std::vector<TokenId>& out) const;
  [[nodiscard]] std::optional<TokenId> find_piece(std::string_view marked) const;
  void append_bytes(std::string_view marked, std::vector<TokenId>& out) const;

  bool adds_space_prefix_;
  bool strips_after_special_;
  std::size_t longest_piece_bytes_ = 0;
  std::vector<std::uint32_t> priorities_; // by token; smaller joins first
  std::vector<bool> seams_; // by hash of two characters: some token holds them in a row
  std::array<TokenId, 256> byte_tokens_{};
};

} // namespace outpost::text
