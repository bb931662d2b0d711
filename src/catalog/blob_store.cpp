#include "catalog/blob_store.h"

#include <cerrno>
#include <unistd.h>

#include "catalog/disk.h"
#include "catalog/units.h"

namespace outpost::catalog {

namespace fs = std::filesystem;

// Left free so that a pull does not leave a system that cannot write its logs.
static constexpr std::uint64_t kReservedBytes = 64 << 20;

BlobStore::BlobStore(fs::path home)
    : blobs_(home / "blobs"), partial_(std::move(home) / "partial") {}

Status BlobStore::prepare() const {
  OUTPOST_CHECK(make_folder(blobs_));
  return make_folder(partial_);
}

fs::path BlobStore::blob_path(const Digest& digest) const {
  return blobs_ / ("sha256-" + digest.hex());
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

Result<std::uint64_t> BlobStore::discard_abandoned() const {
  std::uint64_t freed = 0;
  std::error_code error; // a folder that is not there holds nothing
  for (const auto& entry : fs::directory_iterator(partial_, error)) {
    if (entry.path().extension() != ".part") continue;
    OUTPOST_TRY(auto partial, PartialFile::try_open(partial_, entry.path().stem().string()));
    if (!partial) continue;
    freed += partial->size();
    OUTPOST_CHECK(partial->discard());
  }
  return freed;
}

std::string BlobStore::partial_key(const Digest& digest) { return "sha256-" + digest.hex(); }

std::string BlobStore::partial_key(std::string_view source_text) {
  return "source-" + sha256_of(source_text).hex();
}

} // namespace outpost::catalog
