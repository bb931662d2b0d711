#include "catalog/catalog_fixture.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/random.h"

namespace outpost::catalog {

namespace fs = std::filesystem;

std::string model_content(std::size_t bytes, std::uint64_t seed) {
  std::string content = "GGUF";
  content.reserve(bytes + 8);
  Random random(seed);
  while (content.size() < bytes) {
    const std::uint64_t word = random.next_u64();
    content.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  content.resize(bytes);
  return content;
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void write_wheel(const fs::path& path,
                 const std::vector<std::pair<std::string, std::string>>& members) {
  fs::create_directories(path.parent_path());
  const std::unique_ptr<archive, decltype(&archive_write_free)> writer(archive_write_new(),
                                                                       &archive_write_free);
  archive_write_set_format_zip(writer.get());
  ASSERT_EQ(archive_write_open_filename(writer.get(), path.c_str()), ARCHIVE_OK);
  for (const auto& [name, content] : members) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              &archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    ASSERT_EQ(archive_write_header(writer.get(), entry.get()), ARCHIVE_OK);
    ASSERT_EQ(archive_write_data(writer.get(), content.data(), content.size()),
              static_cast<la_ssize_t>(content.size()));
  }
  ASSERT_EQ(archive_write_close(writer.get()), ARCHIVE_OK);
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::path(testing::TempDir()) / "outpost_catalog_XXXXXX").string();
  const char* made = ::mkdtemp(pattern.data());
  path_ = made != nullptr ? fs::path(made) : fs::path();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

CatalogTest::CatalogTest() {
  limits.retry_delay = std::chrono::milliseconds(0);
  fs::create_directories(home);
}

void CatalogTest::add_alias(const std::string& name, const std::string& content,
                            const std::vector<std::string>& sources) {
  std::string list;
  for (const auto& source : sources) list += (list.empty() ? "\"" : ", \"") + source + "\"";
  aliases_ += (aliases_.empty() ? "" : ",\n") + std::string(R"({"name": ")") + name +
              R"(", "license": "MIT", "bytes": )" + std::to_string(content.size()) +
              R"(, "sha256": ")" + sha256_of(content).hex() + R"(", "sources": [)" + list + "]}";
  write_file(home / "aliases.json", "{\"aliases\": [" + aliases_ + "]}");
}

void CatalogTest::use_fake_pip() {
  const fs::path script = folder.path() / "pip.sh";
  write_file(script, R"(folder=$1; shift
echo "$*" >> "$folder/calls"
while [ $# -gt 1 ]; do
  [ "$1" = --dest ] && dest=$2
  [ "$1" = --log ] && log=$2
  shift
done
if [ -f "$folder/stall" ]; then # half of it, as pip does, and then a silence
  mkdir "$TMPDIR/pip-unpack-x"
  echo "2028-01-01T00:00:00,000   Found link $(cat "$folder/stall") (from index), version: 1.0" > "$log"
  size=$(wc -c < "$folder/$1.whl")
  head -c $((size / 2)) "$folder/$1.whl" > "$TMPDIR/pip-unpack-x/name.tmp"
  mv "$TMPDIR/pip-unpack-x/name.tmp" "$TMPDIR/pip-unpack-x/half-1.0-py3-none-any.whl"
  exec sleep 600
fi
if [ -f "$folder/fail" ]; then cat "$folder/fail"; exit 1; fi
cp "$folder/$1.whl" "$dest/name_from_the_index-1.0-py3-none-any.whl"
)");
  fs::create_directories(wheels);
  endpoints.pip = {"/bin/sh", script.string(), wheels.string()};
}

std::size_t CatalogTest::pip_calls() const {
  const std::string calls = read_file(wheels / "calls");
  return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), '\n'));
}

fs::path CatalogTest::blob_path(const std::string& content) const {
  return home / "blobs" / ("sha256-" + sha256_of(content).hex());
}

void CatalogTest::expect_only(const std::vector<std::string>& contents) const {
  std::size_t blobs = 0;
  for (const auto& entry : fs::directory_iterator(home / "blobs")) {
    EXPECT_EQ(entry.path().filename().string(), "sha256-" + sha256_of(read_file(entry)).hex());
    ++blobs;
  }
  EXPECT_EQ(blobs, contents.size());
  for (const auto& content : contents) EXPECT_TRUE(fs::exists(blob_path(content)));
  EXPECT_TRUE(fs::is_empty(home / "partial"));
}

} // namespace outpost::catalog
