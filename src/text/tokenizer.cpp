#include "text/tokenizer.h"

#include <string>

#include "text/bpe.h"
#include "text/sentencepiece.h"
#include "text/vocabulary_source.h"
#include "text/word_piece.h"

namespace outpost::text {

Result<std::unique_ptr<Tokenizer>> Tokenizer::load(const gguf::File& file) {
  OUTPOST_TRY(const VocabularySource source, read_vocabulary(file));
  return make_tokenizer(source);
}

Result<std::unique_ptr<Tokenizer>> make_tokenizer(const VocabularySource& source) {
  if (source.model == "gpt2") return BpeTokenizer::make(source);
  if (source.model == "llama") return SentencePieceTokenizer::make(source);
  if (source.model == "bert") return WordPieceTokenizer::make(source);
  return fail(ErrorCode::kUnsupported,
              "the tokenizer '" + std::string(source.model) +
                  "' (tokenizer.ggml.model) is not supported",
              "supported are gpt2 (byte-level BPE), llama (SentencePiece) and bert (WordPiece)");
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, ControlTokens control) const {
  std::vector<TokenId> tokens;
  encode(text, control, true, tokens);
  return tokens;
}

} // namespace outpost::text
