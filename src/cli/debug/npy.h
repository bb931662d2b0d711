// Writes a float32 matrix as a NumPy .npy file (format 1.0, numpy.lib.format), row by row, under a
// temporary name that becomes the real one when all rows are there.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>

#include "base/result.h"

namespace outpost::cli {

class NpyWriter {
public:
  static Result<NpyWriter> create(const std::filesystem::path& path, std::uint64_t rows,
                                  std::uint64_t cols);
  Status write(std::span<const float> values);
  Status finish();

private:
  NpyWriter(std::filesystem::path path, std::filesystem::path partial, std::ofstream file)
      : path_(std::move(path)), partial_(std::move(partial)), file_(std::move(file)) {}
  std::filesystem::path path_, partial_;
  std::ofstream file_;
};

} // namespace outpost::cli
