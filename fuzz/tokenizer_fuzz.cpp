// Any vocabulary and any text: the vocabulary is refused with a message, or text becomes ids of it,
// never a control token by itself, and byte-level BPE gives every byte back.
//
// The input: one byte for the style, then fields that end with a zero byte, then the text. A field
// is one byte for what it is (token kind or merge) and a spelling.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "text/pretokenizer.h"
#include "text/testing_vocabulary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace outpost::text;
using testing::TestVocabulary;

constexpr std::size_t kFieldsMax = 64;
constexpr std::size_t kOwnMerges = 3; // those of read_vocabulary()

void require(bool holds) {
  if (!holds) std::abort();
}

void add_field(TestVocabulary& vocabulary, std::string_view field) {
  const auto what = static_cast<unsigned char>(field[0]);
  const std::string spelling(field.substr(1));
  if (what % 7 == 6) {
    vocabulary.merges.push_back(spelling);
  } else {
    vocabulary.add(spelling, static_cast<TokenKind>(what % 6), static_cast<float>(what) - 128.0f);
  }
}

// Takes the fields off `input`; what stays is the text.
TestVocabulary read_vocabulary(std::string_view& input) {
  const auto style = static_cast<unsigned char>(input.empty() ? '\0' : input[0]);
  input.remove_prefix(input.empty() ? 0 : 1);
  const auto names = known_pretokenizers();
  TestVocabulary vocabulary =
      style % 4 == 0 ? testing::sentencepiece_vocabulary()
                     : testing::bpe_vocabulary(std::string(names[style % names.size()].name),
                                               {{"a", "b"}, {"ab", "ab"}, {" ", " "}});
  vocabulary.architecture = style % 8 == 0 ? "phi3" : "llama";
  for (std::size_t i = 0; i < kFieldsMax; ++i) {
    const std::size_t end = input.find('\0');
    if (end == std::string_view::npos) break;
    if (end > 0) add_field(vocabulary, input.substr(0, end));
    input.remove_prefix(end + 1);
  }
  return vocabulary;
}

void check_stream(const Tokenizer& tokenizer, const std::vector<TokenId>& tokens) {
  Detokenizer detokenizer(tokenizer);
  std::string text;
  for (const TokenId token : tokens) text += detokenizer.push(token);
  text += detokenizer.finish();
  for (std::size_t at = 0; at < text.size();) {
    const outpost::Utf8 c = outpost::decode_utf8(std::string_view(text).substr(at));
    require(c.state == outpost::Utf8::State::kWhole);
    at += c.size_bytes;
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const TestVocabulary vocabulary = read_vocabulary(text);
  const auto made = make_tokenizer(vocabulary.source());
  if (!made) {
    require(!made.error().message.empty());
    return 0;
  }
  const Tokenizer& tokenizer = **made;
  const auto plain = tokenizer.encode(text, ControlTokens::kPlain);
  std::string bytes;
  for (const TokenId token : plain) {
    require(token >= 0 && static_cast<std::size_t>(token) < tokenizer.vocabulary_size());
    require(tokenizer.kind(token) != TokenKind::kControl);
    bytes += tokenizer.bytes(token);
  }
  // Merges of the input's own may build a token that stands for other bytes than its parts.
  if (vocabulary.model == "gpt2" && vocabulary.merges.size() == kOwnMerges) require(bytes == text);
  check_stream(tokenizer, plain);
  check_stream(tokenizer, tokenizer.encode(text, ControlTokens::kParse));
  return 0;
}
