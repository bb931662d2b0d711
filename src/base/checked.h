// Arithmetic on numbers that somebody else wrote: the result, or nothing if it does not fit.
#pragma once
#include <concepts>
#include <optional>

namespace outpost {

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> checked_add(T a, T b) {
  T out{};
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> checked_mul(T a, T b) {
  T out{};
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

// Smallest multiple of `unit` (> 0) that is not below `value`.
template <std::unsigned_integral T>
[[nodiscard]] constexpr std::optional<T> checked_round_up(T value, T unit) {
  const T rest = static_cast<T>(value % unit);
  return rest == 0 ? std::optional<T>(value) : checked_add<T>(value, static_cast<T>(unit - rest));
}

// For sizes of our own making, where overflow is impossible by construction.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T round_up(T value, T unit) {
  return static_cast<T>((value + unit - 1) / unit * unit);
}

} // namespace outpost
