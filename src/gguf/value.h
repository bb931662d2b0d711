// A metadata value of a GGUF file. Arrays stay where the file has them (a vocabulary is megabytes):
// a view over the mapped bytes, already checked, read on demand.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace outpost::gguf {

// The numbers are the format's own.
enum class ValueType : std::uint32_t {
  kUint8 = 0, kInt8 = 1, kUint16 = 2, kInt16 = 3, kUint32 = 4, kInt32 = 5, kFloat32 = 6,
  kBool = 7, kString = 8, kArray = 9, kUint64 = 10, kInt64 = 11, kFloat64 = 12,
};
std::string_view to_string(ValueType type);

// An array of numbers or strings. Arrays of arrays are refused by the reader: no model uses them.
class Array {
public:
  Array() = default;
  // `bytes`: the elements as the file has them. For strings, `string_at` holds each one's place.
  Array(ValueType element, std::uint64_t count, std::span<const std::byte> bytes,
        std::vector<std::string_view> strings)
      : element_(element), count_(count), bytes_(bytes), strings_(std::move(strings)) {}

  [[nodiscard]] ValueType element_type() const { return element_; }
  [[nodiscard]] std::uint64_t size() const { return count_; }
  // REQUIRES: index < size(). number(): any numeric or bool element; text(): kString elements.
  [[nodiscard]] double number(std::uint64_t index) const;
  [[nodiscard]] std::int64_t integer(std::uint64_t index) const;
  [[nodiscard]] std::string_view text(std::uint64_t index) const { return strings_[index]; }

private:
  ValueType element_ = ValueType::kUint8;
  std::uint64_t count_ = 0;
  std::span<const std::byte> bytes_;
  std::vector<std::string_view> strings_;
};

struct Value {
  ValueType type = ValueType::kUint8;
  std::variant<std::uint64_t, std::int64_t, double, bool, std::string_view, Array> data;
};

struct Entry {
  std::string key;
  Value value;
};

}  // namespace outpost::gguf
