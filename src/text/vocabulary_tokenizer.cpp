#include "text/vocabulary_tokenizer.h"

#include <utility>

namespace outpost::text {

VocabularyTokenizer::VocabularyTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens)
    : vocabulary_(std::move(vocabulary)), special_tokens_(std::move(special_tokens)) {
  bos_ = vocabulary_.bos();
  eos_ = vocabulary_.eos();
  end_tokens_ = vocabulary_.end_tokens();
}

void VocabularyTokenizer::encode(std::string_view text, ControlTokens control, bool at_start,
                                 std::vector<TokenId>& out) const {
  Buffers buffers{WordCache(text.size()), {}, {}, {}};
  std::size_t at = 0;
  while (at < text.size()) {
    const auto special = special_tokens_.find(text, at, control);
    const std::size_t end = special ? special->begin : text.size();
    if (at < end) {
      encode_text(text.substr(at, end - at), at_start, buffers, out);
      at_start = false;
    }
    if (!special) return;
    out.push_back(special->token);
    at_start = true;
    at = resume_after(special->token, text, special->end);
  }
}

std::string_view VocabularyTokenizer::bytes(TokenId token) const {
  return vocabulary_.contains(token) ? vocabulary_.bytes(token) : std::string_view();
}

std::string_view VocabularyTokenizer::spelling(TokenId token) const {
  return vocabulary_.contains(token) ? vocabulary_.spelling(token) : std::string_view();
}

TokenKind VocabularyTokenizer::kind(TokenId token) const {
  return vocabulary_.contains(token) ? vocabulary_.kind(token) : TokenKind::kUnused;
}

std::size_t VocabularyTokenizer::resume_after(TokenId, std::string_view, std::size_t at) const {
  return at;
}

void VocabularyTokenizer::append_unknown(std::vector<TokenId>& out) const {
  // Some files name a control token here (SmolLM2: <|endoftext|>). No text may become one of those.
  const auto unknown = vocabulary_.unknown();
  if (unknown && vocabulary_.kind(*unknown) == TokenKind::kUnknown) out.push_back(*unknown);
}

Status VocabularyTokenizer::set_adds_bos(bool adds_bos) {
  if (adds_bos && !bos_) {
    return fail(ErrorCode::kCorruptData,
                "the file asks for a BOS token (tokenizer.ggml.add_bos_token) and names none",
                "tokenizer.ggml.bos_token_id is missing");
  }
  adds_bos_ = adds_bos;
  return {};
}

} // namespace outpost::text
