// What every tokenizer over a vocabulary does alike: special tokens are matched first, what lies
// between them is text for the style at hand.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/merger.h"
#include "text/scan.h"
#include "text/special_tokens.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"
#include "text/word_cache.h"

namespace outpost::text {

class VocabularyTokenizer : public Tokenizer {
public:
  using Tokenizer::encode;
  void encode(std::string_view text, ControlTokens control, bool at_start,
              std::vector<TokenId>& out) const final;
  [[nodiscard]] std::string_view bytes(TokenId token) const final;
  [[nodiscard]] std::string_view spelling(TokenId token) const final;
  [[nodiscard]] TokenKind kind(TokenId token) const final;
  [[nodiscard]] std::size_t vocabulary_size() const final { return vocabulary_.size(); }
  [[nodiscard]] std::optional<TokenId> find(std::string_view spelling) const final {
    return vocabulary_.find(spelling);
  }

protected:
  // Buffers of one encode() call, so that a word costs no allocation.
  struct Buffers {
    WordCache cache;
    WordEnds word_ends;
    std::string marked_text;
    Merger merger;
  };

  VocabularyTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens);

  // Appends the ids of text without special tokens. `at_start`: nothing, or a special token, stands
  // before it.
  virtual void encode_text(std::string_view text, bool at_start, Buffers& buffers,
                           std::vector<TokenId>& out) const = 0;
  // Where text goes on that follows the special token `token` and begins at text[at].
  [[nodiscard]] virtual std::size_t resume_after(TokenId token, std::string_view text,
                                                 std::size_t at) const;

  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }
  void append_unknown(std::vector<TokenId>& out) const;
  // Whether texts to embed end with EOS, where the file says so and has one.
  void set_adds_eos(bool adds_eos) { adds_eos_ = adds_eos && eos_.has_value(); }
  // OUTPOST_CHECKs that a file which asks for a BOS has one.
  Status set_adds_bos(bool adds_bos);

private:
  Vocabulary vocabulary_;
  SpecialTokens special_tokens_;
};

} // namespace outpost::text
