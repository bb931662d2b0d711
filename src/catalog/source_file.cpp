// file:///path: a file of this machine, copied into the store. The path is taken as it is, nothing
// in it is decoded.
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

#include "catalog/blob_store.h"
#include "catalog/disk.h"
#include "catalog/source_kinds.h"

namespace outpost::catalog {
namespace {

constexpr std::size_t kCopyBytes = 1 << 20;

struct OpenFile {
  platform::UniqueFd fd;
  std::uint64_t bytes = 0;
  std::string version; // changes when the file does
};

Result<OpenFile> open_file(const std::filesystem::path& path) {
  OpenFile file{platform::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))};
  if (!file.fd.valid()) return fail(disk_error("open", path, errno));
  struct stat info{};
  if (::fstat(file.fd.get(), &info) != 0) return fail(disk_error("read", path, errno));
  if (!S_ISREG(info.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, "'" + path.string() + "' is not a regular file");
  }
  file.bytes = static_cast<std::uint64_t>(info.st_size);
  file.version = std::to_string(info.st_ino) + "-" + std::to_string(info.st_size) + "-" +
                 std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec);
  return file;
}

class FileSource final : public Source {
public:
  explicit FileSource(std::filesystem::path path) : path_(std::move(path)) {}

  std::string text() const override { return "file://" + path_.string(); }

  Result<RemoteFile> describe(FetchContext&) override {
    OUTPOST_TRY(const OpenFile file, open_file(path_));
    return RemoteFile{std::nullopt, file.bytes, ""};
  }

  Status fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) override {
    OUTPOST_TRY(const OpenFile from, open_file(path_));
    const PartialState state{sha256_of(text()).hex(), from.version, 0, 0};
    const bool same =
        file.state().source == state.source && file.state().validator == state.validator;
    if (!same || file.size() > from.bytes) OUTPOST_CHECK(file.start_over(state));
    if (expected.bytes && *expected.bytes != from.bytes) {
      return fail(ErrorCode::kCorruptData, "'" + path_.string() + "' has " +
                                               std::to_string(from.bytes) + " bytes; " +
                                               std::to_string(*expected.bytes) + " are expected");
    }
    OUTPOST_CHECK(context.store.check_space(from.bytes - file.size()));
    context.progress.enter(Phase::kDownloading, path_.filename().string(), file.size(), from.bytes);
    return copy(context, from, file);
  }

private:
  Status copy(FetchContext& context, const OpenFile& from, PartialFile& file) const {
    std::vector<std::byte> buffer(kCopyBytes);
    while (file.size() < from.bytes) {
      if (context.cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled while copying");
      const ssize_t count =
          ::pread(from.fd.get(), buffer.data(), buffer.size(), static_cast<off_t>(file.size()));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(disk_error("read", path_, errno));
      if (count == 0) {
        return fail(ErrorCode::kConflict, "'" + path_.string() + "' was cut while it was copied");
      }
      OUTPOST_CHECK(file.append(std::span(buffer).first(static_cast<std::size_t>(count))));
      context.progress.update(file.size());
    }
    return {};
  }

  std::filesystem::path path_;
};

} // namespace

Result<std::unique_ptr<Source>> read_file_source(std::string_view rest) {
  if (!rest.starts_with('/')) {
    return fail(ErrorCode::kInvalidArgument, "'file://" + std::string(rest) + "' is no full path",
                "file:///folder/model.gguf, with three slashes");
  }
  return std::unique_ptr<Source>(
      std::make_unique<FileSource>(std::filesystem::path(rest).lexically_normal()));
}

} // namespace outpost::catalog
