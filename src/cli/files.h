// Small files that a user names on the command line.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>

#include <boost/json/value.hpp>

#include "base/result.h"

namespace outpost::cli {

inline constexpr std::size_t kInputBytesMax = std::size_t{64} << 20;

// The whole file, or standard input for "-". kLimitExceeded above kInputBytesMax.
Result<std::string> read_text(const std::filesystem::path& path);
// The same, parsed as JSON (depth at most 64); errors name the place.
Result<boost::json::value> read_json(const std::filesystem::path& path);

} // namespace outpost::cli
