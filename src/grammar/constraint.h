// Constrained decoding as the engine sees it: which tokens may come next, which bytes must. The
// engine knows only this interface; llguidance stands behind it (llguidance_grammar.h), a fake in
// tests.
//
// A constraint fails closed: what cannot be compiled is an error before the first token, and a
// state that cannot go on is an error of the sequence, never an unconstrained token.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "text/tokenizer.h"

namespace outpost::grammar {

// What a client asks for. Compiled off the engine's thread by a GrammarCompiler.
struct GrammarSpec {
  enum class Kind { kJsonSchema, kRegex, kLark };
  Kind kind = Kind::kJsonSchema;
  std::string text;
  // White space between JSON tokens costs steps and tempts small models into loops: off unless
  // asked. Holds for schemas inside a Lark grammar (%json) as well.
  bool allow_whitespace = false;
};

// One bit a token: bit t % 32 of word t / 32. Set means allowed.
using TokenMask = std::span<std::uint32_t>;

// The state of one sequence. Not thread-safe; belongs to the sequence.
class Constraint {
public:
  virtual ~Constraint() = default;
  // Fills the mask for the next token. `mask` has at least (vocabulary_size + 31) / 32 words; the
  // end tokens are set when the text may end here.
  virtual Status fill_mask(TokenMask mask) = 0;
  // Moves on by a token that the mask allowed.
  virtual Status accept(text::TokenId token) = 0;
  // Tokens that are the only way on from here, canonically tokenised; empty when there is a choice.
  // Does not move the state: accept() each.
  virtual Result<std::vector<text::TokenId>> forced_tokens() = 0;
  // True when the grammar is satisfied and allows nothing more.
  [[nodiscard]] virtual bool is_finished() const = 0;
  // True when the text so far is a whole sentence of the grammar (it may still go on).
  [[nodiscard]] virtual bool may_end() = 0;
  [[nodiscard]] virtual std::unique_ptr<Constraint> fork() const = 0;
};

// Compiles specifications against one vocabulary. Thread-safe. Errors: kInvalidArgument (does not
// compile, with the place), kLimitExceeded (size, depth), kUnsupported.
class GrammarCompiler {
public:
  virtual ~GrammarCompiler() = default;
  virtual Result<std::unique_ptr<Constraint>> compile(const GrammarSpec& spec) = 0;
};

} // namespace outpost::grammar
