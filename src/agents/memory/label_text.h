// Labels as JSON text in a store, and back. What is read back is input: whatever it does not say,
// or says in words unknown, counts as untrusted and as closed as can be.
#pragma once
#include <string>
#include <string_view>

#include "chat/label.h"

namespace outpost::agents {

std::string label_text(const chat::Label& label);
chat::Label read_label(std::string_view text);

} // namespace outpost::agents
