#include "support/npz.h"

#include <archive.h>
#include <archive_entry.h>

namespace outpost::testing {
namespace {

std::string read_entry(archive* zip) {
  std::string bytes;
  char buffer[1 << 14];
  while (true) {
    const la_ssize_t got = archive_read_data(zip, buffer, sizeof(buffer));
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

} // namespace

std::map<std::string, std::string> read_npz(const std::filesystem::path& path) {
  std::map<std::string, std::string> files;
  archive* zip = archive_read_new();
  archive_read_support_format_zip(zip);
  if (archive_read_open_filename(zip, path.c_str(), 1 << 16) == ARCHIVE_OK) {
    archive_entry* entry = nullptr;
    while (archive_read_next_header(zip, &entry) == ARCHIVE_OK)
      files[archive_entry_pathname(entry)] = read_entry(zip);
  }
  archive_read_free(zip);
  return files;
}

} // namespace outpost::testing
