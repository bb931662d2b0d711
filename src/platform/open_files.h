// How many files and sockets this process may have open.
#pragma once
#include <cstddef>

namespace outpost::platform {

// Raises the soft limit towards `wanted`, as far as the hard one lets it, and returns what it is
// now. Shells and containers commonly begin with 1,024, for the sake of programs that use select();
// those that this process starts get 1,024 again.
std::size_t allow_open_files(std::size_t wanted);

// Between fork and exec: the soft limit that other programs expect.
void restore_open_files();

} // namespace outpost::platform
