#include "platform/folder_root.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace outpost::platform {
namespace {

constexpr std::size_t kPathBytesMax = 1024;
constexpr std::size_t kComponentsMax = 32;
constexpr std::size_t kNameBytesMax = 255;
constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

tl::unexpected<Error> path_error(std::string_view path, int error) {
  const ErrorCode code = error == ENOENT || error == ENOTDIR  ? ErrorCode::kNotFound
                         : error == EEXIST                    ? ErrorCode::kConflict
                         : error == ENOSPC || error == EDQUOT ? ErrorCode::kResourceExhausted
                         : error == EACCES || error == EPERM || error == ELOOP || error == EROFS
                             ? ErrorCode::kPermissionDenied
                             : ErrorCode::kIo;
  const char* what = error == ELOOP ? "is a link" : std::strerror(error);
  return fail(code, "'" + std::string(path) + "': " + what);
}

Result<std::vector<std::string>> components_of(std::string_view path) {
  const auto refused = [&](const char* why) {
    return fail(ErrorCode::kInvalidArgument,
                "'" + std::string(path.substr(0, 80)) + "' is no path below the folder: " + why);
  };
  if (path.size() > kPathBytesMax) return refused("it is too long");
  if (path.find('\0') != std::string_view::npos) return refused("it has a NUL");
  std::vector<std::string> components;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view one = path.substr(0, end);
    if (one.empty()) return refused("it begins with '/' or has an empty part");
    if (one == "." || one == "..") return refused("it has the part '.' or '..'");
    if (one.size() > kNameBytesMax) return refused("a part is too long");
    components.emplace_back(one);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (components.size() > kComponentsMax) return refused("it has too many parts");
  }
  return components;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

Status write_all(int fd, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return path_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(fd) == 0 ? Status() : Status(path_error(path, errno));
}

// renameat that never replaces. (The C library of Debian 12 has renameat2; not every one does.)
int rename_new(int from, const char* old_name, int to, const char* new_name) {
  constexpr unsigned kNoReplace = 1;
  return static_cast<int>(::syscall(SYS_renameat2, from, old_name, to, new_name, kNoReplace));
}

} // namespace

Result<FolderRoot> FolderRoot::open(const std::string& path) {
  UniqueFd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return path_error(path, errno);
  return FolderRoot(std::move(root));
}

Result<UniqueFd> FolderRoot::open_folder(const std::vector<std::string>& components) const {
  UniqueFd folder(::openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (const std::string& one : components) {
    if (!folder.valid()) break;
    folder = UniqueFd(::openat(folder.get(), one.c_str(), kFolderFlags));
    if (!folder.valid()) {
      // With O_DIRECTORY a link is ENOTDIR, which would say that it is not there.
      return path_error(one, errno);
    }
  }
  if (!folder.valid()) return path_error(".", errno);
  return folder;
}

Result<FolderRoot::Place> FolderRoot::place_of(std::string_view path) const {
  OUTPOST_TRY(auto components, components_of(path));
  if (components.empty())
    return fail(ErrorCode::kInvalidArgument, "a path below the folder is needed");
  Place place;
  place.name = std::move(components.back());
  components.pop_back();
  OUTPOST_TRY(place.folder, open_folder(components));
  return place;
}

Result<std::vector<FolderEntry>> FolderRoot::list(std::string_view path) const {
  OUTPOST_TRY(const auto components, components_of(path));
  OUTPOST_TRY(UniqueFd folder, open_folder(components));
  const int copy = ::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, CloseFolder> stream(copy < 0 ? nullptr : ::fdopendir(copy));
  if (!stream) return path_error(path, errno);
  std::vector<FolderEntry> entries;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    struct stat status{};
    if (name == "." || name == "..") continue;
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) continue;
    if (entries.size() == kEntriesMax) {
      return fail(ErrorCode::kLimitExceeded, "'" + std::string(path) + "' has more than " +
                                                 std::to_string(kEntriesMax) + " entries");
    }
    const bool is_folder = S_ISDIR(status.st_mode);
    entries.push_back(
        {name, is_folder, is_folder ? 0 : static_cast<std::uint64_t>(status.st_size)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  return entries;
}

Result<std::string> FolderRoot::read_beginning(std::string_view path,
                                               std::uint64_t bytes_max) const {
  OUTPOST_TRY(const Place place, place_of(path));
  // Without waiting: opening a pipe would wait for its other end.
  const UniqueFd file(::openat(place.folder.get(), place.name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return path_error(path, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return path_error(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kPermissionDenied, "'" + std::string(path) + "' is no ordinary file");
  }
  std::string bytes;
  std::array<char, 16U << 10U> buffer;
  while (bytes.size() < bytes_max) {
    const auto wanted = std::min<std::uint64_t>(buffer.size(), bytes_max - bytes.size());
    const ssize_t count = ::read(file.get(), buffer.data(), static_cast<std::size_t>(wanted));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return path_error(path, errno);
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return {std::move(bytes)};
}

Result<std::string> FolderRoot::read(std::string_view path, std::uint64_t bytes_max) const {
  const std::uint64_t one_more = bytes_max + (bytes_max < UINT64_MAX ? 1 : 0);
  OUTPOST_TRY(std::string bytes, read_beginning(path, one_more));
  if (bytes.size() <= bytes_max) return {std::move(bytes)};
  return fail(ErrorCode::kLimitExceeded,
              "'" + std::string(path) + "' has more than " + std::to_string(bytes_max) + " bytes");
}

Status FolderRoot::write(std::string_view path, std::string_view bytes, bool replaces) const {
  OUTPOST_TRY(const Place place, place_of(path));
  // A name of each thread's own: two that write into one folder do not meet in one file.
  const std::string partial =
      ".outpost-" + std::to_string(::getpid()) + "-" + std::to_string(::gettid()) + ".partial";
  const int folder = place.folder.get();
  UniqueFd file(::openat(folder, partial.c_str(),
                         O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) return path_error(path, errno);
  Status status = write_all(file.get(), bytes, path);
  file.reset();
  if (status) {
    struct stat old{};
    const bool exists = ::fstatat(folder, place.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && !S_ISREG(old.st_mode)) {
      status =
          fail(ErrorCode::kPermissionDenied, "'" + std::string(path) + "' is no ordinary file");
    } else if ((replaces ? ::renameat(folder, partial.c_str(), folder, place.name.c_str())
                         : rename_new(folder, partial.c_str(), folder, place.name.c_str())) != 0) {
      status = path_error(path, errno);
    }
  }
  if (!status) ::unlinkat(folder, partial.c_str(), 0);
  if (status && ::fsync(folder) != 0) return path_error(path, errno);
  return status;
}

Status FolderRoot::move(std::string_view from, std::string_view to) const {
  OUTPOST_TRY(const Place source, place_of(from));
  OUTPOST_TRY(const Place target, place_of(to));
  struct stat status{};
  if (::fstatat(source.folder.get(), source.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return path_error(from, errno);
  }
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::kPermissionDenied, "'" + std::string(from) + "' is no ordinary file");
  }
  if (rename_new(source.folder.get(), source.name.c_str(), target.folder.get(),
                 target.name.c_str()) != 0) {
    return path_error(to, errno);
  }
  return ::fsync(target.folder.get()) == 0 ? Status() : Status(path_error(to, errno));
}

Status FolderRoot::make_folder(std::string_view path) const {
  OUTPOST_TRY(const Place place, place_of(path));
  if (::mkdirat(place.folder.get(), place.name.c_str(), 0700) != 0) return path_error(path, errno);
  return {};
}

} // namespace outpost::platform
