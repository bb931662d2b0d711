// Reference logits from .npy files: float32, two dimensions, C order.
#pragma once
#include <cstddef>
#include <filesystem>
#include <vector>

namespace outpost::testing {

struct Table {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<float> values; // [rows][cols]; empty when the file cannot be read

  [[nodiscard]] const float* row(std::size_t index) const { return values.data() + index * cols; }
};

Table read_npy(const std::filesystem::path& path);

} // namespace outpost::testing
