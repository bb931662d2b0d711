#include "gguf/value.h"

#include <cstring>
#include <limits>

#include "gguf/printable.h"

namespace outpost::gguf {
namespace {

template <class T>
T load(std::span<const std::byte> bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof(T)); // little-endian file on a little-endian machine
  return value;
}

std::int64_t clamp_to_integer(double value) {
  constexpr double kLimit = 9223372036854775808.0; // 2^63
  if (value != value) return 0;
  if (value >= kLimit) return std::numeric_limits<std::int64_t>::max();
  if (value < -kLimit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

constexpr std::size_t kStringLengthBytes = 8;

} // namespace

std::string_view to_string(ValueType type) {
  switch (type) {
  case ValueType::kUint8: return "uint8";
  case ValueType::kInt8: return "int8";
  case ValueType::kUint16: return "uint16";
  case ValueType::kInt16: return "int16";
  case ValueType::kUint32: return "uint32";
  case ValueType::kInt32: return "int32";
  case ValueType::kFloat32: return "float32";
  case ValueType::kBool: return "bool";
  case ValueType::kString: return "string";
  case ValueType::kArray: return "array";
  case ValueType::kUint64: return "uint64";
  case ValueType::kInt64: return "int64";
  case ValueType::kFloat64: return "float64";
  }
  return "unknown";
}

std::size_t fixed_size_bytes(ValueType type) {
  switch (type) {
  case ValueType::kUint8:
  case ValueType::kInt8:
  case ValueType::kBool: return 1;
  case ValueType::kUint16:
  case ValueType::kInt16: return 2;
  case ValueType::kUint32:
  case ValueType::kInt32:
  case ValueType::kFloat32: return 4;
  case ValueType::kUint64:
  case ValueType::kInt64:
  case ValueType::kFloat64: return 8;
  case ValueType::kString:
  case ValueType::kArray: return 0;
  }
  return 0;
}

Scalar load_scalar(ValueType type, std::span<const std::byte> bytes) {
  switch (type) {
  case ValueType::kUint8: return std::uint64_t{load<std::uint8_t>(bytes)};
  case ValueType::kUint16: return std::uint64_t{load<std::uint16_t>(bytes)};
  case ValueType::kUint32: return std::uint64_t{load<std::uint32_t>(bytes)};
  case ValueType::kUint64: return load<std::uint64_t>(bytes);
  case ValueType::kInt8: return std::int64_t{load<std::int8_t>(bytes)};
  case ValueType::kInt16: return std::int64_t{load<std::int16_t>(bytes)};
  case ValueType::kInt32: return std::int64_t{load<std::int32_t>(bytes)};
  case ValueType::kInt64: return load<std::int64_t>(bytes);
  case ValueType::kFloat32: return double{load<float>(bytes)};
  case ValueType::kFloat64: return load<double>(bytes);
  case ValueType::kBool: return load<std::uint8_t>(bytes) != 0;
  case ValueType::kString:
  case ValueType::kArray: break;
  }
  return std::uint64_t{0};
}

Scalar Array::scalar(std::uint64_t index) const {
  const std::size_t width = fixed_size_bytes(element_);
  return load_scalar(element_, bytes_.subspan(index * width));
}

double Array::number(std::uint64_t index) const {
  return std::visit([](auto value) { return static_cast<double>(value); }, scalar(index));
}

std::int64_t Array::integer(std::uint64_t index) const {
  const Scalar element = scalar(index);
  if (const auto* real = std::get_if<double>(&element)) return clamp_to_integer(*real);
  if (const auto* large = std::get_if<std::uint64_t>(&element)) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(*large < kMax ? *large : kMax);
  }
  if (const auto* truth = std::get_if<bool>(&element)) return *truth ? 1 : 0;
  return std::get<std::int64_t>(element);
}

std::string_view Array::text(std::uint64_t index) const {
  const std::size_t begin = starts_[index] + kStringLengthBytes;
  const std::size_t end = starts_[index + 1];
  return {reinterpret_cast<const char*>(bytes_.data()) + begin, end - begin};
}

Error mistyped(std::string_view key, const Value& value, std::string_view wanted) {
  return {ErrorCode::kCorruptData,
          "metadata '" + printable(key) + "': is " + std::string(to_string(value.type)) +
              ", expected " + std::string(wanted),
          {}};
}

Result<std::uint64_t> to_uint(std::string_view key, const Value& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value.data)) return *number;
  const auto* number = std::get_if<std::int64_t>(&value.data);
  if (number == nullptr) return fail(mistyped(key, value, "an integer"));
  if (*number >= 0) return static_cast<std::uint64_t>(*number);
  return fail(ErrorCode::kCorruptData, "metadata '" + printable(key) + "': is " +
                                           std::to_string(*number) + ", expected 0 or more");
}

} // namespace outpost::gguf
