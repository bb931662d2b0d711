// A folder that nothing leaves: files below it by relative path, each component opened from the one
// before without following links, so that neither "..", a link, nor a race between check and use
// can lead out (the file servers of CVE-2025-53109 and CVE-2025-53110 compared prefixes instead).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/unique_fd.h"

namespace outpost::platform {

struct FolderEntry {
  std::string name;
  bool is_folder = false;
  std::uint64_t size_bytes = 0;
};

// Paths are relative, with '/', at most 1 KiB and 32 components, none of them empty, "." or "..";
// else kInvalidArgument. Links are kPermissionDenied, special files too.
class FolderRoot {
public:
  static constexpr std::size_t kEntriesMax = 1000;

  // kNotFound, kPermissionDenied.
  static Result<FolderRoot> open(const std::string& path);

  // By name. An empty path is the root itself. kLimitExceeded beyond kEntriesMax entries; links and
  // special files are left out.
  [[nodiscard]] Result<std::vector<FolderEntry>> list(std::string_view path) const;
  // kLimitExceeded when it is larger.
  [[nodiscard]] Result<std::string> read(std::string_view path, std::uint64_t bytes_max) const;
  // Its first `bytes_max` bytes, or all when it has fewer.
  [[nodiscard]] Result<std::string> read_beginning(std::string_view path,
                                                   std::uint64_t bytes_max) const;
  // The whole file, on the disk when it returns; no reader sees a part of it. Its folder must
  // exist. kConflict when there is one and `replaces` is off.
  [[nodiscard]] Status write(std::string_view path, std::string_view bytes, bool replaces) const;
  // kConflict when the target exists.
  [[nodiscard]] Status move(std::string_view from, std::string_view to) const;
  // kConflict when it exists.
  [[nodiscard]] Status make_folder(std::string_view path) const;

private:
  struct Place {
    UniqueFd folder;
    std::string name; // in it
  };
  explicit FolderRoot(UniqueFd root) : root_(std::move(root)) {}
  [[nodiscard]] Result<Place> place_of(std::string_view path) const;
  [[nodiscard]] Result<UniqueFd> open_folder(const std::vector<std::string>& components) const;

  UniqueFd root_;
};

} // namespace outpost::platform
