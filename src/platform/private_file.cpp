#include "platform/private_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <utility>

namespace outpost::platform {
namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR;

Error system_error(const char* what, const std::filesystem::path& path, int error) {
  ErrorCode code = ErrorCode::kIo;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::kNotFound;
  if (error == EACCES || error == EPERM || error == ELOOP) code = ErrorCode::kPermissionDenied;
  if (error == ENOSPC || error == EDQUOT) code = ErrorCode::kResourceExhausted;
  return {code, std::string("cannot ") + what + " '" + path.string() + "': " + std::strerror(error),
          ""};
}

std::filesystem::path unfinished(std::filesystem::path path) { return path += ".new"; }

bool is_private(const struct stat& info) {
  return S_ISREG(info.st_mode) && info.st_uid == ::geteuid() &&
         (info.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

} // namespace

Result<PrivateFile> PrivateFile::open(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.valid()) return fail(system_error("open", path, errno));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(system_error("look at", path, errno));
  if (!is_private(info)) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + path.string() + "' is not a file that this user alone may use");
  }
  return PrivateFile(std::move(fd), static_cast<std::uint64_t>(info.st_size));
}

Status PrivateFile::read(std::uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t got = ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorCode::kIo, std::string("cannot read: ") + std::strerror(errno));
    if (got == 0) return fail(ErrorCode::kCorruptData, "the file ends too early");
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

void PrivateFile::touch() const {
  (void)::futimens(fd_.get(), nullptr); // refused on a read-only disk, where nothing is removed
}

// The lock is on the file that has the name now: another process may have finished and renamed the
// one that was opened here.
Result<PrivateFileWriter> PrivateFileWriter::create(const std::filesystem::path& path) {
  const std::filesystem::path name = unfinished(path);
  UniqueFd fd(
      ::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kMode));
  if (!fd.valid()) return fail(system_error("write", name, errno));
  struct stat opened{}, named{};
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 || ::fstat(fd.get(), &opened) != 0 ||
      ::lstat(name.c_str(), &named) != 0 || opened.st_ino != named.st_ino) {
    return fail(ErrorCode::kConflict, "another process is writing '" + name.string() + "'");
  }
  if (!is_private(opened)) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + name.string() + "' is not a file that this user alone may use");
  }
  if (::ftruncate(fd.get(), 0) != 0) return fail(system_error("write", name, errno));
  return PrivateFileWriter(path, std::move(fd));
}

PrivateFileWriter::~PrivateFileWriter() {
  if (fd_.valid()) ::unlink(unfinished(path_).c_str());
}

Status PrivateFileWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(system_error("write", unfinished(path_), errno));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status PrivateFileWriter::commit() {
  const std::filesystem::path name = unfinished(path_);
  if (::fsync(fd_.get()) != 0) return fail(system_error("sync", name, errno));
  if (::rename(name.c_str(), path_.c_str()) != 0) return fail(system_error("rename", name, errno));
  fd_.reset();
  return {};
}

Result<std::uint64_t> free_disk_bytes(const std::filesystem::path& folder) {
  struct statvfs info{};
  if (::statvfs(folder.c_str(), &info) != 0) return fail(system_error("look at", folder, errno));
  return std::uint64_t{info.f_bavail} * info.f_frsize;
}

} // namespace outpost::platform
