// A file mapped read-only. The bytes are the file's as it was: if somebody cuts it short while it
// is mapped, reading the lost part raises SIGBUS, so whoever maps a file that others may write must
// copy.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace outpost::platform {

// Which file it is, as the system tells: a file that was replaced or written has another one.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

class MappedFile {
public:
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }
  // As it was when it was opened.
  [[nodiscard]] const FileIdentity& identity() const { return identity_; }
  // Tells the kernel that the range will be read once from front to back, or is done with.
  void will_read(std::size_t offset, std::size_t size) const;
  void done_with(std::size_t offset, std::size_t size) const;

private:
  MappedFile(const std::byte* data, std::size_t size, const FileIdentity& identity)
      : data_(data), size_(size), identity_(identity) {}
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  FileIdentity identity_;
};

} // namespace outpost::platform
