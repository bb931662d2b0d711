#include "gguf/split.h"

#include <optional>
#include <string>

#include "gguf/shard.h"

namespace outpost::gguf {
namespace {

std::string five_digits(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return digits.size() < 5 ? std::string(5 - digits.size(), '0') + digits : digits;
}

std::string part_suffix(std::uint64_t number, std::uint64_t count) {
  return "-" + five_digits(number) + "-of-" + five_digits(count) + ".gguf";
}

} // namespace

Result<std::optional<std::uint64_t>> split_number(const std::vector<Entry>& metadata,
                                                  std::string_view key) {
  const Value* value = find_value(metadata, key);
  if (value == nullptr) return std::optional<std::uint64_t>();
  OUTPOST_TRY(const std::uint64_t number, to_uint(key, *value));
  return std::optional<std::uint64_t>(number);
}

Result<std::vector<std::filesystem::path>> other_parts(const std::filesystem::path& first,
                                                       std::uint64_t count) {
  const std::string name = first.filename().string();
  const std::string suffix = part_suffix(1, count);
  if (!name.ends_with(suffix)) {
    return fail(ErrorCode::kCorruptData,
                "the file is the first of " + std::to_string(count) + " parts, but its name '" +
                    name + "' does not end in '" + suffix + "', so the others cannot be found",
                "give the parts their original names");
  }
  const std::string stem = name.substr(0, name.size() - suffix.size());
  std::vector<std::filesystem::path> parts;
  for (std::uint64_t number = 2; number <= count; ++number) {
    parts.push_back(first.parent_path() / (stem + part_suffix(number, count)));
  }
  return parts;
}

} // namespace outpost::gguf
