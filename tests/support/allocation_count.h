// How often the whole test program has allocated: linking this replaces operator new.
#pragma once
#include <cstddef>

namespace outpost::testing {

std::size_t allocation_count();

} // namespace outpost::testing
