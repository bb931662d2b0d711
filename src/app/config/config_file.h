// outpost.yaml into a ServerConfig. Strict: unknown keys, wrong types and values out of range are
// errors with file, line, column and the nearest name. docs/serving.md lists the keys.
#pragma once
#include "app/config/server_config.h"

namespace outpost::app {

// Relative paths in it are taken from `folder`. kInvalidArgument.
Result<ServerConfig> parse_config(const std::string& text, const std::string& origin,
                                  const std::filesystem::path& folder);
// kNotFound, kLimitExceeded (256 KiB), and as parse_config().
Result<ServerConfig> load_config(const std::filesystem::path& path);

} // namespace outpost::app
