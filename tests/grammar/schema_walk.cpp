// schema_walk SCHEMA_FILE COUNT SEED: prints COUNT texts that the schema allows, each on a line of
// its own; a text holds no line end, because JSON strings escape it and nothing else may.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "grammar/llguidance_grammar.h"
#include "support/fake_tokenizer.h"
#include "support/random_walk.h"

namespace {

using outpost::Random;
using outpost::Status;
using outpost::test_support::FakeTokenizer;

constexpr std::size_t kStepsMax = 4000;

Status print_texts(const std::string& schema, int count, std::uint64_t seed) {
  const FakeTokenizer tokenizer;
  OUTPOST_TRY(const auto compiler, outpost::grammar::make_llguidance_compiler(tokenizer));
  Random random(seed);
  for (int i = 0; i < count; ++i) {
    outpost::grammar::GrammarSpec spec;
    spec.text = schema;
    OUTPOST_TRY(const auto constraint, compiler->compile(spec));
    OUTPOST_TRY(const auto walk,
                outpost::test_support::random_walk(*constraint, tokenizer, random, kStepsMax));
    if (!walk.is_finished) {
      return outpost::fail(outpost::ErrorCode::kLimitExceeded, "no end after '" + walk.text + "'");
    }
    std::printf("%s\n", walk.text.c_str());
  }
  return {};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s SCHEMA_FILE COUNT SEED\n", argv[0]);
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string schema((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const Status status = print_texts(schema, std::stoi(argv[2]), std::stoull(argv[3]));
  if (!status) {
    std::fprintf(stderr, "%s: %s\n", argv[1], status.error().message.c_str());
    return 1;
  }
  return 0;
}
