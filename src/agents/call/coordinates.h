// Places on the globe as people write them.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace outpost::agents {

struct Coordinates {
  std::size_t begin = 0; // bytes of the text, sides of the compass included
  std::size_t end = 0;
  double latitude = 0;  // north
  double longitude = 0; // east
};

// Pairs of numbers with their sides: "48.2 N, 16.4 E", "12.5° south and 77° west", in either order;
// in order of place.
std::vector<Coordinates> find_coordinates(std::string_view text);

// The side of the compass that stands at `at`, after white space and a sign or word of degrees:
// 'N', 'S', 'E', 'W', else 0. A lone letter is a capital.
struct CompassSide {
  char side = 0;
  bool has_degrees = false;
  bool is_word = false; // "south"
  std::size_t end = 0;
};
CompassSide compass_side(std::string_view text, std::size_t at);

} // namespace outpost::agents
