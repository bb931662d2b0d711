// File::open and File::parse: from one shard or several to one File.
#include <optional>
#include <utility>

#include "gguf/gguf.h"
#include "gguf/printable.h"
#include "gguf/shard.h"
#include "gguf/split.h"

namespace outpost::gguf {
namespace {

// The shard says that it is part `index` of `count`.
Status check_part(const Shard& shard, std::uint64_t index, std::uint64_t count) {
  OUTPOST_TRY(const auto number, split_number(shard.metadata, kSplitNumberKey));
  OUTPOST_TRY(const auto total, split_number(shard.metadata, kSplitCountKey));
  if (number == index && total == count) return {};
  const auto text = [](const std::optional<std::uint64_t>& value) {
    return value ? std::to_string(*value) : std::string("missing");
  };
  return fail(ErrorCode::kCorruptData,
              "split.no is " + text(number) + " and split.count is " + text(total) + "; expected " +
                  std::to_string(index) + " and " + std::to_string(count),
              index == 0 ? "open the first part of the set (...-00001-of-...)"
                         : "the parts do not belong to one set");
}

Status check_tensor_total(const Shard& first, std::uint64_t tensor_count) {
  OUTPOST_TRY(const auto wanted, split_number(first.metadata, kSplitTensorsKey));
  if (!wanted || *wanted == tensor_count) return {};
  return fail(ErrorCode::kCorruptData, "split.tensors.count is " + std::to_string(*wanted) +
                                           ", but the parts hold " + std::to_string(tensor_count) +
                                           " tensors");
}

Result<std::uint64_t> part_count(const Shard& first, const Limits& limits) {
  OUTPOST_TRY(const auto count, split_number(first.metadata, kSplitCountKey));
  if (!count || *count <= 1) return std::uint64_t{1};
  if (*count > limits.split_count_max) {
    return fail(ErrorCode::kLimitExceeded, "split.count is " + std::to_string(*count) +
                                               "; the limit is " +
                                               std::to_string(limits.split_count_max));
  }
  OUTPOST_CHECK(check_part(first, 0, *count));
  return *count;
}

std::string quoted(const std::filesystem::path& path) {
  return "'" + printable(path.string(), 4096) + "'";
}

} // namespace

Result<File> File::parse(std::span<const std::byte> bytes, const Limits& limits) {
  Budget budget(limits);
  OUTPOST_TRY(Shard shard, read_shard(bytes, limits, budget));
  File file;
  file.version_ = shard.version;
  file.shards_.push_back(bytes);
  file.metadata_ = std::move(shard.metadata);
  file.tensors_ = std::move(shard.tensors);
  OUTPOST_CHECK(file.build_index());
  return file;
}

Result<File> File::open(const std::filesystem::path& path, const Limits& limits) {
  Budget budget(limits);
  File file;
  // Maps and reads one part; what is wrong with it is said with its name.
  const auto add = [&](const std::filesystem::path& part) -> Result<Shard> {
    OUTPOST_TRY(auto mapped, platform::MappedFile::open(part));
    auto shard = read_shard(mapped.bytes(), limits, budget);
    if (!shard) return fail(at(quoted(part), std::move(shard).error()));
    file.shards_.push_back(mapped.bytes());
    file.files_.push_back(std::move(mapped));
    return shard;
  };
  const auto named = [&path](Error error) { return fail(at(quoted(path), std::move(error))); };

  OUTPOST_TRY(Shard first, add(path));
  const auto count = part_count(first, limits);
  if (!count) return named(count.error());
  file.version_ = first.version;
  file.tensors_ = std::move(first.tensors);
  if (*count > 1) {
    const auto parts = other_parts(path, *count);
    if (!parts) return named(parts.error());
    for (const auto& part : *parts) {
      const auto index = static_cast<std::uint32_t>(file.shards_.size());
      OUTPOST_TRY(Shard shard, add(part));
      if (auto ok = check_part(shard, index, *count); !ok) {
        return fail(at(quoted(part), std::move(ok).error()));
      }
      for (TensorInfo& tensor : shard.tensors) {
        tensor.shard = index;
        file.tensors_.push_back(std::move(tensor));
      }
    }
    if (auto ok = check_tensor_total(first, file.tensors_.size()); !ok) return named(ok.error());
  }
  file.metadata_ = std::move(first.metadata);
  if (auto ok = file.build_index(); !ok) return named(std::move(ok).error());
  return file;
}

} // namespace outpost::gguf
