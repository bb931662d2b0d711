#include "gguf/tensor_reader.h"

#include <string>
#include <utility>

#include "base/checked.h"
#include "gguf/metadata_reader.h"
#include "gguf/printable.h"
#include "gguf/tensor_type.h"

namespace outpost::gguf {
namespace {

// Name length, name, dimension count, one dimension, type, offset.
constexpr std::uint64_t kTensorBytesMin = 8 + 1 + 4 + 8 + 4 + 8;

Result<std::vector<std::uint64_t>> read_dimensions(Cursor& cursor, const Limits& limits) {
  OUTPOST_TRY(const auto count, cursor.number<std::uint32_t>("the number of dimensions"));
  if (count == 0 || count > limits.dimension_count_max) {
    return fail(ErrorCode::kCorruptData, std::to_string(count) + " dimensions; 1 to " +
                                             std::to_string(limits.dimension_count_max) +
                                             " are possible");
  }
  std::vector<std::uint64_t> dimensions(count);
  for (std::uint64_t& dimension : dimensions) {
    OUTPOST_TRY(dimension, cursor.number<std::uint64_t>("a dimension"));
    if (dimension == 0) return fail(ErrorCode::kCorruptData, "a dimension is 0");
  }
  return dimensions;
}

std::string shape_text(const std::vector<std::uint64_t>& dimensions) {
  std::string out;
  for (const std::uint64_t dimension : dimensions) {
    if (!out.empty()) out += " x ";
    out += std::to_string(dimension);
  }
  return out;
}

// Bytes of a tensor of this type and shape. The product of the dimensions may not wrap even where
// the bytes would fit, or an exabyte could look like a kilobyte (CVE-2026-33298).
Result<std::uint64_t> tensor_size_bytes(const TensorType& type,
                                        const std::vector<std::uint64_t>& dimensions) {
  if (dimensions.front() % type.block_values != 0) {
    return fail(ErrorCode::kCorruptData, "a row of " + std::to_string(dimensions.front()) +
                                             " values is not whole blocks of " +
                                             std::to_string(type.block_values) + " as " +
                                             std::string(type.name) + " needs");
  }
  std::optional<std::uint64_t> elements = 1;
  for (const std::uint64_t dimension : dimensions) {
    if (elements) elements = checked_mul(*elements, dimension);
  }
  std::optional<std::uint64_t> bytes;
  if (elements) bytes = checked_mul<std::uint64_t>(*elements / type.block_values, type.block_bytes);
  if (!bytes) {
    return fail(ErrorCode::kCorruptData,
                "the size of shape " + shape_text(dimensions) + " does not fit 64 bits");
  }
  return *bytes;
}

Result<TensorInfo> read_tensor(Cursor& cursor, const Limits& limits, std::string name) {
  TensorInfo tensor;
  tensor.name = std::move(name);
  OUTPOST_TRY(tensor.dimensions, read_dimensions(cursor, limits));
  OUTPOST_TRY(tensor.type, cursor.number<std::uint32_t>("the type"));
  OUTPOST_TRY(tensor.offset_bytes, cursor.number<std::uint64_t>("the offset"));
  const TensorType* type = find_tensor_type(tensor.type);
  if (type == nullptr) {
    return fail(ErrorCode::kUnsupported,
                "tensor type " + std::to_string(tensor.type) +
                    " is unknown or was withdrawn from the format",
                "convert the model again with a current converter");
  }
  OUTPOST_TRY(tensor.size_bytes, tensor_size_bytes(*type, tensor.dimensions));
  return tensor;
}

Status place_tensor(TensorInfo& tensor, std::uint64_t data_begin, std::uint64_t& used_end,
                    std::uint64_t file_bytes, std::uint32_t alignment) {
  if (tensor.offset_bytes % alignment != 0) {
    return fail(ErrorCode::kCorruptData, "offset " + std::to_string(tensor.offset_bytes) +
                                             " is not a multiple of the file's alignment, " +
                                             std::to_string(alignment));
  }
  const auto begin = checked_add(data_begin, tensor.offset_bytes);
  const auto end = begin ? checked_add(*begin, tensor.size_bytes) : std::nullopt;
  if (!end || *end > file_bytes) {
    return fail(ErrorCode::kCorruptData,
                "offset " + std::to_string(tensor.offset_bytes) + " and size " +
                    std::to_string(tensor.size_bytes) + " go beyond the end of the file at " +
                    std::to_string(file_bytes) + " (data begins at " + std::to_string(data_begin) +
                    ")",
                "the file is damaged or was not downloaded completely");
  }
  if (*begin < used_end) {
    return fail(ErrorCode::kCorruptData, "begins at byte " + std::to_string(*begin) +
                                             ", before the end of the tensor in front of it at " +
                                             std::to_string(used_end));
  }
  tensor.offset_bytes = *begin;
  used_end = *end;
  return {};
}

} // namespace

Result<std::vector<TensorInfo>> read_tensors(Cursor& cursor, std::uint64_t count,
                                             const Limits& limits, Budget& budget) {
  if (count > limits.tensor_count_max) {
    return fail(ErrorCode::kLimitExceeded, "the file claims " + std::to_string(count) +
                                               " tensors; the limit is " +
                                               std::to_string(limits.tensor_count_max));
  }
  if (count > cursor.remaining() / kTensorBytesMin) {
    return fail(ErrorCode::kCorruptData, "the file claims " + std::to_string(count) +
                                             " tensors, but has only " +
                                             std::to_string(cursor.remaining()) + " bytes left");
  }
  const std::uint64_t each = sizeof(TensorInfo) + sizeof(std::uint32_t) +
                             limits.dimension_count_max * sizeof(std::uint64_t);
  OUTPOST_CHECK(budget.charge(count * each));
  std::vector<TensorInfo> tensors;
  tensors.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto name = read_name(cursor, limits, budget, "a tensor's name");
    if (!name) return fail(at("tensor " + std::to_string(i), std::move(name).error()));
    auto tensor = read_tensor(cursor, limits, *name);
    if (!tensor) return fail(at("tensor '" + printable(*name) + "'", std::move(tensor).error()));
    tensors.push_back(*std::move(tensor));
  }
  return tensors;
}

Status place_tensors(std::vector<TensorInfo>& tensors, std::uint64_t directory_end,
                     std::uint64_t file_bytes, std::uint32_t alignment) {
  const auto data_begin = checked_round_up<std::uint64_t>(directory_end, alignment);
  if (!data_begin) return fail(ErrorCode::kCorruptData, "the directory's end does not fit 64 bits");
  std::uint64_t used_end = *data_begin;
  for (TensorInfo& tensor : tensors) {
    if (auto placed = place_tensor(tensor, *data_begin, used_end, file_bytes, alignment); !placed) {
      return fail(at("tensor '" + printable(tensor.name) + "'", std::move(placed).error()));
    }
  }
  return {};
}

} // namespace outpost::gguf
