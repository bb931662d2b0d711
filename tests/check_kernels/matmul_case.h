// Inputs of the matmul family: weights of any format, activations, and both kinds of quantised
// rows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "kernels/matmul.h"
#include "quant/format.h"
#include "quant/levels.h"
#include "quant/panel_block.h"

namespace outpost::check_kernels {

enum class WeightKind { kOrdinary, kAnyBytes, kTiny, kOneByte, kZero };
enum class ActivationKind { kOrdinary, kSpiky, kExtreme, kTiny, kHuge, kZero, kBroken };

inline constexpr std::string_view kWeightKinds[] = {"ordinary", "any-bytes", "tiny", "one-byte",
                                                    "zero"};
inline constexpr std::string_view kActivationKinds[] = {"ordinary", "spiky", "extreme", "tiny",
                                                        "huge",     "zero",  "broken"};

// A vector whose first element is 64-byte aligned, as the kernels ask; exactly as long as asked, so
// that AddressSanitizer sees a step too far.
template <class T>
class AlignedArray {
public:
  explicit AlignedArray(std::size_t count, T value = T{})
      : count_(count), data_(new(std::align_val_t{64}) T[count == 0 ? 1 : count]) {
    for (std::size_t i = 0; i < count; ++i) data_[i] = value;
  }
  AlignedArray(const AlignedArray&) = delete;
  AlignedArray& operator=(const AlignedArray&) = delete;
  ~AlignedArray() { operator delete[](data_, std::align_val_t{64}); }

  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

private:
  std::size_t count_;
  T* data_;
};

struct Weights {
  Weights(const quant::BlockFormat& block_format, std::uint32_t rows, std::uint32_t cols,
          WeightKind kind, Random& random);

  const quant::BlockFormat& format;
  std::vector<std::byte> source;
  AlignedArray<std::byte> packed;
  quant::PackedMatrix matrix;
};

// [rows][cols]
std::vector<float> make_activations(std::uint32_t rows, std::uint32_t cols, ActivationKind kind,
                                    Random& random);

struct QuantizedArrays {
  // For weights of `shape`; `group` columns have one scale, or as many as the shape asks for.
  QuantizedArrays(std::uint32_t rows, std::uint32_t cols_padded, const quant::EncodingShape& shape,
                  std::uint32_t group = kernels::kActivationGroup);

  AlignedArray<std::int8_t> codes;
  AlignedArray<float> scales;
  AlignedArray<std::int16_t> sums;
  kernels::QuantizedRows view;
};

// Codes that no quantiser makes but a kernel must get right: any of -128 .. 127, or all of one
// value. Sums agree with the codes; scales are ordinary, or short where they have to be.
void fill_with_any_codes(QuantizedArrays& rows, Random& random);

} // namespace outpost::check_kernels
