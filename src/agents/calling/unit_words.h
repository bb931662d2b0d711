// The unit that a request writes its amounts in, for slots that ask which one it is.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// As the request writes it ("a radius of 4 inches", "how far is it in km"); none where the slot
// asks for no unit of an amount, or the request names none or several.
std::optional<std::string> said_unit(const SlotSchema& slot, std::string_view request);

} // namespace outpost::agents
