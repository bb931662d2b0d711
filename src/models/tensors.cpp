#include "models/tensors.h"

#include <algorithm>

#include "base/checked.h"
#include "models/outliers.h"
#include "quant/encoding.h"

namespace outpost::models {
namespace {

using Shape = std::vector<std::uint64_t>;

std::string layer_name(const TensorSpec& spec, std::uint32_t layer, std::string_view suffix) {
  std::string name(spec.name);
  if (const auto mark = name.find('#'); mark != std::string::npos) {
    name.replace(mark, 1, std::to_string(layer));
  }
  return name.append(suffix);
}

std::string in_words(const Shape& shape) {
  std::string text = "[";
  for (const std::uint64_t n : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(n);
  return text + "]";
}

// Trailing dimensions of 1 say nothing.
Shape without_ones(Shape shape) {
  while (shape.size() > 1 && shape.back() == 1) shape.pop_back();
  return shape;
}

// The tensor called `name` if it has `shape` (row length first) and a type that can be read.
Result<const gguf::TensorInfo*> find(const gguf::File& file, const std::string& name, Need need,
                                     const Shape& shape, bool floats_only) {
  if (need == Need::kNone) return nullptr;
  const gguf::TensorInfo* info = file.find_tensor(name);
  if (info == nullptr) {
    if (need == Need::kOptional) return nullptr;
    return fail(ErrorCode::kNotFound, "the file has no tensor " + name,
                "it is damaged, or another kind of model than it says");
  }
  if (without_ones(info->dimensions) != without_ones(shape)) {
    return fail(ErrorCode::kCorruptData, "tensor " + name + " has shape " +
                                             in_words(info->dimensions) + " instead of " +
                                             in_words(shape));
  }
  const quant::BlockFormat* format = quant::find_format(info->type);
  if (format == nullptr || (floats_only && !quant::shape_of(format->encoding).is_float())) {
    const std::string type =
        format == nullptr ? "number " + std::to_string(info->type) : std::string(format->name);
    return fail(ErrorCode::kUnsupported,
                "tensor " + name + " has type " + type +
                    (floats_only ? " instead of F32, F16 or BF16" : ", which has no kernels"));
  }
  return info;
}

Result<FoundTensor> find_one(const gguf::File& file, const Config& config, const TensorSpec& spec,
                             std::uint32_t layer) {
  const std::uint64_t cols = config.dim(spec.cols), rows = config.dim(spec.rows);
  const Shape shape = spec.is_matrix() ? Shape{cols, rows} : Shape{cols};
  FoundTensor found{.spec = &spec, .layer = layer};
  OUTPOST_TRY(found.weight,
              find(file, layer_name(spec, layer, ".weight"), spec.need, shape, !spec.is_matrix()));
  if (found.weight == nullptr) return found;
  found.format = quant::find_format(found.weight->type);
  const Shape bias_shape = {spec.is_matrix() ? rows : cols};
  OUTPOST_TRY(found.bias,
              find(file, layer_name(spec, layer, ".bias"), spec.bias, bias_shape, true));
  OUTPOST_TRY(found.scale, find(file, layer_name(spec, layer, ".scale"), spec.scale, {1}, true));
  return found;
}

} // namespace

Result<TensorDirectory> find_tensors(const gguf::File& file, const Config& config) {
  TensorDirectory directory;
  std::size_t used = 0;
  for (const TensorSpec& spec : config.arch->tensors) {
    const std::uint32_t copies = spec.is_per_layer() ? config.layer_count : 1;
    for (std::uint32_t layer = 0; layer < copies; ++layer) {
      OUTPOST_TRY(const FoundTensor found, find_one(file, config, spec, layer));
      if (found.weight == nullptr) continue;
      used += 1u + (found.bias != nullptr ? 1u : 0u) + (found.scale != nullptr ? 1u : 0u);
      directory.found.push_back(found);
    }
  }
  directory.unused_count = file.tensors().size() - used;
  return directory;
}

bool keeps_outliers(const TensorDirectory& directory, const FoundTensor& tensor) {
  if (!tensor.spec->is_matrix() || quant::shape_of(tensor.format->encoding).is_float())
    return false;
  switch (tensor.spec->role) {
  case TensorRole::kPositionEmbedding:
  case TensorRole::kTypeEmbedding: return false;
  case TensorRole::kTokenEmbedding:
    return std::ranges::none_of(directory.found, [](const FoundTensor& other) {
      return other.spec->role == TensorRole::kOutput;
    });
  default: return true;
  }
}

quant::PanelPlan panel_plan(const FoundTensor& tensor, const Config& config) {
  return quant::plan_panels(tensor.format->encoding, config.dim(tensor.spec->rows),
                            config.dim(tensor.spec->cols));
}

Result<std::size_t> packed_bytes(const TensorDirectory& directory, const Config& config) {
  const auto floats = [](std::size_t n) { return round_up<std::size_t>(n * sizeof(float), 64); };
  std::size_t total = 0;
  for (const FoundTensor& tensor : directory.found) {
    std::size_t bytes = tensor.spec->is_matrix()
                            ? round_up<std::size_t>(panel_plan(tensor, config).total_bytes, 64)
                            : floats(config.dim(tensor.spec->cols));
    if (keeps_outliers(directory, tensor)) bytes += Outliers::bytes(config.dim(tensor.spec->rows));
    if (tensor.bias != nullptr) {
      bytes += floats(config.dim(tensor.spec->is_matrix() ? tensor.spec->rows : tensor.spec->cols));
    }
    const auto sum = checked_add(total, bytes);
    if (!sum) return fail(ErrorCode::kLimitExceeded, "the weights take more than 2^64 bytes");
    total = *sum;
  }
  return total;
}

} // namespace outpost::models
