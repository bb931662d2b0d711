// The files in a NumPy archive.
#pragma once
#include <filesystem>
#include <map>
#include <string>

namespace outpost::testing {

// Their contents by name; empty when the archive cannot be read, or no archive can
// (npz_missing.cpp).
std::map<std::string, std::string> read_npz(const std::filesystem::path& path);

} // namespace outpost::testing
