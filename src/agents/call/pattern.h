// Patterns of values: a small regular language run as a set of states (Thompson 1968), so time is
// bounded by pattern x text whatever both are.
//
// Syntax: literals, '.', classes [A-Z0-9_] and [^...], \d \w \s, groups ( ), |, ? * + {m} {m,n}.
// Always about the whole value. Not there: anchors inside, references, look-around.
#pragma once
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::agents {

class Pattern {
public:
  // kInvalidArgument with the place; kLimitExceeded for patterns that unfold to too many states.
  static Result<Pattern> compile(std::string_view text);

  [[nodiscard]] bool matches(std::string_view value) const;

  // The value that `written` stands for when people write loosely: "a20417", "A 20417" and "20417"
  // all give "A-20417" under A-\d{5}. Letter case is the pattern's; separators (- _ . / # and
  // space) are put in and left out as the pattern wants; leading letters that the pattern fixes may
  // be missing; O is read as 0 and l or I as 1 where only a digit fits. Nothing when no reading
  // matches.
  struct Reading {
    std::string value;
    int liberties = 0; // letters supplied or exchanged; separators and case count nothing
  };
  [[nodiscard]] std::optional<Reading> read_loosely(std::string_view written) const;

private:
  friend class PatternCompiler;
  struct State {
    enum class Kind : std::uint8_t { kBytes, kSplit, kMatch };
    Kind kind = Kind::kMatch;
    std::bitset<256> bytes;
    std::uint32_t next = 0;
    std::uint32_t other = 0; // kSplit
  };
  class LooseReader;
  void add_closed(std::vector<std::uint32_t>& set, std::vector<bool>& seen,
                  std::uint32_t state) const;

  std::vector<State> states_;
  std::uint32_t start_ = 0;
};

} // namespace outpost::agents
