// A model file: metadata and tensor directory of GGUF v2/v3 (ggml-org, docs/gguf.md), one file or a
// split set. No arithmetic on weights here. The file is hostile until proven otherwise: every count,
// string, product and offset is checked against a stated limit and against the bytes that are left,
// so that refusal takes under 2 s and 64 MiB whatever the bytes say.
//
// Immutable after open(); safe to read from any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gguf/value.h"
#include "platform/mapped_file.h"

namespace outpost::gguf {

// The bounds on what a file may ask for. Named here, used by the reader and its messages.
struct Limits {
  std::uint64_t metadata_count_max = 65'536;
  std::uint64_t tensor_count_max = 65'536;
  std::uint64_t name_bytes_max = 1'024;             // keys and tensor names
  std::uint64_t string_bytes_max = 4u << 20;        // one string value (a chat template fits)
  std::uint64_t array_length_max = 4u << 20;        // elements of one array
  std::uint64_t metadata_bytes_max = 256u << 20;    // everything before the tensor data
  std::uint32_t dimension_count_max = 4;
  std::uint32_t split_count_max = 256;
};

// One tensor as the directory describes it. Dimensions as GGUF writes them: [0] is the row length.
struct TensorInfo {
  std::string name;
  std::uint32_t type = 0;                  // GGUF tensor type, see type_traits() in tensor_type.h
  std::vector<std::uint64_t> dimensions;   // 1..4 of them, none zero
  std::uint32_t shard = 0;                 // which file of a split set
  std::uint64_t offset_bytes = 0;          // from the start of that file; aligned
  std::uint64_t size_bytes = 0;            // within that file, proven
  [[nodiscard]] std::uint64_t element_count() const;
};

class File {
public:
  // Opens `path` and, when it is the first of a split set (name-00001-of-0000N.gguf), all of it.
  static Result<File> open(const std::filesystem::path& path, const Limits& limits = {});
  // The same over bytes in memory, for fuzzing and tests. One shard.
  static Result<File> parse(std::span<const std::byte> bytes, const Limits& limits = {});

  [[nodiscard]] std::uint32_t version() const { return version_; }
  [[nodiscard]] const std::vector<Entry>& metadata() const { return metadata_; }
  [[nodiscard]] const std::vector<TensorInfo>& tensors() const { return tensors_; }

  // nullptr when the key or tensor is not there.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] const TensorInfo* find_tensor(std::string_view name) const;

  // Typed access: kNotFound names the key; kCorruptData names key, expected and actual type.
  // Integers of any width convert when the value fits; nothing else converts silently.
  Result<std::uint64_t> get_uint(std::string_view key) const;
  Result<double> get_float(std::string_view key) const;
  Result<bool> get_bool(std::string_view key) const;
  Result<std::string_view> get_string(std::string_view key) const;
  // As above, but a missing key gives `fallback` (a key of the wrong type is still an error).
  Result<std::uint64_t> get_uint_or(std::string_view key, std::uint64_t fallback) const;
  Result<double> get_float_or(std::string_view key, double fallback) const;
  Result<bool> get_bool_or(std::string_view key, bool fallback) const;
  Result<std::string_view> get_string_or(std::string_view key, std::string_view fallback) const;

  // The bytes of a tensor of this file; exactly info.size_bytes of them.
  [[nodiscard]] std::span<const std::byte> data(const TensorInfo& info) const;
  [[nodiscard]] std::uint64_t file_size_bytes() const; // all shards

private:
  friend class Reader;
  std::uint32_t version_ = 0;
  std::vector<platform::MappedFile> files_;            // empty for parse()
  std::vector<std::span<const std::byte>> shards_;
  std::vector<Entry> metadata_;
  std::vector<TensorInfo> tensors_;
  std::map<std::string, std::size_t, std::less<>> key_index_;
  std::map<std::string, std::size_t, std::less<>> tensor_index_;
};

}  // namespace outpost::gguf
