// Cuts a request into the parts that may each ask for something of their own.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace outpost::agents {

struct Clause {
  std::size_t begin = 0; // bytes of the text
  std::size_t end = 0;
};

// At sentence ends, semicolons, line breaks and words that join ("and", "also", "plus"); nothing
// inside `protect` (values found in the text) is cut. At most kClausesMax; whatever is left joins
// the last one.
inline constexpr std::size_t kClausesMax = 6;
std::vector<Clause> split_clauses(std::string_view text, const std::vector<Clause>& protect);

// At sentence ends, semicolons and line breaks alone; however many there are.
std::vector<Clause> split_sentences(std::string_view text);

} // namespace outpost::agents
