// Walks over the bytes of a file that nobody vouches for. Every step asks first whether the bytes
// are there; nothing is allocated before that question is answered.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gguf/limits.h"

static_assert(std::endian::native == std::endian::little,
              "numbers are copied as the file has them");

namespace outpost::gguf {

class Cursor {
public:
  Cursor(std::span<const std::byte> bytes, const Limits& limits)
      : bytes_(bytes), directory_bytes_max_(limits.directory_bytes_max) {}

  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] std::uint64_t remaining() const { return bytes_.size() - position_; }
  [[nodiscard]] std::span<const std::byte> from(std::uint64_t begin) const {
    return bytes_.subspan(begin, position_ - begin);
  }

  // The next `count` bytes. `what` names them in the error ("a tensor name").
  Result<std::span<const std::byte>> take(std::uint64_t count, std::string_view what);

  // The next little-endian number.
  template <class T>
  Result<T> number(std::string_view what) {
    OUTPOST_TRY(const auto bytes, take(sizeof(T), what));
    T value{};
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  // A length and that many bytes. Longer than `bytes_max` is refused before a look at the bytes.
  Result<std::string_view> text(std::uint64_t bytes_max, std::string_view what);

private:
  std::span<const std::byte> bytes_;
  std::uint64_t directory_bytes_max_;
  std::uint64_t position_ = 0;
};

// What the reader itself may allocate, counted before it does.
class Budget {
public:
  explicit Budget(const Limits& limits) : bytes_max_(limits.index_bytes_max) {}
  Status charge(std::uint64_t bytes);

private:
  std::uint64_t bytes_max_;
  std::uint64_t used_bytes_ = 0;
};

// The same error with where it happened in front: "metadata 'a.b': ...".
Error at(std::string_view place, Error error);

} // namespace outpost::gguf
