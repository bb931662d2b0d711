#include "gguf/metadata_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/checked.h"
#include "gguf/printable.h"

namespace outpost::gguf {
namespace {

constexpr std::uint64_t kStringBytesMin = 8;            // the length field
constexpr std::uint64_t kEntryBytesMin = 8 + 1 + 4 + 1; // key length, key, type, smallest value

Result<ValueType> read_type(Cursor& cursor, std::string_view what) {
  OUTPOST_TRY(const auto number, cursor.number<std::uint32_t>(what));
  if (number >= kValueTypeCount) {
    return fail(ErrorCode::kCorruptData, std::string(what) + " is " + std::to_string(number) +
                                             "; the format defines 0 to " +
                                             std::to_string(kValueTypeCount - 1));
  }
  return static_cast<ValueType>(number);
}

Status check_bools(std::span<const std::byte> bytes) {
  const auto odd = std::find_if(bytes.begin(), bytes.end(),
                                [](std::byte b) { return std::to_integer<unsigned>(b) > 1; });
  if (odd == bytes.end()) return {};
  return fail(ErrorCode::kCorruptData, "a bool holds " +
                                           std::to_string(std::to_integer<unsigned>(*odd)) +
                                           "; only 0 and 1 are defined");
}

Result<Array> read_strings(Cursor& cursor, std::uint64_t count, const Limits& limits,
                           Budget& budget) {
  if (count > cursor.remaining() / kStringBytesMin) {
    return fail(ErrorCode::kCorruptData,
                "an array of " + std::to_string(count) + " strings needs at least " +
                    std::to_string(kStringBytesMin) + " bytes each, but the file has only " +
                    std::to_string(cursor.remaining()) + " left");
  }
  OUTPOST_CHECK(budget.charge((count + 1) * sizeof(std::uint32_t)));
  std::vector<std::uint32_t> starts;
  starts.reserve(count + 1);
  const std::uint64_t begin = cursor.position();
  for (std::uint64_t i = 0; i < count; ++i) {
    starts.push_back(static_cast<std::uint32_t>(cursor.position() - begin));
    if (auto text = cursor.text(limits.string_bytes_max, "a string"); !text) {
      return fail(at("element " + std::to_string(i), std::move(text).error()));
    }
  }
  const std::uint64_t size = cursor.position() - begin;
  if (size > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorCode::kLimitExceeded, "an array of strings takes " + std::to_string(size) +
                                               " bytes; below 4 GiB can be addressed");
  }
  starts.push_back(static_cast<std::uint32_t>(size));
  return Array(ValueType::kString, count, cursor.from(begin), std::move(starts));
}

Result<Array> read_array(Cursor& cursor, const Limits& limits, Budget& budget) {
  OUTPOST_TRY(const ValueType element, read_type(cursor, "an array's element type"));
  OUTPOST_TRY(const auto count, cursor.number<std::uint64_t>("an array's length"));
  if (element == ValueType::kArray) {
    return fail(ErrorCode::kUnsupported, "an array of arrays; no model uses them");
  }
  if (count > limits.array_length_max) {
    return fail(ErrorCode::kLimitExceeded, "an array of " + std::to_string(count) +
                                               " elements is over the limit of " +
                                               std::to_string(limits.array_length_max));
  }
  if (element == ValueType::kString) return read_strings(cursor, count, limits, budget);
  const auto size = checked_mul<std::uint64_t>(count, fixed_size_bytes(element));
  if (!size) return fail(ErrorCode::kCorruptData, "an array's size does not fit 64 bits");
  OUTPOST_TRY(const auto bytes, cursor.take(*size, "an array"));
  if (element == ValueType::kBool) OUTPOST_CHECK(check_bools(bytes));
  return Array(element, count, bytes, {});
}

Result<Value> read_value(Cursor& cursor, const Limits& limits, Budget& budget) {
  OUTPOST_TRY(const ValueType type, read_type(cursor, "the value's type"));
  if (type == ValueType::kString) {
    OUTPOST_TRY(const auto text, cursor.text(limits.string_bytes_max, "a string"));
    return Value{type, text};
  }
  if (type == ValueType::kArray) {
    OUTPOST_TRY(Array array, read_array(cursor, limits, budget));
    return Value{type, std::move(array)};
  }
  OUTPOST_TRY(const auto bytes, cursor.take(fixed_size_bytes(type), "the value"));
  if (type == ValueType::kBool) OUTPOST_CHECK(check_bools(bytes));
  Value value{type, {}};
  std::visit([&value](auto scalar) { value.data = scalar; }, load_scalar(type, bytes));
  return value;
}

} // namespace

Result<std::string> read_name(Cursor& cursor, const Limits& limits, Budget& budget,
                              std::string_view what) {
  OUTPOST_TRY(const auto text, cursor.text(limits.name_bytes_max, what));
  if (text.empty()) return fail(ErrorCode::kCorruptData, std::string(what) + " is empty");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return fail(ErrorCode::kCorruptData,
                std::string(what) + " '" + printable(text) + "' has control characters in it");
  }
  OUTPOST_CHECK(budget.charge(text.size() + 1));
  return std::string(text);
}

Result<std::vector<Entry>> read_metadata(Cursor& cursor, std::uint64_t count, const Limits& limits,
                                         Budget& budget) {
  if (count > limits.metadata_count_max) {
    return fail(ErrorCode::kLimitExceeded, "the file claims " + std::to_string(count) +
                                               " metadata entries; the limit is " +
                                               std::to_string(limits.metadata_count_max));
  }
  if (count > cursor.remaining() / kEntryBytesMin) {
    return fail(ErrorCode::kCorruptData, "the file claims " + std::to_string(count) +
                                             " metadata entries, but has only " +
                                             std::to_string(cursor.remaining()) + " bytes left");
  }
  OUTPOST_CHECK(budget.charge(count * (sizeof(Entry) + sizeof(std::uint32_t))));
  std::vector<Entry> entries;
  entries.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto key = read_name(cursor, limits, budget, "a key");
    if (!key) return fail(at("metadata entry " + std::to_string(i), std::move(key).error()));
    auto value = read_value(cursor, limits, budget);
    if (!value) return fail(at("metadata '" + printable(*key) + "'", std::move(value).error()));
    entries.push_back({*std::move(key), *std::move(value)});
  }
  return entries;
}

} // namespace outpost::gguf
