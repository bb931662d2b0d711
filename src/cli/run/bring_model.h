// The file of a model that is about to be used; an alias that is not here yet is pulled first.
#pragma once
#include <filesystem>
#include <string>

#include "cli/invocation.h"

namespace outpost::cli {
Result<std::filesystem::path> bring_model(const Invocation& invocation, const std::string& model);
}
