#include "catalog/partial_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <vector>

#include "catalog/disk.h"
#include "catalog/json_text.h"

namespace outpost::catalog {

namespace fs = std::filesystem;
namespace json = boost::json;
using platform::UniqueFd;

static constexpr std::size_t kStateBytesMax = 64 << 10;
static constexpr std::size_t kReadBytes = 1 << 20;

static fs::path part_path(const fs::path& folder, const std::string& key) {
  return folder / (key + ".part");
}

Result<std::optional<PartialFile>> PartialFile::try_open(const fs::path& folder,
                                                         const std::string& key) {
  PartialFile file;
  file.path_ = part_path(folder, key);
  file.fd_ = UniqueFd(
      ::open(file.path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!file.fd_.valid()) return fail(disk_error("open", file.path_, errno));
  if (::flock(file.fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<PartialFile>();
    return fail(disk_error("lock", file.path_, errno));
  }
  // Between open and lock the file may have become a model or been discarded: then the lock is on
  // something that is no longer the partial file.
  struct stat opened{}, named{};
  if (::fstat(file.fd_.get(), &opened) != 0) return fail(disk_error("read", file.path_, errno));
  if (::lstat(file.path_.c_str(), &named) != 0 || opened.st_ino != named.st_ino ||
      opened.st_dev != named.st_dev) {
    return std::optional<PartialFile>();
  }
  if (!S_ISREG(opened.st_mode)) {
    return fail(ErrorCode::kIo, "'" + file.path_.string() + "' is not a regular file");
  }
  file.size_ = static_cast<std::uint64_t>(opened.st_size);
  file.read_state();
  return std::optional<PartialFile>(std::move(file));
}

fs::path PartialFile::state_path() const { return fs::path(path_).replace_extension(".json"); }
fs::path PartialFile::working_path() const { return fs::path(path_).replace_extension(".work"); }

// An unreadable state is no state: the download starts from the beginning.
void PartialFile::read_state() {
  const auto text = read_small_file(state_path(), kStateBytesMax);
  if (!text) return;
  const auto object = parse_json_object(*text, state_path().string());
  if (!object) return;
  state_.source = string_member(*object, "source").value_or("");
  state_.validator = string_member(*object, "validator").value_or("");
  state_.parts_done = size_member(*object, "parts_done").value_or(0);
  state_.parts_bytes = size_member(*object, "parts_bytes").value_or(0);
}

Status PartialFile::set_state(PartialState state) {
  const json::object object = {{"source", state.source},
                               {"validator", state.validator},
                               {"parts_done", state.parts_done},
                               {"parts_bytes", state.parts_bytes}};
  OUTPOST_CHECK(write_file_atomically(state_path(), json::serialize(object)));
  state_ = std::move(state);
  return {};
}

// The order matters: no moment may pair old bytes with the new state.
Status PartialFile::start_over(PartialState state) {
  OUTPOST_CHECK(truncate(0));
  std::error_code ignored;
  fs::remove_all(working_path(), ignored);
  return set_state(std::move(state));
}

Status PartialFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(disk_error("write", path_, errno));
    size_ += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Status PartialFile::truncate(std::uint64_t size) {
  if (size == size_) return {};
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) {
    return fail(disk_error("truncate", path_, errno));
  }
  size_ = size;
  return {};
}

Status PartialFile::sync() {
  if (::fsync(fd_.get()) != 0) return fail(disk_error("sync", path_, errno));
  return {};
}

Result<fs::path> PartialFile::working_folder() {
  OUTPOST_CHECK(make_folder(working_path()));
  return working_path();
}

Result<Digest> PartialFile::digest(const std::function<void(std::uint64_t)>& on_progress,
                                   const CancelToken& cancel) const {
  Sha256 hash;
  std::vector<std::byte> buffer(kReadBytes);
  std::uint64_t at = 0;
  for (;;) {
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled while verifying");
    const ssize_t count = ::pread(fd_.get(), buffer.data(), buffer.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(disk_error("read", path_, errno));
    if (count == 0) return hash.finish();
    hash.update(std::span(buffer).first(static_cast<std::size_t>(count)));
    at += static_cast<std::uint64_t>(count);
    on_progress(at);
  }
}

Result<std::string> PartialFile::first_bytes(std::size_t count) const {
  std::string text(count, '\0');
  const ssize_t got = ::pread(fd_.get(), text.data(), text.size(), 0);
  if (got < 0) return fail(disk_error("read", path_, errno));
  text.resize(static_cast<std::size_t>(got));
  return text;
}

void PartialFile::remove_companions() {
  std::error_code ignored; // what stays behind is found and removed by the next pull of this key
  fs::remove(state_path(), ignored);
  fs::remove(state_path().string() + ".new", ignored);
  fs::remove_all(working_path(), ignored);
}

Status PartialFile::move_to(const fs::path& target) {
  OUTPOST_CHECK(sync());
  if (::fchmod(fd_.get(), 0444) != 0) return fail(disk_error("protect", path_, errno));
  if (::rename(path_.c_str(), target.c_str()) != 0) {
    return fail(disk_error("install", target, errno));
  }
  OUTPOST_CHECK(sync_folder(target.parent_path()));
  remove_companions();
  fd_.reset();
  return {};
}

Status PartialFile::discard() {
  remove_companions();
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
    return fail(disk_error("remove", path_, errno));
  }
  fd_.reset();
  return {};
}

bool PartialFile::is_bare() const {
  std::error_code ignored;
  return fd_.valid() && size_ == 0 && !fs::exists(working_path(), ignored);
}

std::optional<std::uint64_t> partial_size(const fs::path& folder, const std::string& key) {
  struct stat info{};
  if (::lstat(part_path(folder, key).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(info.st_size);
}

} // namespace outpost::catalog
