// A model file: metadata and tensor directory of GGUF v2/v3 (ggml-org, docs/gguf.md), one file or a
// split set. No arithmetic on weights here. The file is hostile until proven otherwise: every
// count, string, product and offset is checked against a stated limit and against the bytes that
// are left, so that refusal takes under 2 s and 64 MiB whatever the bytes say.
//
// Immutable after open(); safe to read from any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gguf/limits.h"
#include "gguf/value.h"
#include "platform/mapped_file.h"

namespace outpost::gguf {

// One tensor as the directory describes it. Dimensions as GGUF writes them: [0] is the row length.
struct TensorInfo {
  std::string name;
  std::uint32_t type = 0;                // known to find_tensor_type() in tensor_type.h
  std::vector<std::uint64_t> dimensions; // 1..4 of them, none zero; rows are whole blocks
  std::uint32_t shard = 0;               // which file of a split set
  std::uint64_t offset_bytes = 0;        // from the start of that file; aligned
  std::uint64_t size_bytes = 0;          // within that file, proven
  // The product of the dimensions; the reader proved that it fits.
  [[nodiscard]] std::uint64_t element_count() const;
};

class File {
public:
  // Opens `path` and, when it is the first of a split set (name-00001-of-0000N.gguf), all of it.
  // kNotFound: the file or a part is missing. kCorruptData: the bytes break the format.
  // kUnsupported: another format, version or byte order. kLimitExceeded: beyond `limits`.
  static Result<File> open(const std::filesystem::path& path, const Limits& limits = {});
  // The same over bytes in memory, for fuzzing and tests. They must outlive the File. A part of a
  // split set is read alone.
  static Result<File> parse(std::span<const std::byte> bytes, const Limits& limits = {});

  [[nodiscard]] std::uint32_t version() const { return version_; }
  [[nodiscard]] const std::vector<Entry>& metadata() const { return metadata_; }
  [[nodiscard]] const std::vector<TensorInfo>& tensors() const { return tensors_; }
  [[nodiscard]] std::size_t shard_count() const { return shards_.size(); }

  // nullptr when the key or tensor is not there.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] const TensorInfo* find_tensor(std::string_view name) const;

  // Typed access: kNotFound names the key; kCorruptData names key, expected and actual type.
  // Integers of any width convert when the value fits; nothing else converts silently. Views live
  // as long as the File. A float that is not finite is refused.
  Result<std::uint64_t> get_uint(std::string_view key) const;
  Result<double> get_float(std::string_view key) const;
  Result<bool> get_bool(std::string_view key) const;
  Result<std::string_view> get_string(std::string_view key) const;
  // Never a null pointer. `element`: what the elements must be.
  Result<const Array*> get_array(std::string_view key, ValueType element) const;
  // As above, but a missing key gives `fallback` (a key of the wrong type is still an error).
  Result<std::uint64_t> get_uint_or(std::string_view key, std::uint64_t fallback) const;
  Result<double> get_float_or(std::string_view key, double fallback) const;
  Result<bool> get_bool_or(std::string_view key, bool fallback) const;
  Result<std::string_view> get_string_or(std::string_view key, std::string_view fallback) const;

  // The bytes of a tensor of this file; exactly info.size_bytes of them.
  [[nodiscard]] std::span<const std::byte> data(const TensorInfo& info) const;
  [[nodiscard]] std::uint64_t file_size_bytes() const; // all shards
  // Of all shards, as they were when they were opened; empty for parse().
  [[nodiscard]] std::vector<platform::FileIdentity> identities() const;
  // The bytes of a tensor will not be read again soon: the system may forget them.
  void done_with(const TensorInfo& info) const;

private:
  File() = default;
  Status build_index();

  std::uint32_t version_ = 0;
  std::vector<platform::MappedFile> files_; // empty for parse()
  std::vector<std::span<const std::byte>> shards_;
  std::vector<Entry> metadata_;
  std::vector<TensorInfo> tensors_;
  std::vector<std::uint32_t> key_order_;    // indices of metadata_, sorted by key
  std::vector<std::uint32_t> tensor_order_; // indices of tensors_, sorted by name
};

} // namespace outpost::gguf
