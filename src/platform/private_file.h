// Files that this user alone may read and write, for caches whose bytes are trusted no further than
// that. A file that is being written has another name: what can be seen under its own was whole and
// on the disk once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace outpost::platform {

class PrivateFile {
public:
  // kNotFound; kPermissionDenied: a link, another user's, or open to others.
  static Result<PrivateFile> open(const std::filesystem::path& path);

  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  // Fills `out` from `offset` on; kCorruptData when the file ends before. From any thread.
  Status read(std::uint64_t offset, std::span<std::byte> out) const;
  // Notes that it was of use now; a hint for whoever removes old ones.
  void touch() const;

private:
  PrivateFile(UniqueFd fd, std::uint64_t size_bytes)
      : fd_(std::move(fd)), size_bytes_(size_bytes) {}
  UniqueFd fd_;
  std::uint64_t size_bytes_;
};

// Writes "<path>.new", mode 0600; commit() gives it its name. Without commit() nothing changes, and
// what a killed process left is written over by the next.
class PrivateFileWriter {
public:
  // kConflict: another process is writing it.
  static Result<PrivateFileWriter> create(const std::filesystem::path& path);
  PrivateFileWriter(PrivateFileWriter&& other) noexcept = default;
  PrivateFileWriter& operator=(PrivateFileWriter&&) = delete;
  PrivateFileWriter(const PrivateFileWriter&) = delete;
  ~PrivateFileWriter();

  Status write(std::span<const std::byte> bytes); // after what was written before
  // Syncs and renames.
  Status commit();

private:
  PrivateFileWriter(std::filesystem::path path, UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}
  std::filesystem::path path_;
  UniqueFd fd_; // holds the lock
};

// Bytes that this user may still write to the disk of `folder`.
Result<std::uint64_t> free_disk_bytes(const std::filesystem::path& folder);

} // namespace outpost::platform
