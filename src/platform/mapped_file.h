// A file mapped read-only. The bytes are the file's as it was: if somebody cuts it short while it
// is mapped, reading the lost part raises SIGBUS, so whoever maps a file that others may write must
// copy.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace outpost::platform {

class MappedFile {
public:
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }
  // Tells the kernel that the range will be read once from front to back, or is done with.
  void will_read(std::size_t offset, std::size_t size) const;
  void done_with(std::size_t offset, std::size_t size) const;

private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace outpost::platform
