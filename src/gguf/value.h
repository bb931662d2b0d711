// A metadata value of a GGUF file. Arrays stay where the file has them (a vocabulary is megabytes):
// a view over the mapped bytes, already checked, read on demand.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace outpost::gguf {

// The numbers are the format's own.
enum class ValueType : std::uint32_t {
  kUint8 = 0,
  kInt8 = 1,
  kUint16 = 2,
  kInt16 = 3,
  kUint32 = 4,
  kInt32 = 5,
  kFloat32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kUint64 = 10,
  kInt64 = 11,
  kFloat64 = 12,
};
inline constexpr std::uint32_t kValueTypeCount = 13;
std::string_view to_string(ValueType type);
// Bytes of one value in the file; 0 for kString and kArray, whose length is part of the value.
std::size_t fixed_size_bytes(ValueType type);

// Unsigned integers of any width arrive as uint64_t, signed ones as int64_t, floats as double.
using Scalar = std::variant<std::uint64_t, std::int64_t, double, bool>;
// REQUIRES: `type` has a fixed size and `bytes` holds at least that many. Any non-zero byte is
// true.
Scalar load_scalar(ValueType type, std::span<const std::byte> bytes);

// An array of numbers or strings. Arrays of arrays are refused by the reader: no model uses them.
class Array {
public:
  Array() = default;
  // `bytes`: the elements as the file has them. For strings, `starts` holds where each one's length
  // field begins, and one more number: where the last one ends. Four bytes a string instead of a
  // view's sixteen, and no length is read twice, so a file that changes underneath cannot lie
  // later.
  Array(ValueType element, std::uint64_t count, std::span<const std::byte> bytes,
        std::vector<std::uint32_t> starts)
      : element_(element), count_(count), bytes_(bytes), starts_(std::move(starts)) {}

  [[nodiscard]] ValueType element_type() const { return element_; }
  [[nodiscard]] std::uint64_t size() const { return count_; }
  // REQUIRES for all: index < size().
  // The element as it is. REQUIRES: element_type() != kString.
  [[nodiscard]] Scalar scalar(std::uint64_t index) const;
  // The element as a double; 0 for strings.
  [[nodiscard]] double number(std::uint64_t index) const;
  // The element as an integer: floats are cut towards zero, what does not fit goes to the nearest
  // end of the range, NaN and strings give 0.
  [[nodiscard]] std::int64_t integer(std::uint64_t index) const;
  // REQUIRES: element_type() == kString. The view lives as long as the file.
  [[nodiscard]] std::string_view text(std::uint64_t index) const;

private:
  ValueType element_ = ValueType::kUint8;
  std::uint64_t count_ = 0;
  std::span<const std::byte> bytes_;
  std::vector<std::uint32_t> starts_;
};

struct Value {
  ValueType type = ValueType::kUint8;
  std::variant<std::uint64_t, std::int64_t, double, bool, std::string_view, Array> data;
};

// What `value` is and what it should have been, as kCorruptData naming the key.
Error mistyped(std::string_view key, const Value& value, std::string_view wanted);
// The integer, of any width and signedness, when it is not negative.
Result<std::uint64_t> to_uint(std::string_view key, const Value& value);

struct Entry {
  std::string key;
  Value value;
};

} // namespace outpost::gguf
