// Amounts as people write them: "8 GiB", "512 MiB", "90 s", "10 min".
#pragma once
#include <chrono>
#include <cstdint>

#include "yaml/yaml_node.h"

namespace outpost::yaml {

// A whole number with B, KiB, MiB, GiB, TiB, KB, MB, GB or TB; a bare number is bytes.
Result<std::uint64_t> read_bytes(const YamlNode& node, std::string_view origin);
// A whole number with ms, s, min, h or d. A unit is needed: 5 of what would be a guess.
Result<std::chrono::milliseconds> read_duration(const YamlNode& node, std::string_view origin);

} // namespace outpost::yaml
