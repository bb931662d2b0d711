// A constraint of any bytes: compiles or is refused, and what compiles can be followed. The first
// byte chooses the kind and seeds the walk.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "grammar/llguidance_grammar.h"
#include "support/fake_tokenizer.h"
#include "support/random_walk.h"

namespace {

constexpr std::size_t kStepsMax = 8;

outpost::grammar::GrammarSpec spec_of(const std::uint8_t* data, std::size_t size) {
  using Kind = outpost::grammar::GrammarSpec::Kind;
  constexpr Kind kKinds[] = {Kind::kJsonSchema, Kind::kRegex, Kind::kLark};
  outpost::grammar::GrammarSpec spec;
  spec.kind = kKinds[data[0] % 3];
  spec.allow_whitespace = (data[0] & 0x80) != 0;
  spec.text.assign(data + 1, data + size);
  return spec;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const outpost::test_support::FakeTokenizer tokenizer;
  static const auto compiler = outpost::grammar::make_llguidance_compiler(tokenizer);
  OUTPOST_ASSERT(compiler.has_value());
  const auto constraint = (*compiler)->compile(spec_of(data, size));
  if (!constraint) return 0;
  outpost::Random random(data[0]);
  const auto walk = outpost::test_support::random_walk(**constraint, tokenizer, random, kStepsMax);
  // A state that can't go on is an error; one that breaks its own word is a bug.
  OUTPOST_ASSERT(walk || walk.error().code != outpost::ErrorCode::kInternal);
  return 0;
}
