// How many typing slips lie between two words.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace outpost {

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment; Damerau,
// CACM 7(3), 1964) that turn `a` into `b`; nothing when more than `most` are needed. Bytes.
std::optional<std::size_t> edit_distance(std::string_view a, std::string_view b, std::size_t most);

// How many slips a word of this length may have and still be taken for another.
std::size_t tolerated_slips(std::size_t length);

// The closest of `names` within the tolerated slips.
std::optional<std::string_view> nearest_name(std::string_view name,
                                             const std::vector<std::string_view>& names);

} // namespace outpost
