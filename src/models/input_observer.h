#pragma once
#include <cstddef>
#include <cstdint>

namespace outpost::models {

struct MatrixGroup;

// Sees the input of every matrix group of a decoder with one worker, before it is made int8 codes.
class InputObserver {
public:
  virtual ~InputObserver() = default;
  // Rows [count][group.cols], `stride` apart.
  virtual void see(const MatrixGroup& group, const float* rows, std::size_t stride,
                   std::uint32_t count) = 0;
};

} // namespace outpost::models
