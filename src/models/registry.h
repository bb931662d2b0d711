// All architectures there are. The list is explicit: a row that is not in it does not exist.
#pragma once
#include <string>
#include <string_view>

#include "models/arch.h"

namespace outpost::models {

// nullptr when no row has that name.
const ArchSpec* find_arch(std::string_view name);
// "llama, qwen2, ...", for messages.
std::string arch_names();

} // namespace outpost::models
