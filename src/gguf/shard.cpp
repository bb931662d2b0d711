#include "gguf/shard.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gguf/metadata_reader.h"
#include "gguf/printable.h"
#include "gguf/tensor_reader.h"

namespace outpost::gguf {
namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint32_t kDefaultAlignment = 32;
constexpr std::uint32_t kAlignmentMin = 8; // the format asks for a multiple of 8
constexpr std::string_view kAlignmentKey = "general.alignment";

// What else people hand in under this name.
std::string_view guess_format(std::string_view start) {
  if (start.starts_with("version https://git-lfs")) {
    return "this is a Git LFS pointer, not the model itself: fetch the file with git lfs pull";
  }
  if (start.starts_with("GGML") || start.starts_with("lmgg") || start.starts_with("tjgg")) {
    return "this is a GGML file from before GGUF: convert the model again";
  }
  if (start.starts_with("PK")) return "this is a zip archive";
  if (start.starts_with("<")) return "this looks like a web page: the download went wrong";
  return "a GGUF file begins with the letters GGUF";
}

Status read_magic(Cursor& cursor, std::span<const std::byte> bytes) {
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                               std::min<std::size_t>(bytes.size(), 24));
  if (!start.starts_with(kMagic)) {
    return fail(ErrorCode::kUnsupported,
                "not a GGUF file; it begins with '" + printable(start, 8) + "'",
                std::string(guess_format(start)));
  }
  OUTPOST_CHECK(cursor.take(kMagic.size(), "the magic"));
  return {};
}

Result<std::uint32_t> read_version(Cursor& cursor) {
  OUTPOST_TRY(const auto version, cursor.number<std::uint32_t>("the version"));
  if (version == 2 || version == 3) return version;
  // Versions are small numbers, so a high byte is a low one read from the wrong end.
  if (version != 0 && (version & 0x00FFFFFFu) == 0) {
    return fail(ErrorCode::kUnsupported,
                "a big-endian GGUF file of version " + std::to_string(version >> 24) +
                    "; only little-endian files are read",
                "convert the model for a little-endian machine");
  }
  return fail(ErrorCode::kUnsupported,
              "GGUF version " + std::to_string(version) + "; versions 2 and 3 are read",
              version == 1 ? "convert the model again with a current converter" : "");
}

Result<std::uint32_t> read_alignment(const std::vector<Entry>& metadata, const Limits& limits) {
  const Value* value = find_value(metadata, kAlignmentKey);
  if (value == nullptr) return kDefaultAlignment;
  const auto* number = std::get_if<std::uint64_t>(&value->data);
  if (value->type != ValueType::kUint32 || number == nullptr) {
    return fail(mistyped(kAlignmentKey, *value, "uint32"));
  }
  const std::uint64_t alignment = *number;
  const bool is_power_of_two = alignment != 0 && (alignment & (alignment - 1)) == 0;
  if (!is_power_of_two || alignment < kAlignmentMin || alignment > limits.alignment_max) {
    return fail(ErrorCode::kCorruptData,
                "metadata 'general.alignment': " + std::to_string(alignment) +
                    " is not a power of two from " + std::to_string(kAlignmentMin) + " to " +
                    std::to_string(limits.alignment_max));
  }
  return static_cast<std::uint32_t>(alignment);
}

} // namespace

const Value* find_value(const std::vector<Entry>& metadata, std::string_view key) {
  const auto found = std::find_if(metadata.begin(), metadata.end(),
                                  [key](const Entry& entry) { return entry.key == key; });
  return found == metadata.end() ? nullptr : &found->value;
}

Result<Shard> read_shard(std::span<const std::byte> bytes, const Limits& limits, Budget& budget) {
  Cursor cursor(bytes, limits);
  Shard shard;
  OUTPOST_CHECK(read_magic(cursor, bytes));
  OUTPOST_TRY(shard.version, read_version(cursor));
  OUTPOST_TRY(const auto tensor_count, cursor.number<std::uint64_t>("the number of tensors"));
  OUTPOST_TRY(const auto metadata_count,
              cursor.number<std::uint64_t>("the number of metadata entries"));
  OUTPOST_TRY(shard.metadata, read_metadata(cursor, metadata_count, limits, budget));
  OUTPOST_TRY(const auto alignment, read_alignment(shard.metadata, limits));
  OUTPOST_TRY(shard.tensors, read_tensors(cursor, tensor_count, limits, budget));
  OUTPOST_CHECK(place_tensors(shard.tensors, cursor.position(), bytes.size(), alignment));
  return shard;
}

} // namespace outpost::gguf
