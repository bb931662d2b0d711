// The models on disk, by content: HOME/blobs/sha256-<digest>, and HOME/partial/ for those on their
// way. A blob that can be seen has been verified: it gets its name after its digest was compared
// and its bytes were synced. Safe for several processes at once.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "catalog/digest.h"
#include "catalog/partial_file.h"

namespace outpost::catalog {

class BlobStore {
public:
  explicit BlobStore(std::filesystem::path home);

  Status prepare() const; // makes the folders
  [[nodiscard]] std::filesystem::path blob_path(const Digest& digest) const;
  [[nodiscard]] bool contains(const Digest& digest) const;
  [[nodiscard]] Result<std::uint64_t> blob_size(const Digest& digest) const;

  // Nothing if another process holds it.
  [[nodiscard]] Result<std::optional<PartialFile>> open_partial(const std::string& key) const;
  [[nodiscard]] std::optional<std::uint64_t> partial_size(const std::string& key) const;
  // REQUIRES: `file` was verified to have this digest.
  Status install(PartialFile& file, const Digest& digest) const;
  Status remove(const Digest& digest) const;
  // Removes every partial file that no process holds; returns the bytes that were in them.
  Result<std::uint64_t> discard_abandoned() const;
  // Removes what kills at unlucky moments left: companions of a file that is installed already, and
  // partial files without a byte.
  Status sweep() const;
  // kResourceExhausted, with both numbers, when fewer than `bytes` can be written.
  [[nodiscard]] Status check_space(std::uint64_t bytes) const;

  // Key of the partial file of a model whose digest is known beforehand, or of one whose is not.
  static std::string partial_key(const Digest& digest);
  static std::string partial_key(std::string_view source_text);

private:
  [[nodiscard]] std::set<std::string> keys_on_disk() const;
  [[nodiscard]] bool is_installed(const std::string& key) const;

  std::filesystem::path blobs_;
  std::filesystem::path partial_;
};

} // namespace outpost::catalog
