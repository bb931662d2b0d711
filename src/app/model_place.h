// Where a MODEL argument is: a file by its path, or an alias or name that the catalogue knows.
#pragma once
#include <filesystem>
#include <string>

#include "app/environment.h"
#include "base/result.h"

namespace outpost::app {

// kNotFound names what was tried and hints at `outpost pull`. Does not fetch.
Result<std::filesystem::path> model_file(const std::string& model, const Environment& environment);

} // namespace outpost::app
