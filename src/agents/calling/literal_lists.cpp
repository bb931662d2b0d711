#include "agents/calling/literal_lists.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "agents/call/coordinates.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kLevelsMax = 4;

// One past the bracket that closes the one at `at`; `at` when none does.
std::size_t closed_at(std::string_view text, std::size_t at) {
  const char open = text[at];
  const char close = open == '[' ? ']' : ')';
  const std::size_t most = std::min(text.size(), at + kLiteralListBytesMax);
  std::size_t depth = 0;
  for (std::size_t i = at; i < most; ++i) {
    if (text[i] == open && ++depth > kLevelsMax) return at;
    if (text[i] == close && --depth == 0) return i + 1;
  }
  return at;
}

// "(48.2 N, 16.4 E)" as its two numbers.
std::optional<json::array> coordinates_from(std::string_view text) {
  const std::vector<Coordinates> found = find_coordinates(text);
  if (found.size() != 1 || found[0].begin != 1 || found[0].end + 1 != text.size())
    return std::nullopt;
  return json::array{found[0].latitude, found[0].longitude};
}

std::optional<json::array> list_from(std::string_view text) {
  const bool is_tuple = text.front() == '(';
  std::string source(text);
  source.front() = '[';
  source.back() = ']';
  if (source.find('"') == std::string::npos) std::ranges::replace(source, '\'', '"');
  json::parse_options options;
  options.max_depth = kLevelsMax;
  boost::system::error_code error;
  const json::value value = json::parse(source, error, {}, options);
  if (error || !value.is_array() || value.get_array().empty()) return coordinates_from(text);
  const json::array& values = value.get_array();
  const bool is_list = std::ranges::all_of(values, [&](const json::value& item) {
    return item.is_number() || (!is_tuple && (item.is_string() || item.is_array()));
  });
  // "(5)" is a remark.
  return is_list && !(is_tuple && values.size() == 1) ? std::optional(values) : std::nullopt;
}

} // namespace

std::vector<LiteralList> find_literal_lists(std::string_view text) {
  std::vector<LiteralList> lists;
  for (std::size_t at = 0; at < text.size() && lists.size() < kLiteralListsMax; ++at) {
    if (text[at] != '[' && text[at] != '(') continue;
    const std::size_t end = closed_at(text, at);
    if (end == at) continue;
    std::optional<json::array> values = list_from(text.substr(at, end - at));
    if (!values) continue;
    lists.push_back({at, end, std::move(*values)});
    at = end - 1;
  }
  return lists;
}

} // namespace outpost::agents
