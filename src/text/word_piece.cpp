#include "text/word_piece.h"

#include <algorithm>
#include <utility>

#include "text/folding.h"
#include "text/token_spelling.h"
#include "text/unicode.h"

namespace outpost::text {
namespace {

// Longer words are unknown as a whole, as in BERT: it bounds the search for pieces.
constexpr std::size_t kWordCharactersMax = 100;
// Looking a piece up costs its length. BERT's longest has 18 characters.
constexpr std::size_t kWordPieceBytesMax = 512;

struct CodePoints {
  char32_t first, last;
};

// The blocks whose characters are words of their own (BERT's tokenization.py,
// _is_chinese_char).
constexpr CodePoints kIdeographs[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},
                                      {0x20000, 0x2A6DF}, {0x2A700, 0x2CEAF}, {0x2F800, 0x2FA1F}};

bool is_ideograph(char32_t c) {
  return std::ranges::any_of(
      kIdeographs, [c](const CodePoints& block) { return c >= block.first && c <= block.last; });
}

// Punctuation, and what ASCII has of symbols.
bool stands_alone(const Character& c) {
  return c.is(kPunctuation) || (c.value < 0x80 && c.is(kSymbol)) || is_ideograph(c.value);
}

bool is_left_out(const Character& c) {
  constexpr char32_t kDelete = 0x7F, kFirstPrintable = 0xA0;
  return c.value < 0x20 || (c.value >= kDelete && c.value < kFirstPrintable) ||
         c.value == kReplacement;
}

// A word as it is read: folded, the mark in front.
class Word {
public:
  explicit Word(std::string& text) : text_(text) { clear(); }
  void clear() {
    text_ = kSpaceMark;
    characters_ = 0;
  }
  void append(char32_t c) {
    for (const char32_t folded : fold(c)) {
      if (folded == 0) continue;
      if (++characters_ <= kWordCharactersMax) append_utf8(folded, text_);
    }
  }
  [[nodiscard]] bool is_empty() const { return characters_ == 0; }
  [[nodiscard]] bool is_too_long() const { return characters_ > kWordCharactersMax; }
  [[nodiscard]] std::string_view text() const { return text_; }

private:
  std::string& text_;
  std::size_t characters_ = 0;
};

} // namespace

Result<std::unique_ptr<Tokenizer>> WordPieceTokenizer::make(const VocabularySource& source) {
  OUTPOST_TRY(Vocabulary vocabulary, Vocabulary::build(source, SpellingStyle::kWordPiece));
  if (!vocabulary.unknown()) {
    return fail(ErrorCode::kCorruptData,
                "the file names no unknown token (tokenizer.ggml.unknown_token_id)");
  }
  OUTPOST_TRY(SpecialTokens special_tokens, SpecialTokens::build(vocabulary));
  auto tokenizer =
      std::make_unique<WordPieceTokenizer>(std::move(vocabulary), std::move(special_tokens));
  OUTPOST_CHECK(tokenizer->set_adds_bos(source.adds_bos.value_or(tokenizer->bos().has_value())));
  tokenizer->set_adds_eos(source.adds_eos.value_or(true));
  tokenizer->find_longest_piece();
  return tokenizer;
}

void WordPieceTokenizer::find_longest_piece() {
  for (TokenId token = 0; vocabulary().contains(token); ++token) {
    longest_piece_bytes_ = std::max(longest_piece_bytes_, spelling(token).size());
  }
  longest_piece_bytes_ = std::min(longest_piece_bytes_, kWordPieceBytesMax);
}

void WordPieceTokenizer::encode_text(std::string_view text, bool, Buffers& buffers,
                                     std::vector<TokenId>& out) const {
  Word word(buffers.marked_text);
  const auto end_word = [&] {
    if (word.is_too_long()) {
      out.push_back(*vocabulary().unknown());
    } else if (!word.is_empty()) {
      buffers.cache.append(word.text(), out, [this](std::string_view w, std::vector<TokenId>& to) {
        encode_word(w, to);
      });
    }
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    at += c.size_bytes;
    if (c.is(kSpace)) {
      end_word();
    } else if (stands_alone(c)) {
      end_word();
      word.append(c.value);
      end_word();
    } else if (!is_left_out(c)) {
      word.append(c.value);
    }
  }
  end_word();
}

void WordPieceTokenizer::encode_word(std::string_view word, std::vector<TokenId>& out) const {
  const std::size_t count = out.size();
  while (!word.empty()) {
    const auto piece = longest_piece(word);
    if (!piece) {
      out.resize(count);
      out.push_back(*vocabulary().unknown());
      return;
    }
    out.push_back(*piece);
    word.remove_prefix(spelling(*piece).size());
  }
}

std::optional<TokenId> WordPieceTokenizer::longest_piece(std::string_view marked) const {
  for (std::size_t size = std::min(marked.size(), longest_piece_bytes_); size > 0; --size) {
    const auto token = vocabulary().find(marked.substr(0, size));
    if (token && kind(*token) == TokenKind::kNormal) return token;
  }
  return std::nullopt;
}

} // namespace outpost::text
