// `files:` of an agent file: the files below one folder.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

enum class FileTool { kList, kRead, kWrite, kReplace, kMove, kMakeFolder };

struct FilesSection {
  std::filesystem::path root; // empty: the agent has no tools over files
  std::vector<FileTool> tools = {FileTool::kList, FileTool::kRead};
  std::uint64_t read_bytes_max = 64U << 10U;
  std::uint64_t write_bytes_max = 64U << 10U;
};

// `folder` is where a relative root starts.
Status read_files(const yaml::YamlNode& node, std::string_view origin,
                  const std::filesystem::path& folder, FilesSection& into);

} // namespace outpost::agents
