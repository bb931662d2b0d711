// `values:` of an agent file: kinds of values that tools ask for.
#pragma once
#include "agents/spec/section.h"

namespace outpost::agents {

Status read_values(const yaml::YamlNode& node, std::string_view origin, ValueKinds& into);

// A kind's fields, also where a parameter gives them itself; check_kind() after fields.finish()
// says what does not go together.
void add_kind_fields(yaml::YamlFields& fields, std::string_view origin, ValueKind& kind);
Status check_kind(const yaml::YamlNode& node, std::string_view origin, const ValueKind& kind);

} // namespace outpost::agents
