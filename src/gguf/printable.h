// Text from a file, made safe to show: control characters, line ends, broken UTF-8 and the marks
// that turn writing direction come out as escapes, so a name can neither drive a terminal nor
// disguise itself.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace outpost::gguf {

// At most about `bytes_max` bytes of `text`, escaped; "..." follows when something was left out.
std::string printable(std::string_view text, std::size_t bytes_max = 120);

} // namespace outpost::gguf
