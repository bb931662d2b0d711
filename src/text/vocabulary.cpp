#include "text/vocabulary.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/token_spelling.h"

namespace outpost::text {
namespace {

// The spellings by which models end a turn, whatever the file calls them. A file that types such a
// token as ordinary text is mistaken: it would let any text end a turn, so it counts as control.
// The set is that of ggml-org/llama.cpp (src/llama-vocab.cpp), less spellings that also occur as
// text.
constexpr std::array<std::string_view, 12> kEndSpellings = {
    "<|im_end|>", // ChatML: Qwen, SmolLM2
    "<|eot_id|>",
    "<|eom_id|>",      // Llama 3
    "<|end_of_text|>", // Llama 3, Granite
    "<end_of_turn>",   // Gemma
    "<|end|>",         // Phi-3, Phi-4-mini
    "<|endoftext|>",   // GPT-2 and many after it
    "<｜end▁of▁sentence｜>",
    "<|EOT|>", // DeepSeek
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>", // Qwen2.5-Coder: another file begins
};

bool is_end_spelling(std::string_view spelling) {
  return std::find(kEndSpellings.begin(), kEndSpellings.end(), spelling) != kEndSpellings.end();
}

bool is_plain(TokenKind kind) {
  return kind == TokenKind::kNormal || kind == TokenKind::kUserDefined;
}

bool is_matched_whole(TokenKind kind) {
  return kind == TokenKind::kControl || kind == TokenKind::kUserDefined ||
         kind == TokenKind::kUnknown;
}

Status check_sizes(const VocabularySource& source) {
  const std::size_t count = source.tokens.size();
  if (count == 0) {
    return fail(ErrorCode::kCorruptData, "the file has no tokens (tokenizer.ggml.tokens)");
  }
  if (count > Vocabulary::kTokenCountMax) {
    return fail(ErrorCode::kLimitExceeded, "the vocabulary has " + std::to_string(count) +
                                               " tokens; the limit is " +
                                               std::to_string(Vocabulary::kTokenCountMax));
  }
  std::size_t bytes = 0;
  for (const std::string_view token : source.tokens) bytes += token.size();
  if (bytes > StringPool::kBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "the tokens have " + std::to_string(bytes) +
                                               " bytes; the limit is " +
                                               std::to_string(StringPool::kBytesMax));
  }
  if (!source.kinds.empty() && source.kinds.size() != count) {
    return fail(ErrorCode::kCorruptData, "tokenizer.ggml.token_type has " +
                                             std::to_string(source.kinds.size()) +
                                             " elements for " + std::to_string(count) + " tokens");
  }
  return {};
}

// An id of the metadata as a token, if the file has one.
Result<std::optional<TokenId>> token_id(std::optional<std::uint64_t> id, std::size_t count,
                                        std::string_view key) {
  if (!id) return std::nullopt;
  if (*id >= count) {
    return fail(ErrorCode::kCorruptData, std::string(key) + " is " + std::to_string(*id) +
                                             ", the vocabulary has " + std::to_string(count) +
                                             " tokens");
  }
  return static_cast<TokenId>(*id);
}

} // namespace

Result<Vocabulary> Vocabulary::build(const VocabularySource& source, SpellingStyle style) {
  OUTPOST_CHECK(check_sizes(source));
  Vocabulary vocabulary(source.tokens.size());
  OUTPOST_CHECK(vocabulary.add_tokens(source, style));
  OUTPOST_CHECK(vocabulary.set_special_tokens(source, style));
  return vocabulary;
}

Status Vocabulary::add_tokens(const VocabularySource& source, SpellingStyle style) {
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const std::string_view spelling = source.tokens[i];
    TokenKind kind = source.kinds.empty() ? TokenKind::kNormal : source.kinds[i];
    if (is_plain(kind) && is_end_spelling(spelling)) kind = TokenKind::kControl;
    if (is_matched_whole(kind) && spelling.size() > kSpecialTokenBytesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  "special token " + std::to_string(i) + " has " + std::to_string(spelling.size()) +
                      " bytes; the limit is " + std::to_string(kSpecialTokenBytesMax));
    }
    spellings_.append(spelling);
    kinds_.push_back(kind);
    if (!index_.insert(spellings_, static_cast<std::uint32_t>(i))) {
      return fail(ErrorCode::kCorruptData,
                  "the tokens are made to collide in a hash table (token " + std::to_string(i) +
                      ")");
    }
    OUTPOST_CHECK(add_bytes(static_cast<TokenId>(i), style));
  }
  return {};
}

Status Vocabulary::add_bytes(TokenId token, SpellingStyle style) {
  const std::string_view text = spelling(token);
  std::string bytes;
  bool is_text = false;
  switch (kind(token)) {
  case TokenKind::kNormal:
    if (style != SpellingStyle::kByteLevel) {
      bytes = decode_space_marks(text);
      is_text = true;
    } else if (auto decoded = decode_byte_level(text)) {
      bytes = std::move(*decoded);
      is_text = true;
    } else {
      bytes = text; // no words of the alphabet become it, but a model may still say it
    }
    break;
  case TokenKind::kUserDefined: bytes = text; break;
  case TokenKind::kByte: {
    const auto byte = parse_byte_token(text);
    if (!byte) {
      return fail(ErrorCode::kCorruptData, "byte token " + std::to_string(token) +
                                               " is not spelled \"<0x00>\" to \"<0xFF>\"");
    }
    bytes.push_back(static_cast<char>(*byte));
    break;
  }
  case TokenKind::kControl:
  case TokenKind::kUnknown:
  case TokenKind::kUnused: break;
  }
  bytes_.append(bytes);
  is_text_.push_back(is_text);
  return {};
}

Status Vocabulary::set_special_tokens(const VocabularySource& source, SpellingStyle style) {
  OUTPOST_TRY(bos_, token_id(source.bos, size(), "tokenizer.ggml.bos_token_id"));
  OUTPOST_TRY(eos_, token_id(source.eos, size(), "tokenizer.ggml.eos_token_id"));
  if (style == SpellingStyle::kWordPiece) {
    // BERT's names for what begins and ends a text.
    OUTPOST_TRY(const auto cls, token_id(source.cls, size(), "tokenizer.ggml.cls_token_id"));
    OUTPOST_TRY(const auto separator,
                token_id(source.separator, size(), "tokenizer.ggml.seperator_token_id"));
    if (cls) bos_ = cls;
    if (separator) eos_ = separator;
  }
  OUTPOST_TRY(unknown_, token_id(source.unknown, size(), "tokenizer.ggml.unknown_token_id"));
  OUTPOST_TRY(const auto turn, token_id(source.end_of_turn, size(), "tokenizer.ggml.eot_token_id"));
  OUTPOST_TRY(const auto message,
              token_id(source.end_of_message, size(), "tokenizer.ggml.eom_token_id"));
  if (style == SpellingStyle::kSentencePiece && size() > 2) {
    // What every SentencePiece model of Llama's kind has, and some files leave unsaid.
    unknown_ = unknown_.value_or(0);
    bos_ = bos_.value_or(1);
    eos_ = eos_.value_or(2);
  }
  for (const auto& end : {eos_, turn, message}) {
    if (end) end_tokens_.push_back(*end);
  }
  for (const std::string_view spelling : kEndSpellings) {
    const auto token = find(spelling);
    if (token && kind(*token) == TokenKind::kControl) end_tokens_.push_back(*token);
  }
  std::sort(end_tokens_.begin(), end_tokens_.end());
  end_tokens_.erase(std::unique(end_tokens_.begin(), end_tokens_.end()), end_tokens_.end());
  return {};
}

std::optional<TokenId> Vocabulary::find(std::string_view spelling) const {
  const auto number = index_.find(spellings_, spelling);
  if (!number) return std::nullopt;
  return static_cast<TokenId>(*number);
}

} // namespace outpost::text
