#include "gguf/gguf.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "gguf/printable.h"

namespace outpost::gguf {
namespace {

// Indices of `items` sorted by name; kCorruptData when two are equal.
template <class Item, class Name>
Result<std::vector<std::uint32_t>> sorted_by_name(const std::vector<Item>& items, Name name,
                                                  std::string_view what) {
  std::vector<std::uint32_t> order(items.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return name(items[a]) < name(items[b]); });
  const auto twin =
      std::adjacent_find(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return name(items[a]) == name(items[b]);
      });
  if (twin == order.end()) return order;
  return fail(ErrorCode::kCorruptData,
              std::string(what) + " '" + printable(name(items[*twin])) + "' appears twice");
}

template <class Item, class Name>
const Item* find_sorted(const std::vector<Item>& items, const std::vector<std::uint32_t>& order,
                        Name name, std::string_view wanted) {
  const auto found =
      std::lower_bound(order.begin(), order.end(), wanted,
                       [&](std::uint32_t i, std::string_view key) { return name(items[i]) < key; });
  return found != order.end() && name(items[*found]) == wanted ? &items[*found] : nullptr;
}

constexpr auto kKeyOf = [](const Entry& entry) -> std::string_view { return entry.key; };
constexpr auto kNameOf = [](const TensorInfo& tensor) -> std::string_view { return tensor.name; };

tl::unexpected<Error> missing(std::string_view key) {
  return fail(ErrorCode::kNotFound, "the model file has no metadata '" + printable(key) + "'");
}

} // namespace

std::uint64_t TensorInfo::element_count() const {
  return std::accumulate(dimensions.begin(), dimensions.end(), std::uint64_t{1},
                         std::multiplies<>());
}

Status File::build_index() {
  OUTPOST_TRY(key_order_, sorted_by_name(metadata_, kKeyOf, "metadata"));
  OUTPOST_TRY(tensor_order_, sorted_by_name(tensors_, kNameOf, "tensor"));
  return {};
}

const Value* File::find(std::string_view key) const {
  const Entry* entry = find_sorted(metadata_, key_order_, kKeyOf, key);
  return entry == nullptr ? nullptr : &entry->value;
}

const TensorInfo* File::find_tensor(std::string_view name) const {
  return find_sorted(tensors_, tensor_order_, kNameOf, name);
}

Result<std::uint64_t> File::get_uint(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return missing(key);
  return to_uint(key, *value);
}

Result<double> File::get_float(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return missing(key);
  const auto* number = std::get_if<double>(&value->data);
  if (number == nullptr) return fail(mistyped(key, *value, "a float"));
  if (!std::isfinite(*number)) {
    return fail(ErrorCode::kCorruptData,
                "metadata '" + printable(key) + "': the number is infinite or not a number");
  }
  return *number;
}

Result<bool> File::get_bool(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return missing(key);
  const auto* truth = std::get_if<bool>(&value->data);
  if (truth == nullptr) return fail(mistyped(key, *value, "a bool"));
  return *truth;
}

Result<std::string_view> File::get_string(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr) return missing(key);
  const auto* text = std::get_if<std::string_view>(&value->data);
  if (text == nullptr) return fail(mistyped(key, *value, "a string"));
  return *text;
}

Result<const Array*> File::get_array(std::string_view key, ValueType element) const {
  const Value* value = find(key);
  if (value == nullptr) return missing(key);
  const std::string wanted = "an array of " + std::string(to_string(element));
  const auto* array = std::get_if<Array>(&value->data);
  if (array == nullptr) return fail(mistyped(key, *value, wanted));
  if (array->element_type() == element) return array;
  return fail(ErrorCode::kCorruptData, "metadata '" + printable(key) + "': is an array of " +
                                           std::string(to_string(array->element_type())) +
                                           ", expected " + wanted);
}

Result<std::uint64_t> File::get_uint_or(std::string_view key, std::uint64_t fallback) const {
  if (find(key) == nullptr) return fallback;
  return get_uint(key);
}

Result<double> File::get_float_or(std::string_view key, double fallback) const {
  if (find(key) == nullptr) return fallback;
  return get_float(key);
}

Result<bool> File::get_bool_or(std::string_view key, bool fallback) const {
  if (find(key) == nullptr) return fallback;
  return get_bool(key);
}

Result<std::string_view> File::get_string_or(std::string_view key,
                                             std::string_view fallback) const {
  if (find(key) == nullptr) return fallback;
  return get_string(key);
}

std::span<const std::byte> File::data(const TensorInfo& info) const {
  OUTPOST_ASSERT(info.shard < shards_.size()); // a tensor of another File
  return shards_[info.shard].subspan(info.offset_bytes, info.size_bytes);
}

std::uint64_t File::file_size_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& shard : shards_) sum += shard.size();
  return sum;
}

std::vector<platform::FileIdentity> File::identities() const {
  std::vector<platform::FileIdentity> identities;
  for (const auto& file : files_) identities.push_back(file.identity());
  return identities;
}

void File::done_with(const TensorInfo& info) const {
  if (info.shard < files_.size()) files_[info.shard].done_with(info.offset_bytes, info.size_bytes);
}

} // namespace outpost::gguf
