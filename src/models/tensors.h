// Finds the tensors that an architecture's rows ask for and checks their shapes and types: the one
// reading of the rows behind the loader and the memory estimate.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "gguf/gguf.h"
#include "models/config.h"
#include "quant/format.h"
#include "quant/panel.h"

namespace outpost::models {

// A tensor of the rows and where the file has it. All pointers live as long as the file.
struct FoundTensor {
  const TensorSpec* spec = nullptr;
  std::uint32_t layer = 0;
  const gguf::TensorInfo* weight = nullptr;
  const gguf::TensorInfo* bias = nullptr; // nullptr: absent, and allowed to be
  const gguf::TensorInfo* scale = nullptr;
  const quant::BlockFormat* format = nullptr; // of `weight`
};

struct TensorDirectory {
  std::vector<FoundTensor> found;
  std::size_t unused_count = 0; // tensors of the file that no row asks for
};

// kNotFound names a missing tensor; kCorruptData one of the wrong shape, with both shapes;
// kUnsupported one of a type that has no kernels.
Result<TensorDirectory> find_tensors(const gguf::File& file, const Config& config);

// Bytes that they take in memory, each part rounded up to 64. kLimitExceeded: beyond 2^64.
Result<std::size_t> packed_bytes(const TensorDirectory& directory, const Config& config);
// Whether int8 activations may be multiplied with it: then the loader keeps outliers (outliers.h).
// An embedding is the head as well where the model has no other.
bool keeps_outliers(const TensorDirectory& directory, const FoundTensor& tensor);
// How a tensor's weights are packed. REQUIRES: it is a matrix.
quant::PanelPlan panel_plan(const FoundTensor& tensor, const Config& config);

} // namespace outpost::models
