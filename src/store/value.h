// A value as SQLite stores it: NULL, integer, real, text, bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace outpost::store {

using Blob = std::vector<std::byte>;
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

} // namespace outpost::store
