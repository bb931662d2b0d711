// Large towns and where they lie: what "City, State" and "City, Country" slots ask for and requests
// leave out.
#pragma once
#include <optional>
#include <string_view>

namespace outpost::agents {

struct TownRegion {
  std::string_view name; // of the country, or of the state of the USA
  std::string_view code; // FR, CA
  bool is_state = false;
};

// The region of a town that is by far the best known of its name, whatever the case; none where it
// is not among the large ones.
std::optional<TownRegion> region_of_town(std::string_view town);

// A country by its name.
std::optional<TownRegion> country_called(std::string_view name);

} // namespace outpost::agents
