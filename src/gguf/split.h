// The files of a split set: model-00001-of-00003.gguf and so on (llama.cpp, tools/gguf-split).
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gguf/value.h"

namespace outpost::gguf {

inline constexpr std::string_view kSplitCountKey = "split.count";
inline constexpr std::string_view kSplitNumberKey = "split.no";
inline constexpr std::string_view kSplitTensorsKey = "split.tensors.count";

// The integer under `key`, or nothing when there is none; other types are an error.
Result<std::optional<std::uint64_t>> split_number(const std::vector<Entry>& metadata,
                                                  std::string_view key);

// The paths of parts 2 to `count`, from the first part's path. kCorruptData when that path is not
// of the form NAME-00001-of-0000N.gguf with N equal to `count`.
Result<std::vector<std::filesystem::path>> other_parts(const std::filesystem::path& first,
                                                       std::uint64_t count);

} // namespace outpost::gguf
