// Lists that a request has as data: "[12, 15, 18]", "[[1, 2], [3, 4]]", "['red', 'blue']",
// "(3, 4)". Each is one value, and what stands in it none.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace outpost::agents {

struct LiteralList {
  std::size_t begin = 0; // bytes of the text, brackets included
  std::size_t end = 0;
  boost::json::array values;
};

inline constexpr std::size_t kLiteralListsMax = 16;
inline constexpr std::size_t kLiteralListBytesMax = 4000;

// In their order, at most kLiteralListsMax; longer ones than kLiteralListBytesMax, those that are
// no JSON (but for quotation marks), and what lies around four levels are text.
std::vector<LiteralList> find_literal_lists(std::string_view text);

} // namespace outpost::agents
