#include "platform/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace outpost::platform {
namespace {

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

ErrorCode code_of(int error) {
  if (error == ENOENT || error == ENOTDIR) return ErrorCode::kNotFound;
  if (error == EACCES || error == EPERM) return ErrorCode::kPermissionDenied;
  return ErrorCode::kIo;
}

constexpr std::uintptr_t kPageBytes = 4096;

FileIdentity identity_of(const struct stat& info) {
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size_bytes = static_cast<std::uint64_t>(info.st_size),
          .modified_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

} // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // Not blocking: a FIFO in place of a model must not hang the program.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) {
    const int error = errno;
    return fail(code_of(error), "cannot open '" + path.string() + "': " + std::strerror(error));
  }
  struct stat info{};
  if (::fstat(file.fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, "'" + path.string() + "' is not a regular file");
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size == 0) return fail(ErrorCode::kCorruptData, "'" + path.string() + "' is empty");
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (data == MAP_FAILED) {
    return fail(ErrorCode::kIo, "cannot map '" + path.string() + "': " + std::strerror(errno));
  }
  return MappedFile(static_cast<const std::byte*>(data), size, identity_of(info));
}

MappedFile::MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(identity_, other.identity_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

static void advise(const std::byte* data, std::size_t offset, std::size_t size, int advice) {
  const auto at = reinterpret_cast<std::uintptr_t>(data + offset);
  const std::uintptr_t lead = at % kPageBytes;
  (void)::madvise(reinterpret_cast<void*>(at - lead), size + lead, advice); // a hint only
}

void MappedFile::will_read(std::size_t offset, std::size_t size) const {
  advise(data_, offset, size, MADV_WILLNEED);
}

void MappedFile::done_with(std::size_t offset, std::size_t size) const {
  advise(data_, offset, size, MADV_DONTNEED);
}

} // namespace outpost::platform
