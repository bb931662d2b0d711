// The parts of a request that may each be a wish of their own: cut at sentence ends, at words that
// join, and at commas before question words ("what is the capital, how large is the town").
#pragma once
#include <string_view>
#include <vector>

#include "agents/call/clauses.h"

namespace outpost::agents {

// In order, without gaps; bytes of the text. At most kWishesMax, the rest joins the last.
inline constexpr std::size_t kWishesMax = 24;
std::vector<Clause> split_wishes(std::string_view text);

// Is the part a question, an order or a wish ("how far is it", "then play some jazz", "I'd like to
// see"), rather than something told? By its first words, in English.
bool asks_for_something(std::string_view part);

} // namespace outpost::agents
