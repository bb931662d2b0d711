// A constraint that can't be compiled is an error before the first token: never a crash, never an
// unconstrained answer.
#include <gtest/gtest.h>

#include "base/clock.h"
#include "grammar/llguidance_grammar.h"
#include "support/fake_tokenizer.h"
#include "support/random_walk.h"

namespace outpost::grammar {
namespace {

using Kind = GrammarSpec::Kind;

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// A chain of definitions, each inside the one before it.
std::string nested_schema(int depth) {
  return repeat(R"({"type":"array","items":)", depth) + "{}" + repeat("}", depth);
}

std::vector<std::pair<Kind, std::string>> uncompilable() {
  std::vector<std::pair<Kind, std::string>> specs;
  for (const char* schema :
       {"",
        "{",
        "[]",
        "7",
        "\"string\"",
        "null",
        "{} {}",
        "{'type':'string'}",
        "{\"type\":\"strin\"}",
        "{\"type\":7}",
        "{\"type\":[\"string\",\"thing\"]}",
        "{\"enum\":7}",
        "{\"enum\":[]}",
        "{\"anyOf\":{}}",
        "{\"anyOf\":[]}",
        "{\"allOf\":7}",
        "{\"not\":{\"type\":\"string\"}}",
        "false",
        "{\"$ref\":7}",
        "{\"$ref\":\"#/$defs/missing\"}",
        "{\"$ref\":\"https://example.com/schema\"}",
        "{\"$ref\":\"file:///etc/passwd\"}",
        "{\"type\":\"string\",\"pattern\":\"(\"}",
        "{\"type\":\"string\",\"pattern\":\"*\"}",
        "{\"type\":\"string\",\"pattern\":\"(?=a)b\"}",
        "{\"type\":\"string\",\"pattern\":\"(a)\\\\1\"}",
        "{\"type\":\"string\",\"pattern\":7}",
        "{\"type\":\"string\",\"format\":\"no-such-format\"}",
        "{\"type\":\"string\",\"minLength\":5,\"maxLength\":2}",
        "{\"type\":\"integer\",\"minimum\":5,\"maximum\":2}",
        "{\"type\":\"integer\",\"minimum\":\"5\"}",
        "{\"type\":\"integer\",\"multipleOf\":-1}",
        "{\"type\":\"string\",\"pattern\":\"(a{1000}){1000}\"}",
        "{\"type\":\"array\",\"minItems\":5,\"maxItems\":2}",
        "{\"type\":\"array\",\"minItems\":-1}",
        "{\"type\":\"array\",\"uniqueItems\":true}",
        "{\"type\":\"array\",\"contains\":{\"const\":1}}",
        "{\"type\":\"object\",\"required\":7}",
        "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false,\"required\":[\"a\"]"
        "}",
        "{\"if\":{\"type\":\"string\"},\"then\":{\"const\":\"a\"}}",
        "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"string\",\"maxLength\":3}]}",
        "{\"type\":\"object\",\"dependentRequired\":{\"a\":[\"b\"]}}"}) {
    specs.emplace_back(Kind::kJsonSchema, schema);
  }
  specs.emplace_back(Kind::kJsonSchema, nested_schema(70));
  specs.emplace_back(Kind::kJsonSchema, nested_schema(10'000));
  specs.emplace_back(Kind::kJsonSchema, repeat("{\"a\":", 60'000));
  specs.emplace_back(Kind::kJsonSchema, "{\"type\":\"string\",\"pattern\":\"" + repeat("(", 500) +
                                            repeat(")", 500) + "\"}");
  for (const char* regex : {"", "(", ")", "[", "a{2,1}", "*a", "(?<name", "(?=a)", "\\1", "(?<!a)b",
                            "[z-a]", "(?P<n>a", "(a{1000}){1000}"}) {
    specs.emplace_back(Kind::kRegex, regex);
  }
  specs.emplace_back(Kind::kRegex, repeat("(", 60'000) + repeat(")", 60'000));
  for (const char* lark :
       {"", "start", "start: missing", "begin: \"a\"", "start: \"a", "start: /[/", "start: (",
        "start: <|no_such_token|>", "start: a{-1}\na: \"x\"", "%import nothing.at.all",
        "start: %json { \"type\": \"strin\" }"}) {
    specs.emplace_back(Kind::kLark, lark);
  }
  specs.emplace_back(Kind::kLark, "start: " + repeat("(", 60'000));
  return specs;
}

std::string head(const std::string& text) { return text.substr(0, 80); }

TEST(Refusals, UncompilableConstraintsAreErrors) {
  const test_support::FakeTokenizer tokenizer;
  const auto compiler = make_llguidance_compiler(tokenizer);
  ASSERT_TRUE(compiler);
  const auto specs = uncompilable();
  EXPECT_GE(specs.size(), 60u);
  for (const auto& [kind, text] : specs) {
    GrammarSpec spec;
    spec.kind = kind;
    spec.text = text;
    const auto constraint = (*compiler)->compile(spec);
    ASSERT_FALSE(constraint) << head(text);
    EXPECT_FALSE(constraint.error().message.empty()) << head(text);
    EXPECT_NE(constraint.error().code, ErrorCode::kInternal)
        << head(text) << ": " << constraint.error().message;
  }
}

// Allowed to compile, allowed to fail: but neither slowly nor by crashing, and neither in a step.
TEST(Refusals, HostileSizesEndSoon) {
  std::vector<std::pair<Kind, std::string>> specs = {
      {Kind::kJsonSchema, R"({"type":"array","minItems":1000000000})"},
      {Kind::kJsonSchema,
       R"({"type":"array","maxItems":4000000000,"items":{"type":"array","maxItems":1000000}})"},
      {Kind::kJsonSchema, R"({"type":"string","minLength":1000000000})"},
      {Kind::kJsonSchema, R"({"type":"string","pattern":"(a{0,1000}){0,1000}"})"},
      {Kind::kJsonSchema, R"({"type":"integer","minimum":-1e300,"maximum":1e300})"},
      {Kind::kJsonSchema, R"({"$ref":"#"})"},
      {Kind::kJsonSchema, R"({"allOf":[{"$ref":"#"}]})"},
      {Kind::kJsonSchema,
       R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"})"},
      {Kind::kRegex, "(a|aa)*" + repeat("(b|bb)*", 200)},
      {Kind::kRegex, repeat("(a?)", 2000) + repeat("a", 2000)},
      {Kind::kRegex, ".{1,100000}"},
      {Kind::kRegex, "(((((a{1000}){1000}){1000}){1000}){1000})"},
      {Kind::kRegex, repeat("(", 59) + "a|b" + repeat("*)", 59)},
      {Kind::kLark, "start: start \"a\" | \"a\""},
      {Kind::kLark, "start: a{1000000}\na: b{1000000}\nb: \"x\""},
      {Kind::kLark, "start: a a a a a a\na: b b b b b b\nb: c c c c\nc: c c | \"x\" |"},
  };
  std::string rule_chain = "start: a0\n";
  std::string terminal_chain = "start: A0\n";
  for (int i = 0; i < 900; ++i) {
    rule_chain += "a" + std::to_string(i) + ": \"x\" a" + std::to_string(i + 1) + "\n";
    terminal_chain += "A" + std::to_string(i) + ": \"x\" A" + std::to_string(i + 1) + " | \"y\"\n";
  }
  specs.emplace_back(Kind::kLark, rule_chain + "a900: \"z\"\n");
  specs.emplace_back(Kind::kLark, terminal_chain + "A900: \"z\"\n");
  const test_support::FakeTokenizer tokenizer;
  const auto compiler = make_llguidance_compiler(tokenizer).value();
  SystemClock clock;
  for (const auto& [kind, text] : specs) {
    GrammarSpec spec;
    spec.kind = kind;
    spec.text = text;
    const auto start = clock.monotonic();
    const auto constraint = compiler->compile(spec);
    Error error = constraint ? Error{ErrorCode::kCancelled, "", ""} : constraint.error();
    if (constraint) {
      Random random(1);
      const auto walk = test_support::random_walk(**constraint, tokenizer, random, 20);
      if (!walk) error = walk.error();
    }
    const std::chrono::duration<double> seconds = clock.monotonic() - start;
    EXPECT_LT(seconds.count(), 5.0) << head(text);
    EXPECT_NE(error.code, ErrorCode::kInternal) << head(text) << ": " << error.message;
  }
}

} // namespace
} // namespace outpost::grammar
