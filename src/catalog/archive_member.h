// One member out of a zip archive (a Python wheel), as a stream. Nothing is ever unpacked by the
// names inside an archive; they are only compared.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/cancel.h"
#include "base/result.h"

namespace outpost::catalog {

using ByteSink = std::function<Status(std::span<const std::byte>)>;

// Passes the regular file `member` (exact name) of `archive` to `sink`, piece by piece. Errors:
// kNotFound (no such member), kCorruptData (damaged archive, wrong checksum), kLimitExceeded (more
// than max_bytes, or too many entries), kCancelled, and those of the sink.
Status extract_member(const std::filesystem::path& archive, const std::string& member,
                      std::uint64_t max_bytes, const ByteSink& sink, const CancelToken& cancel);

} // namespace outpost::catalog
