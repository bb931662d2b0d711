// Packed weights in a file: what loading a model would otherwise compute again at every start.
//
//   key     what it was made from and for, written out (PackedKey)
//   sums    one a chunk of kChunkBytes of the weights, then one over key and sums
//   zeros   up to a multiple of 4096
//   weights exactly as they lie in memory; where each matrix is follows from the model file alone
//
// A reader believes nothing: the key must be the one it expects, byte for byte, the sizes are its
// own, and every chunk must have its checksum. They find damage, not forgery; a forger could write
// this user's private files and so the model too.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/mapped_file.h"
#include "platform/workers.h"

namespace outpost::models {

struct PackedKey {
  std::vector<platform::FileIdentity> model_files; // not empty
  std::string digest;                              // of the model where it was verified, or empty
  std::string isa;                                 // of the kernels
  std::uint64_t weights_bytes = 0;
};

class PackedFile {
public:
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

  PackedFile(std::filesystem::path path, const PackedKey& key);

  // Fills `weights` [weights_bytes], chunks shared out among the workers. kNotFound; kConflict:
  // made for another model, build or processor; kCorruptData: damaged. `weights` then hold
  // anything.
  Status read(std::span<std::byte> weights, platform::Workers& workers) const;
  // Writes it anew, beside and then in place of the old one.
  Status write(std::span<const std::byte> weights) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size_bytes() const;

private:
  [[nodiscard]] std::uint64_t head_bytes() const;

  std::filesystem::path path_;
  std::vector<std::byte> key_; // as it is written
  std::uint64_t weights_bytes_;
};

} // namespace outpost::models
