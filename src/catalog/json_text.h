// JSON from a file or a registry, under limits. Boost.JSON's exceptions stay inside.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::catalog {

// An object at the top, nested at most 16 deep. `what` names the text in errors (kCorruptData).
// Callers bound the size before.
Result<boost::json::object> parse_json_object(std::string_view text, std::string_view what);

// A member of that kind, or nothing.
std::optional<std::string> string_member(const boost::json::object& object, std::string_view key);
std::optional<std::uint64_t> size_member(const boost::json::object& object, std::string_view key);
const boost::json::array* array_member(const boost::json::object& object, std::string_view key);

} // namespace outpost::catalog
