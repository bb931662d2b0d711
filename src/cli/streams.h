// What a command may write to and read from, injected so that commands are tested without a
// terminal. Results go to `out`, talk (progress, notes, steps) to `err`.
#pragma once
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace outpost::cli {

struct Streams {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool in_is_terminal = false;
  bool colour = false; // on a terminal, unless NO_COLOR is set
};

enum class Style { kBold, kDim, kRed, kGreen, kYellow, kCyan };

// `text` in the style, or as it is where colours are off.
std::string styled(const Streams& streams, Style style, std::string_view text);

// Control characters of foreign text made visible, so that a file or a model cannot drive the
// terminal. Newlines and tabs stay.
std::string printable(std::string_view text);

} // namespace outpost::cli
