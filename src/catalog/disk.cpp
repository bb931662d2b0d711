#include "catalog/disk.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/checked.h"

namespace outpost::catalog {

namespace fs = std::filesystem;
using platform::UniqueFd;

Error disk_error(std::string_view what, const fs::path& path, int error_number) {
  std::string message =
      "cannot " + std::string(what) + " '" + path.string() + "': " + std::strerror(error_number);
  switch (error_number) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return {ErrorCode::kResourceExhausted, "the disk is full: " + message,
            "make room and run the same command again; it goes on where it stopped"};
  case ENOENT:
  case ENOTDIR: return {ErrorCode::kNotFound, std::move(message), ""};
  case EACCES:
  case EPERM:
  case EROFS: return {ErrorCode::kPermissionDenied, std::move(message), ""};
  case ELOOP:
    return {ErrorCode::kPermissionDenied, "'" + path.string() + "' is a symbolic link; refused",
            ""};
  default: return {ErrorCode::kIo, std::move(message), ""};
  }
}

Status make_folder(const fs::path& folder) {
  fs::path done;
  for (const auto& part : folder) {
    done /= part;
    struct stat info{};
    if (::stat(done.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) continue;
    if (::mkdir(done.c_str(), 0700) != 0 && errno != EEXIST) {
      return fail(disk_error("make the folder", done, errno));
    }
  }
  return {};
}

Status sync_folder(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) {
    return fail(disk_error("sync the folder", folder, errno));
  }
  return {};
}

Result<std::uint64_t> free_bytes(const fs::path& folder) {
  struct statvfs info{};
  if (::statvfs(folder.c_str(), &info) != 0) {
    return fail(disk_error("ask for the free space of", folder, errno));
  }
  return checked_mul<std::uint64_t>(info.f_bavail, info.f_frsize).value_or(~std::uint64_t{0});
}

bool is_plain_file(const fs::path& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

Result<std::string> read_small_file(const fs::path& path, std::size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.valid()) return fail(disk_error("open", path, errno));
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(disk_error("read", path, errno));
    if (count == 0) return text;
    const auto size = static_cast<std::size_t>(count);
    if (size > max_bytes - text.size()) {
      return fail(ErrorCode::kLimitExceeded,
                  "'" + path.string() + "' is larger than " + std::to_string(max_bytes) + " bytes");
    }
    text.append(buffer.data(), size);
  }
}

Status write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(disk_error("write", path, errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Status write_file_atomically(const fs::path& path, std::string_view text) {
  const fs::path temporary = path.string() + ".new";
  // One writer at a time (callers hold a lock), so a left-over of a crash is simply replaced.
  (void)::unlink(temporary.c_str());
  const UniqueFd fd(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return fail(disk_error("create", temporary, errno));
  OUTPOST_CHECK(write_all(fd.get(), text, temporary));
  if (::fsync(fd.get()) != 0) return fail(disk_error("sync", temporary, errno));
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail(disk_error("replace", path, errno));
  }
  return sync_folder(path.parent_path());
}

Result<UniqueFd> lock_file(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return fail(disk_error("open", path, errno));
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return fail(disk_error("lock", path, errno));
  }
  return fd;
}

} // namespace outpost::catalog
