// Probes for models that were fitted here, and the weights of the signs beside them.
#pragma once
#include <cstdint>

#include "agents/calling/calling_profile.h"

namespace outpost::agents {

// `mark`: see profile_for_model(). The profile stays as it is where it says nothing.
void tell_what_is_known(std::uint64_t mark, CallingProfile& profile);

} // namespace outpost::agents
