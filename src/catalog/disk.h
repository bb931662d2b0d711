// Files of the store: opened without following links, written so that a crash leaves the old or the
// new content, with errors that say "disk full" when that is what happened.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace outpost::catalog {

// "cannot <what> '<path>': <errno in words>", as kResourceExhausted for a full disk or quota,
// kNotFound, kPermissionDenied or kIo.
Error disk_error(std::string_view what, const std::filesystem::path& path, int error_number);

Status make_folder(const std::filesystem::path& folder); // and its parents, for the owner only
// Makes names that were created, renamed or removed in it survive a power cut.
Status sync_folder(const std::filesystem::path& folder);
// Bytes that an ordinary user may still write to the file system of `folder`.
Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);

// A regular file and no link to one.
bool is_plain_file(const std::filesystem::path& path);
// At most max_bytes of it; kNotFound if there is none, kLimitExceeded if it is larger.
Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t max_bytes);
// Through a temporary file beside it that is synced and renamed.
Status write_file_atomically(const std::filesystem::path& path, std::string_view text);
Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path);

// An exclusive advisory lock on a file of its own; the system releases it when the holder dies.
Result<platform::UniqueFd> lock_file(const std::filesystem::path& path);

} // namespace outpost::catalog
