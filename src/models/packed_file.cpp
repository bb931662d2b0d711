#include "models/packed_file.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/assert.h"
#include "base/checked.h"
#include "base/checksum.h"
#include "platform/private_file.h"
#include "quant/panel.h"

namespace outpost::models {
namespace {

constexpr std::string_view kMagic = "OUTPACK1";
// Of the order in which the loader places tensors; quant/ has a fingerprint of its own.
constexpr std::uint64_t kPlacementVersion = 2;
constexpr std::size_t kAlignment = 4096;

void append(std::vector<std::byte>& out, std::span<const std::byte> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append(std::vector<std::byte>& out, std::uint64_t number) {
  append(out, std::as_bytes(std::span(&number, 1)));
}

void append(std::vector<std::byte>& out, const std::string& text) {
  append(out, text.size());
  append(out, std::as_bytes(std::span(text)));
}

std::vector<std::byte> written_out(const PackedKey& key) {
  std::vector<std::byte> out;
  append(out, std::as_bytes(std::span(kMagic)));
  append(out, kPlacementVersion);
  append(out, quant::panel_layout_fingerprint());
  append(out, key.weights_bytes);
  append(out, key.isa);
  append(out, key.digest);
  append(out, key.model_files.size());
  for (const platform::FileIdentity& file : key.model_files) {
    append(out, file.device);
    append(out, file.inode);
    append(out, file.size_bytes);
    append(out, static_cast<std::uint64_t>(file.modified_ns));
  }
  return out;
}

template <class Bytes>
Bytes chunk_of(Bytes bytes, std::size_t chunk) {
  const std::size_t begin = chunk * PackedFile::kChunkBytes;
  return bytes.subspan(begin, std::min(PackedFile::kChunkBytes, bytes.size() - begin));
}

std::uint64_t chunk_count(std::uint64_t weights_bytes) {
  return (weights_bytes + PackedFile::kChunkBytes - 1) / PackedFile::kChunkBytes;
}

std::uint64_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof(number));
  return number;
}

Error damaged() { return {ErrorCode::kCorruptData, "it is damaged", ""}; }

} // namespace

PackedFile::PackedFile(std::filesystem::path path, const PackedKey& key)
    : path_(std::move(path)), key_(written_out(key)), weights_bytes_(key.weights_bytes) {}

std::uint64_t PackedFile::head_bytes() const {
  const std::uint64_t sums = chunk_count(weights_bytes_) + 1;
  return round_up<std::uint64_t>(key_.size() + sums * sizeof(std::uint64_t), kAlignment);
}

std::uint64_t PackedFile::size_bytes() const { return head_bytes() + weights_bytes_; }

Status PackedFile::read(std::span<std::byte> weights, platform::Workers& workers) const {
  OUTPOST_ASSERT(weights.size() == weights_bytes_);
  OUTPOST_TRY(const auto file, platform::PrivateFile::open(path_));
  std::vector<std::byte> head(std::min(head_bytes(), file.size_bytes()));
  OUTPOST_CHECK(file.read(0, head));
  if (head.size() < key_.size() || !std::equal(key_.begin(), key_.end(), head.begin())) {
    return fail(ErrorCode::kConflict, "it was made for another model, build or processor");
  }
  if (file.size_bytes() != size_bytes()) return fail(damaged());
  const std::uint64_t chunks = chunk_count(weights_bytes_);
  const std::size_t summed = key_.size() + chunks * sizeof(std::uint64_t);
  if (number_at(head, summed) != checksum(std::span(head).first(summed))) return fail(damaged());
  std::atomic<bool> is_whole{true};
  workers.run([&](unsigned worker) {
    const auto share = workers.share(chunks, worker);
    for (std::size_t chunk = share.begin; chunk < share.end && is_whole; ++chunk) {
      const std::span<std::byte> bytes = chunk_of(weights, chunk);
      const bool is_read = file.read(head_bytes() + chunk * kChunkBytes, bytes).has_value();
      const std::uint64_t expected = number_at(head, key_.size() + chunk * sizeof(std::uint64_t));
      if (!is_read || checksum(bytes) != expected) is_whole = false;
    }
  });
  if (!is_whole) return fail(damaged());
  file.touch();
  return {};
}

Status PackedFile::write(std::span<const std::byte> weights) const {
  OUTPOST_ASSERT(weights.size() == weights_bytes_);
  std::vector<std::byte> head = key_;
  for (std::size_t chunk = 0; chunk < chunk_count(weights_bytes_); ++chunk) {
    append(head, checksum(chunk_of(weights, chunk)));
  }
  append(head, checksum(head));
  head.resize(head_bytes());
  OUTPOST_TRY(auto writer, platform::PrivateFileWriter::create(path_));
  OUTPOST_CHECK(writer.write(head));
  OUTPOST_CHECK(writer.write(weights));
  return writer.commit();
}

} // namespace outpost::models
