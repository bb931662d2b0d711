// Words that mean much the same in everyday English: irregular forms ("bought", "buy") and groups
// of near meaning ("car", "vehicle"). People ask with other words than they told.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace outpost::agents {

// The stem of the word's base form: bought -> buy, children -> child, walking -> walk. `word` is
// lower case.
std::string base_stem(std::string_view word);

// Stems of words near in meaning to the one with this stem, itself left out; empty when none is
// known.
const std::vector<std::string>& near_stems(std::string_view stem);

} // namespace outpost::agents
