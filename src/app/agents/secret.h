// Keys and passwords that a configuration names but does not hold.
#pragma once
#include <filesystem>
#include <string>

#include "base/result.h"

namespace outpost::app {

// The value of the variable `environment`, or the first line of `file`; empty when neither is
// named. `whose` is for messages: "the key of 'cloud'". kNotFound, also for an empty variable;
// kInvalidArgument when what is there is blank, so that nobody logs in as nobody.
Result<std::string> read_secret(const std::string& whose, const std::string& environment,
                                const std::filesystem::path& file);

} // namespace outpost::app
