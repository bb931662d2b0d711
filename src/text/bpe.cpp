#include "text/bpe.h"

#include <string>
#include <utility>

namespace outpost::text {
namespace {

std::string pretokenizer_names() {
  std::string names;
  for (const PreTokenizer& known : known_pretokenizers()) {
    names += names.empty() ? "" : ", ";
    names += known.name;
  }
  return names;
}

Result<const PreTokenizer*> choose_pretokenizer(std::string_view name) {
  if (name.empty()) {
    return fail(ErrorCode::kUnsupported,
                "the file does not name its pre-tokenizer (tokenizer.ggml.pre)",
                "convert the model again with a present converter");
  }
  const PreTokenizer* found = find_pretokenizer(name);
  if (found == nullptr) {
    return fail(ErrorCode::kUnsupported,
                "the pre-tokenizer '" + std::string(name) + "' (tokenizer.ggml.pre) is not known",
                "known are " + pretokenizer_names());
  }
  return found;
}

// A merge must not turn text into a control token.
bool may_be_built(TokenKind kind) {
  return kind == TokenKind::kNormal || kind == TokenKind::kUserDefined;
}

tl::unexpected<Error> bad_merge(std::size_t rank, std::string_view rule, std::string_view why) {
  return fail(ErrorCode::kCorruptData, "merge rule " + std::to_string(rank) + " '" +
                                           std::string(rule.substr(0, 80)) + "' " +
                                           std::string(why));
}

} // namespace

Result<std::unique_ptr<Tokenizer>> BpeTokenizer::make(const VocabularySource& source) {
  OUTPOST_TRY(const PreTokenizer* pretokenizer, choose_pretokenizer(source.pre));
  OUTPOST_TRY(Vocabulary vocabulary, Vocabulary::build(source, SpellingStyle::kByteLevel));
  OUTPOST_TRY(SpecialTokens special_tokens, SpecialTokens::build(vocabulary));
  auto tokenizer = std::make_unique<BpeTokenizer>(std::move(vocabulary), std::move(special_tokens),
                                                  *pretokenizer, source.merges.size());
  tokenizer->set_adds_eos(source.adds_eos.value_or(false));
  OUTPOST_CHECK(tokenizer->set_adds_bos(
      source.adds_bos.value_or(pretokenizer->adds_bos && tokenizer->bos().has_value())));
  OUTPOST_CHECK(tokenizer->add_merges(source));
  tokenizer->find_bytes();
  if (pretokenizer->whole_words_first) OUTPOST_CHECK(tokenizer->add_words());
  return tokenizer;
}

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, SpecialTokens special_tokens,
                           const PreTokenizer& pretokenizer, std::size_t merge_count)
    : VocabularyTokenizer(std::move(vocabulary), std::move(special_tokens)),
      pretokenizer_(pretokenizer), merges_(merge_count),
      word_index_(pretokenizer.whole_words_first ? vocabulary_size() : 0) {}

Status BpeTokenizer::add_merges(const VocabularySource& source) {
  if (source.merges.empty()) {
    return fail(ErrorCode::kCorruptData, "the file has no merge rules (tokenizer.ggml.merges)");
  }
  if (source.merges.size() > Vocabulary::kTokenCountMax) {
    return fail(ErrorCode::kLimitExceeded, "the file has " + std::to_string(source.merges.size()) +
                                               " merge rules; the limit is " +
                                               std::to_string(Vocabulary::kTokenCountMax));
  }
  std::string joined;
  for (std::size_t rank = 0; rank < source.merges.size(); ++rank) {
    const std::string_view rule = source.merges[rank];
    const std::size_t space = rule.find(' ', 1); // a token of one space would be spelled otherwise
    if (space == std::string_view::npos || space + 1 == rule.size()) {
      return bad_merge(rank, rule, "is not two tokens");
    }
    const auto left = vocabulary().find(rule.substr(0, space));
    const auto right = vocabulary().find(rule.substr(space + 1));
    if (!left || !right) return bad_merge(rank, rule, "names what is no token");
    joined.assign(rule, 0, space).append(rule, space + 1);
    const auto token = vocabulary().find(joined);
    if (!token || !may_be_built(vocabulary().kind(*token))) {
      return bad_merge(rank, rule, "builds what is no token of text");
    }
    if (!merges_.insert(static_cast<std::uint32_t>(*left), static_cast<std::uint32_t>(*right),
                        {static_cast<std::uint32_t>(rank), static_cast<std::uint32_t>(*token)})) {
      return bad_merge(rank, rule, "is made to collide in a hash table");
    }
  }
  return {};
}

void BpeTokenizer::find_bytes() {
  byte_tokens_.fill(kNoToken);
  for (TokenId token = 0; vocabulary().contains(token); ++token) {
    const std::string_view bytes = vocabulary().bytes(token);
    if (!vocabulary().is_text(token) || bytes.size() != 1) continue;
    TokenId& known = byte_tokens_[static_cast<unsigned char>(bytes[0])];
    if (known == kNoToken) known = token;
  }
}

Status BpeTokenizer::add_words() {
  for (TokenId token = 0; vocabulary().contains(token); ++token) {
    if (!vocabulary().is_text(token) || vocabulary().bytes(token).empty()) continue;
    words_.append(vocabulary().bytes(token));
    word_tokens_.push_back(token);
    if (!word_index_.insert(words_, static_cast<std::uint32_t>(words_.size() - 1))) {
      return fail(ErrorCode::kCorruptData, "the tokens are made to collide in a hash table");
    }
  }
  return {};
}

void BpeTokenizer::encode_text(std::string_view text, bool, Buffers& buffers,
                               std::vector<TokenId>& out) const {
  buffers.word_ends.clear();
  pretokenizer_.split(text, buffers.word_ends);
  const auto encode = [&](std::string_view word, std::vector<TokenId>& tokens) {
    encode_word(word, buffers.merger, tokens);
  };
  std::size_t begin = 0;
  for (const std::size_t end : buffers.word_ends) {
    while (begin < end) {
      const std::size_t size_bytes = std::min(end - begin, Merger::kWordBytesMax);
      buffers.cache.append(text.substr(begin, size_bytes), out, encode);
      begin += size_bytes;
    }
  }
}

void BpeTokenizer::encode_word(std::string_view word, Merger& merger,
                               std::vector<TokenId>& out) const {
  if (pretokenizer_.whole_words_first) {
    if (const auto number = word_index_.find(words_, word)) {
      out.push_back(word_tokens_[*number]);
      return;
    }
  }
  merge_word(word, merger);
  merger.for_each([&](const Symbol& symbol) {
    if (symbol.token == kNoToken) {
      append_unknown(out);
    } else {
      out.push_back(symbol.token);
    }
  });
}

void BpeTokenizer::merge_word(std::string_view word, Merger& merger) const {
  merger.clear();
  for (std::uint32_t i = 0; i < word.size(); ++i) {
    merger.append({i, 1, byte_tokens_[static_cast<unsigned char>(word[i])]});
  }
  merger.merge([this](const Symbol& left, const Symbol& right) -> std::optional<Merger::Join> {
    if (left.token == kNoToken || right.token == kNoToken) return std::nullopt;
    const auto* rule = merges_.find(static_cast<std::uint32_t>(left.token),
                                    static_cast<std::uint32_t>(right.token));
    if (rule == nullptr) return std::nullopt;
    return Merger::Join{rule->first, static_cast<TokenId>(rule->second)};
  });
}

} // namespace outpost::text
