#include "models/packed_store.h"

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "platform/cpu.h"
#include "platform/private_file.h"

namespace outpost::models {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".packed";
// Of models that were started last; a file more than that takes the place of the oldest.
constexpr std::size_t kFilesMax = 8;
// Left free on the disk, beyond what is written; and of memory, which the system needs to write.
constexpr std::uint64_t kDiskReserveBytes = std::uint64_t{1} << 30;
constexpr std::uint64_t kMemoryReserveBytes = std::uint64_t{256} << 20;

// The same file of the same disk keeps its name: what was packed from its older content is
// replaced.
std::string name_of(const platform::FileIdentity& file) {
  char name[48];
  std::snprintf(name, sizeof name, "%llx-%llx", static_cast<unsigned long long>(file.device),
                static_cast<unsigned long long>(file.inode));
  return std::string(name) + std::string(kSuffix);
}

void remove_oldest(const fs::path& folder, const fs::path& kept) {
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  std::error_code ignored; // what cannot be looked at is left alone
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != kSuffix || entry.path() == kept) continue;
    others.emplace_back(entry.last_write_time(ignored), entry.path());
  }
  std::ranges::sort(others);
  for (std::size_t i = 0; i + kFilesMax <= others.size(); ++i)
    fs::remove(others[i].second, ignored);
}

bool has_room(const PackedFile& file) {
  const auto free = platform::free_disk_bytes(file.path().parent_path());
  return free && *free >= file.size_bytes() + kDiskReserveBytes &&
         platform::available_memory_bytes() >= kMemoryReserveBytes;
}

void write(const PackedFile& file, std::span<const std::byte> weights) {
  const fs::path folder = file.path().parent_path();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return;
  remove_oldest(folder, file.path());
  if (!has_room(file)) return;
  (void)file.write(weights); // it can be made again at any time
}

} // namespace

std::optional<PackedFile> packed_file_of(const gguf::File& file, const PackedOptions& options,
                                         std::string_view isa, std::size_t weights_bytes) {
  PackedKey key{file.identities(), options.digest, std::string(isa), weights_bytes};
  if (options.folder.empty() || key.model_files.empty()) return std::nullopt;
  return PackedFile(options.folder / name_of(key.model_files.front()), key);
}

PackedWrite::PackedWrite(PackedFile file, std::span<const std::byte> weights)
    : thread_(1, [file = std::move(file), weights](std::size_t) { write(file, weights); }) {}

} // namespace outpost::models
