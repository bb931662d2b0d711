#include "grammar/llguidance_grammar.h"

#include <mutex>

#include "base/assert.h"
#include "grammar/bridge_handle.h"
#include "grammar/parser_cache.h"
#include "grammar/spec_check.h"

namespace outpost::grammar {
namespace {

using text::TokenId;

class LlguidanceConstraint final : public Constraint {
public:
  LlguidanceConstraint(std::shared_ptr<outpost_vocabulary> vocabulary, ParserHandle parser,
                       std::size_t forced_tokens_max)
      : vocabulary_(std::move(vocabulary)), parser_(std::move(parser)),
        forced_tokens_max_(forced_tokens_max) {}

  Status fill_mask(TokenMask mask) override {
    return bridge_status([&](outpost_text** error) {
      return outpost_parser_mask(parser_.get(), mask.data(), mask.size(), error);
    });
  }

  Status accept(TokenId token) override {
    return bridge_status([&](outpost_text** error) {
      return outpost_parser_accept(parser_.get(), static_cast<std::uint32_t>(token), error);
    });
  }

  Result<std::vector<TokenId>> forced_tokens() override {
    std::vector<TokenId> tokens;
    const outpost_token_sink sink{&tokens,
                                  [](void* context, const std::uint32_t* ids, std::size_t count) {
                                    auto& out = *static_cast<std::vector<TokenId>*>(context);
                                    out.insert(out.end(), ids, ids + count);
                                  }};
    OUTPOST_CHECK(bridge_status(
        [&](outpost_text** error) { return outpost_parser_forced(parser_.get(), sink, error); }));
    if (tokens.size() > forced_tokens_max_) tokens.resize(forced_tokens_max_);
    return tokens;
  }

  [[nodiscard]] bool is_finished() const override {
    return outpost_parser_is_finished(parser_.get()) != 0;
  }

  [[nodiscard]] bool may_end() override {
    int may_end = 0;
    // A parser that failed earlier may not end: the caller learns why from its next fill_mask().
    const Status status = bridge_status([&](outpost_text** error) {
      return outpost_parser_may_end(parser_.get(), &may_end, error);
    });
    return status && may_end != 0;
  }

  [[nodiscard]] std::unique_ptr<Constraint> fork() const override {
    outpost_parser* copy = nullptr;
    const Status status = bridge_status(
        [&](outpost_text** error) { return outpost_parser_fork(parser_.get(), &copy, error); });
    OUTPOST_ASSERT(status.has_value()); // copies memory; nothing of the input can make it fail
    return std::make_unique<LlguidanceConstraint>(vocabulary_, ParserHandle(copy),
                                                  forced_tokens_max_);
  }

private:
  // Shared: a constraint may outlive its compiler, and needs the token tree to the end.
  std::shared_ptr<outpost_vocabulary> vocabulary_;
  ParserHandle parser_;
  std::size_t forced_tokens_max_;
};

// The tokenisation that llguidance asks for, of text that the grammar forces.
void tokenize(void* context, outpost_bytes bytes, outpost_token_sink sink) noexcept {
  const auto& tokenizer = *static_cast<const text::Tokenizer*>(context);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data), bytes.size);
  std::vector<TokenId> tokens;
  tokenizer.encode(text, text::ControlTokens::kPlain, /*at_start=*/false, tokens);
  const std::vector<std::uint32_t> ids(tokens.begin(), tokens.end());
  sink.append(sink.context, ids.data(), ids.size());
}

outpost_grammar_kind kind_of(const GrammarSpec& spec) {
  switch (spec.kind) {
  case GrammarSpec::Kind::kRegex: return OUTPOST_GRAMMAR_REGEX;
  case GrammarSpec::Kind::kLark:
    return spec.allow_whitespace ? OUTPOST_GRAMMAR_LARK_SPACED : OUTPOST_GRAMMAR_LARK;
  case GrammarSpec::Kind::kJsonSchema: break;
  }
  return spec.allow_whitespace ? OUTPOST_GRAMMAR_JSON_SCHEMA_SPACED : OUTPOST_GRAMMAR_JSON_SCHEMA;
}

class LlguidanceCompiler final : public GrammarCompiler {
public:
  LlguidanceCompiler(std::shared_ptr<outpost_vocabulary> vocabulary, const Limits& limits)
      : vocabulary_(std::move(vocabulary)), limits_(limits),
        cache_(limits.cache_entries_max, limits.cache_bytes_max) {}

  Result<std::unique_ptr<Constraint>> compile(const GrammarSpec& spec) override {
    OUTPOST_CHECK(check_spec(spec, limits_));
    OUTPOST_TRY(ParserHandle parser, compile_or_copy(kind_of(spec), spec.text));
    return std::make_unique<LlguidanceConstraint>(vocabulary_, std::move(parser),
                                                  limits_.forced_tokens_max);
  }

private:
  Result<ParserHandle> compile_or_copy(outpost_grammar_kind kind, std::string_view text) {
    {
      const std::lock_guard lock(mutex_);
      OUTPOST_TRY(ParserHandle known, cache_.find(kind, text));
      if (known != nullptr) return known;
    }
    outpost_parser* made = nullptr;
    OUTPOST_CHECK(bridge_status([&](outpost_text** error) {
      return outpost_parser_new(vocabulary_.get(), kind, to_bytes(text), &made, error);
    }));
    ParserHandle parser(made);
    const std::lock_guard lock(mutex_);
    OUTPOST_CHECK(cache_.keep(kind, text, *parser));
    return parser;
  }

  std::shared_ptr<outpost_vocabulary> vocabulary_;
  const Limits limits_;
  std::mutex mutex_; // guards cache_; never held while compiling
  ParserCache cache_;
};

// The vocabulary as the bridge wants it; views into the tokenizer.
struct VocabularyView {
  std::vector<outpost_bytes> tokens;
  std::vector<std::uint8_t> is_control;
  std::vector<std::uint32_t> end_tokens;
};

VocabularyView view_of(const text::Tokenizer& tokenizer) {
  VocabularyView view;
  const std::size_t count = tokenizer.vocabulary_size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<TokenId>(i);
    const bool is_control = tokenizer.kind(id) == text::TokenKind::kControl;
    view.tokens.push_back(to_bytes(is_control ? tokenizer.spelling(id) : tokenizer.bytes(id)));
    view.is_control.push_back(is_control ? 1 : 0);
  }
  for (const TokenId id : tokenizer.end_tokens()) {
    view.end_tokens.push_back(static_cast<std::uint32_t>(id));
  }
  return view;
}

} // namespace

Result<std::unique_ptr<GrammarCompiler>> make_llguidance_compiler(const text::Tokenizer& tokenizer,
                                                                  const Limits& limits) {
  const VocabularyView view = view_of(tokenizer);
  outpost_vocabulary_spec spec{};
  spec.tokens = view.tokens.data();
  spec.is_control = view.is_control.data();
  spec.token_count = view.tokens.size();
  spec.end_tokens = view.end_tokens.data();
  spec.end_token_count = view.end_tokens.size();
  spec.tokenizer = const_cast<text::Tokenizer*>(&tokenizer); // given back to tokenize() as const
  spec.tokenize = tokenize;
  const outpost_grammar_limits bridge_limits{limits.grammar_symbols_max, limits.lexer_states_max,
                                             limits.compile_work_max, limits.step_work_max,
                                             limits.step_items_max};
  outpost_vocabulary* made = nullptr;
  OUTPOST_CHECK(bridge_status([&](outpost_text** error) {
    return outpost_vocabulary_new(&spec, &bridge_limits, &made, error);
  }));
  std::shared_ptr<outpost_vocabulary> vocabulary(made, BridgeFree{});
  return std::make_unique<LlguidanceCompiler>(std::move(vocabulary), limits);
}

} // namespace outpost::grammar
