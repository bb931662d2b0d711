#include "catalog/archive_member.h"

#include <memory>

#include <archive.h>
#include <archive_entry.h>

namespace outpost::catalog {
namespace {

constexpr std::size_t kArchiveReadBytes = 256 << 10;
constexpr int kEntriesMax = 100'000;

struct ReaderDelete {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, ReaderDelete>;

Error damaged(const std::filesystem::path& path, archive* reader) {
  const char* words = archive_error_string(reader);
  return {ErrorCode::kCorruptData,
          "'" + path.filename().string() +
              "' is damaged: " + (words != nullptr ? words : "unreadable"),
          ""};
}

Result<Reader> open_archive(const std::filesystem::path& path) {
  Reader reader(archive_read_new());
  if (!reader) return fail(ErrorCode::kResourceExhausted, "no memory to read an archive");
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), kArchiveReadBytes) != ARCHIVE_OK) {
    return fail(damaged(path, reader.get()));
  }
  return reader;
}

// Leaves the reader at the member's data.
Status find_member(archive* reader, const std::filesystem::path& path, const std::string& member) {
  for (int entries = 0; entries < kEntriesMax; ++entries) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(reader, &entry);
    if (code == ARCHIVE_EOF) {
      return fail(ErrorCode::kNotFound,
                  "no '" + member + "' in '" + path.filename().string() + "'");
    }
    if (code != ARCHIVE_OK) return fail(damaged(path, reader));
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    if (name == nullptr || member != name) continue;
    if (archive_entry_filetype(entry) != AE_IFREG) {
      return fail(ErrorCode::kCorruptData, "'" + member + "' is not a file in its archive");
    }
    return {};
  }
  return fail(ErrorCode::kLimitExceeded, "'" + path.filename().string() + "' has more than " +
                                             std::to_string(kEntriesMax) + " entries");
}

} // namespace

Status extract_member(const std::filesystem::path& archive_path, const std::string& member,
                      std::uint64_t max_bytes, const ByteSink& sink, const CancelToken& cancel) {
  OUTPOST_TRY(const Reader reader, open_archive(archive_path));
  OUTPOST_CHECK(find_member(reader.get(), archive_path, member));
  std::vector<std::byte> buffer(kArchiveReadBytes);
  std::uint64_t total = 0;
  for (;;) {
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled while unpacking");
    const la_ssize_t count = archive_read_data(reader.get(), buffer.data(), buffer.size());
    if (count < 0) return fail(damaged(archive_path, reader.get()));
    if (count == 0) return {};
    const auto size = static_cast<std::size_t>(count);
    if (size > max_bytes - total) {
      return fail(ErrorCode::kLimitExceeded,
                  "'" + member + "' is larger than " + std::to_string(max_bytes) + " bytes");
    }
    total += size;
    OUTPOST_CHECK(sink(std::span(buffer).first(size)));
  }
}

} // namespace outpost::catalog
