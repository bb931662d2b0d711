// The places that a request may mean, as slots for "City, State" want them: its names, with the
// state or country that stands behind one ("San Diego, California", "Portland Oregon").
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/request_outline.h"

namespace outpost::agents {

struct RequestPlace {
  std::string town;
  std::string region; // as it is written; empty where none is
};

inline constexpr std::size_t kPlacesMax = 12;

// Any of the request's names may be one; its dates and numbers are none.
std::vector<RequestPlace> places_of(std::string_view request, const RequestOutline& outline);

// The two letters of a state of the USA by its name or its letters, whatever their case.
std::optional<std::string> state_code(std::string_view name);

} // namespace outpost::agents
