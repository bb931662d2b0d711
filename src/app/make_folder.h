// A folder of ours that is made when it is first needed.
#pragma once
#include <filesystem>

#include "base/result.h"

namespace outpost::app {

// With those above it; one that is there already is fine. kIo.
Status make_folder(const std::filesystem::path& folder);

} // namespace outpost::app
