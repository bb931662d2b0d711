#include "catalog/blob_store.h"

#include <cerrno>
#include <unistd.h>

#include "catalog/disk.h"
#include "catalog/units.h"

namespace outpost::catalog {

namespace fs = std::filesystem;

// Left free so that a pull does not leave a system that cannot write its logs.
static constexpr std::uint64_t kReservedBytes = 64 << 20;

// Keys of partial files: one of these and 64 digits.
static constexpr std::string_view kDigestPrefix = "sha256-";
static constexpr std::string_view kSourcePrefix = "source-";
static constexpr std::size_t kKeyPrefixBytes = kDigestPrefix.size();
static_assert(kSourcePrefix.size() == kKeyPrefixBytes);

BlobStore::BlobStore(fs::path home)
    : blobs_(home / "blobs"), partial_(std::move(home) / "partial") {}

Status BlobStore::prepare() const {
  OUTPOST_CHECK(make_folder(blobs_));
  return make_folder(partial_);
}

fs::path BlobStore::blob_path(const Digest& digest) const {
  return blobs_ / (std::string(kDigestPrefix) + digest.hex());
}

bool BlobStore::contains(const Digest& digest) const { return is_plain_file(blob_path(digest)); }

Result<std::uint64_t> BlobStore::blob_size(const Digest& digest) const {
  std::error_code error;
  const auto size = fs::file_size(blob_path(digest), error);
  if (error) return fail(disk_error("read", blob_path(digest), error.value()));
  return std::uint64_t{size};
}

Result<std::optional<PartialFile>> BlobStore::open_partial(const std::string& key) const {
  return PartialFile::try_open(partial_, key);
}

std::optional<std::uint64_t> BlobStore::partial_size(const std::string& key) const {
  return catalog::partial_size(partial_, key);
}

Status BlobStore::install(PartialFile& file, const Digest& digest) const {
  OUTPOST_CHECK(file.move_to(blob_path(digest)));
  return sync_folder(partial_);
}

Status BlobStore::remove(const Digest& digest) const {
  const fs::path path = blob_path(digest);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return fail(disk_error("remove", path, errno));
  }
  return sync_folder(blobs_);
}

Status BlobStore::check_space(std::uint64_t bytes) const {
  OUTPOST_TRY(const std::uint64_t available, free_bytes(partial_));
  if (available >= kReservedBytes && available - kReservedBytes >= bytes) return {};
  return fail(ErrorCode::kResourceExhausted,
              "the disk is too full: " + format_bytes(bytes) + " are needed at '" +
                  partial_.parent_path().string() + "', " + format_bytes(available) + " are free",
              "make room, or set OUTPOST_HOME to a folder on another disk");
}

std::set<std::string> BlobStore::keys_on_disk() const {
  std::set<std::string> keys;
  std::error_code error; // a folder that is not there holds nothing
  for (const auto& entry : fs::directory_iterator(partial_, error)) {
    const std::string name = entry.path().filename().string();
    // Keys have no dot; what is not of our making stays untouched.
    if (name.starts_with(kDigestPrefix) || name.starts_with(kSourcePrefix)) {
      keys.insert(name.substr(0, name.find('.')));
    }
  }
  return keys;
}

Result<std::uint64_t> BlobStore::discard_abandoned() const {
  std::uint64_t freed = 0;
  for (const auto& key : keys_on_disk()) {
    OUTPOST_TRY(auto partial, open_partial(key));
    if (!partial) continue;
    freed += partial->size();
    OUTPOST_CHECK(partial->discard());
  }
  return freed;
}

bool BlobStore::is_installed(const std::string& key) const {
  const auto digest = Digest::parse(std::string_view(key).substr(kKeyPrefixBytes));
  return key.starts_with(kDigestPrefix) && digest && contains(*digest);
}

Status BlobStore::sweep() const {
  for (const auto& key : keys_on_disk()) {
    const auto bytes = partial_size(key);
    const bool installed = is_installed(key);
    if (bytes.value_or(0) > 0 && !installed) continue;
    OUTPOST_TRY(auto partial, open_partial(key)); // its lock keeps a new pull of it away meanwhile
    if (!partial) continue;
    if (!bytes || installed || partial->is_bare()) OUTPOST_CHECK(partial->discard());
  }
  return {};
}

std::string BlobStore::partial_key(const Digest& digest) {
  return std::string(kDigestPrefix) + digest.hex();
}

std::string BlobStore::partial_key(std::string_view source_text) {
  return std::string(kSourcePrefix) + sha256_of(source_text).hex();
}

} // namespace outpost::catalog
