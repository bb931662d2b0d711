#include "grammar/spec_check.h"

#include <algorithm>

namespace outpost::grammar {
namespace {

struct Counts {
  std::size_t nesting = 0; // deepest
  std::size_t separators = 0;
};

// Depth of () [] {} and the number of `separator`s outside strings. In regexes and Lark terminals
// brackets may be escaped or stand in classes; counting those too only makes the bound stricter,
// but a closing one must never make up for an opening one, so the depth never falls below zero.
Counts count(std::string_view text, std::string_view separators, bool has_strings) {
  Counts counts;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i; // whatever follows is no bracket and ends no string
    } else if (has_strings && c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      continue;
    } else if (c == '(' || c == '[' || c == '{') {
      counts.nesting = std::max(counts.nesting, ++depth);
    } else if (c == ')' || c == ']' || c == '}') {
      depth -= depth > 0 ? 1 : 0;
    } else if (separators.find(c) != std::string_view::npos) {
      ++counts.separators;
    }
  }
  return counts;
}

Status below(std::size_t value, std::size_t limit, std::string_view what) {
  if (value <= limit) return {};
  return fail(ErrorCode::kLimitExceeded, "the constraint has " + std::to_string(value) + " " +
                                             std::string(what) + ", the limit is " +
                                             std::to_string(limit));
}

// Outside strings and regexes a rule is a name and a colon. What is quoted with '/' may hold colons
// too; they count as rules, which only makes the bound stricter.
std::size_t count_lark_rules(std::string_view text) { return count(text, ":", true).separators; }

} // namespace

Status check_spec(const GrammarSpec& spec, const Limits& limits) {
  if (spec.text.empty()) return fail(ErrorCode::kInvalidArgument, "the constraint is empty");
  OUTPOST_CHECK(below(spec.text.size(), limits.text_bytes_max, "bytes"));
  const bool is_json = spec.kind == GrammarSpec::Kind::kJsonSchema;
  const Counts counts = count(spec.text, ",", is_json);
  OUTPOST_CHECK(below(counts.nesting, limits.nesting_max, "levels of nesting"));
  if (is_json) return below(counts.separators + 1, limits.json_values_max, "values");
  if (spec.kind == GrammarSpec::Kind::kLark) {
    return below(count_lark_rules(spec.text), limits.lark_rules_max, "rules");
  }
  return {};
}

} // namespace outpost::grammar
