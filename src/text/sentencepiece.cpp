#include "text/sentencepiece.h"

#include <bit>
#include <cmath>
#include <utility>

#include "text/probing.h"
#include "text/token_spelling.h"
#include "text/unicode.h"

namespace outpost::text {
namespace {

// Bits, one per 16 of which are set by the largest vocabulary in use (Gemma): few false seams, and
// small enough for a second-level cache.
constexpr std::size_t kSeamBits = std::size_t{1} << 21;

// Looking a piece up costs its length, at every character of a text. Gemma's longest has 48 bytes.
constexpr std::size_t kPieceBytesMax = 1024;

std::size_t seam_of(char32_t left, char32_t right) {
  return mix_bits(std::uint64_t{left} << 32 | right) & (kSeamBits - 1);
}

// Orders like the score, backwards: IEEE 754 numbers compare as integers once negative ones are
// mirrored.
std::uint32_t priority_of(float score) {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f); // -0 and 0 are equal
  const std::uint32_t ascending = bits >> 31 != 0 ? ~bits : bits | 0x80000000u;
  return ~ascending;
}

// What text may become: SentencePiece keeps control, unknown and byte pieces out of its search, so
// that no text can forge one.
bool is_piece(TokenKind kind) {
  return kind == TokenKind::kNormal || kind == TokenKind::kUserDefined ||
         kind == TokenKind::kUnused;
}

void mark_spaces(std::string_view text, std::string& marked) {
  for (const char c : text) {
    if (c == ' ') {
      marked += kSpaceMark;
    } else {
      marked += c;
    }
  }
}

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

} // namespace

Result<std::unique_ptr<Tokenizer>> SentencePieceTokenizer::make(const VocabularySource& source) {
  OUTPOST_TRY(Vocabulary vocabulary, Vocabulary::build(source, SpellingStyle::kSentencePiece));
  OUTPOST_TRY(SpecialTokens special_tokens, SpecialTokens::build(vocabulary));
  auto tokenizer = std::make_unique<SentencePieceTokenizer>(std::move(vocabulary),
                                                            std::move(special_tokens), source);
  OUTPOST_CHECK(tokenizer->set_adds_bos(source.adds_bos.value_or(tokenizer->bos().has_value())));
  tokenizer->set_adds_eos(source.adds_eos.value_or(false));
  OUTPOST_CHECK(tokenizer->add_pieces(source));
  tokenizer->find_bytes();
  return tokenizer;
}

SentencePieceTokenizer::SentencePieceTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens,
                                               const VocabularySource& source)
    : VocabularyTokenizer(std::move(vocabulary), std::move(special_tokens)),
      adds_space_prefix_(source.adds_space_prefix.value_or(true)),
      // Phi-3 declares its special tokens "rstrip" (tokenizer_config.json); GGUF cannot say so.
      strips_after_special_(source.architecture == "phi3"), seams_(kSeamBits) {}

Status SentencePieceTokenizer::add_pieces(const VocabularySource& source) {
  if (source.scores.size() != vocabulary_size()) {
    return fail(ErrorCode::kCorruptData,
                "tokenizer.ggml.scores has " + std::to_string(source.scores.size()) +
                    " elements for " + std::to_string(vocabulary_size()) + " tokens");
  }
  priorities_.reserve(vocabulary_size());
  for (TokenId token = 0; vocabulary().contains(token); ++token) {
    const float score = source.scores[static_cast<std::size_t>(token)];
    if (std::isnan(score)) {
      return fail(ErrorCode::kCorruptData,
                  "the score of token " + std::to_string(token) + " is not a number");
    }
    priorities_.push_back(priority_of(score));
    if (!is_piece(vocabulary().kind(token))) continue;
    const std::size_t size_bytes = vocabulary().spelling(token).size();
    if (size_bytes > kPieceBytesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  "token " + std::to_string(token) + " has " + std::to_string(size_bytes) +
                      " bytes; the limit is " + std::to_string(kPieceBytesMax));
    }
    add_seams(vocabulary().spelling(token));
    longest_piece_bytes_ = std::max(longest_piece_bytes_, size_bytes);
  }
  return {};
}

void SentencePieceTokenizer::add_seams(std::string_view spelling) {
  std::optional<char32_t> before;
  for (std::size_t at = 0; at < spelling.size();) {
    const Utf8 c = decode_utf8(spelling.substr(at));
    if (before) seams_[seam_of(*before, c.value)] = true;
    before = c.value;
    at += c.size_bytes;
  }
}

void SentencePieceTokenizer::find_bytes() {
  byte_tokens_.fill(kNoToken);
  for (TokenId token = 0; vocabulary().contains(token); ++token) {
    if (vocabulary().kind(token) != TokenKind::kByte) continue;
    TokenId& known = byte_tokens_[static_cast<unsigned char>(vocabulary().bytes(token)[0])];
    if (known == kNoToken) known = token;
  }
}

void SentencePieceTokenizer::encode_text(std::string_view text, bool at_start, Buffers& buffers,
                                         std::vector<TokenId>& out) const {
  std::string& marked = buffers.marked_text;
  marked.clear();
  if (adds_space_prefix_ && at_start) marked += kSpaceMark;
  mark_spaces(text, marked);
  const auto encode = [&](std::string_view stretch, std::vector<TokenId>& tokens) {
    encode_stretch(stretch, buffers.merger, tokens);
  };
  for (std::size_t at = 0; at < marked.size();) {
    const std::size_t end = stretch_end(marked, at);
    buffers.cache.append(std::string_view(marked).substr(at, end - at), out, encode);
    at = end;
  }
}

std::size_t SentencePieceTokenizer::resume_after(TokenId token, std::string_view text,
                                                 std::size_t at) const {
  const bool strips = strips_after_special_ && token != vocabulary().bos() &&
                      token != vocabulary().unknown() && spelling(token) != "<|endoftext|>";
  while (strips && at < text.size() && is_ascii_space(text[at])) ++at;
  return at;
}

// Tokens join characters; where two characters stand in a row in no token, none crosses, and the
// parts may be merged one by one: short ones, which is what makes it quick.
std::size_t SentencePieceTokenizer::stretch_end(std::string_view marked, std::size_t at) const {
  const std::size_t start = at;
  std::optional<char32_t> before;
  while (at < marked.size()) {
    const Utf8 c = decode_utf8(marked.substr(at));
    if (before && !seams_[seam_of(*before, c.value)]) break;
    if (at - start > Merger::kWordBytesMax) break;
    before = c.value;
    at += c.size_bytes;
  }
  return at;
}

void SentencePieceTokenizer::encode_stretch(std::string_view marked, Merger& merger,
                                            std::vector<TokenId>& out) const {
  merger.clear();
  for (std::size_t at = 0; at < marked.size();) {
    const Utf8 c = decode_utf8(marked.substr(at));
    const auto piece = find_piece(marked.substr(at, c.size_bytes));
    merger.append({static_cast<std::uint32_t>(at), c.size_bytes, piece.value_or(kNoToken)});
    at += c.size_bytes;
  }
  merger.merge([&](const Symbol& left, const Symbol& right) -> std::optional<Merger::Join> {
    const auto piece = find_piece(marked.substr(left.begin, left.size_bytes + right.size_bytes));
    if (!piece) return std::nullopt;
    return Merger::Join{priorities_[static_cast<std::size_t>(*piece)], *piece};
  });
  merger.for_each([&](const Symbol& symbol) {
    if (symbol.token == kNoToken) {
      append_bytes(marked.substr(symbol.begin, symbol.size_bytes), out);
    } else {
      out.push_back(symbol.token);
    }
  });
}

std::optional<TokenId> SentencePieceTokenizer::find_piece(std::string_view marked) const {
  if (marked.size() > longest_piece_bytes_) return std::nullopt;
  const auto token = vocabulary().find(marked);
  if (!token || !is_piece(vocabulary().kind(*token))) return std::nullopt;
  return token;
}

void SentencePieceTokenizer::append_bytes(std::string_view marked,
                                          std::vector<TokenId>& out) const {
  for (const char c : marked) {
    const TokenId token = byte_tokens_[static_cast<unsigned char>(c)];
    if (token == kNoToken) {
      append_unknown(out);
    } else {
      out.push_back(token);
    }
  }
}

} // namespace outpost::text
