#include "agents/tools/builtin/decimal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace outpost::agents {
namespace {

constexpr int kQuotientPlaces = 12;

} // namespace

Decimal Decimal::rounded(double value) {
  Decimal made;
  made.exact_ = false;
  made.rounded_ = value;
  return made;
}

double Decimal::value() const {
  return exact_ ? static_cast<double>(digits_) / std::pow(10.0, scale_) : rounded_;
}

std::optional<std::int64_t> Decimal::digits_at(int scale) const {
  std::int64_t digits = digits_;
  for (int i = scale_; i < scale; ++i) {
    if (__builtin_mul_overflow(digits, 10, &digits)) return std::nullopt;
  }
  return digits;
}

Decimal Decimal::trimmed() const {
  Decimal made = *this;
  while (made.exact_ && made.scale_ > 0 && made.digits_ % 10 == 0) {
    made.digits_ /= 10;
    --made.scale_;
  }
  return made;
}

std::optional<std::int64_t> Decimal::whole() const {
  const Decimal least = trimmed();
  return least.exact_ && least.scale_ == 0 ? std::optional(least.digits_) : std::nullopt;
}

std::string Decimal::text() const {
  if (!exact_) {
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.12g", rounded_);
    return buffer.data();
  }
  const Decimal least = trimmed();
  std::string text = std::to_string(least.digits_);
  const bool is_negative = text.front() == '-';
  if (is_negative) text.erase(0, 1);
  const auto scale = static_cast<std::size_t>(least.scale_);
  if (scale > 0) {
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    text.insert(text.size() - scale, ".");
  }
  return is_negative ? "-" + text : text;
}

std::optional<Decimal> Decimal::add(const Decimal& a, const Decimal& b, bool subtracts) {
  if (!a.exact_ || !b.exact_) return std::nullopt;
  const int scale = std::max(a.scale_, b.scale_);
  const auto left = a.digits_at(scale);
  const auto right = b.digits_at(scale);
  std::int64_t digits = 0;
  if (!left || !right) return std::nullopt;
  const bool overflows = subtracts ? __builtin_sub_overflow(*left, *right, &digits)
                                   : __builtin_add_overflow(*left, *right, &digits);
  return overflows ? std::nullopt : std::optional(Decimal(digits, scale).trimmed());
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  return Decimal::add(a, b, false).value_or(Decimal::rounded(a.value() + b.value()));
}

Decimal operator-(const Decimal& a, const Decimal& b) {
  return Decimal::add(a, b, true).value_or(Decimal::rounded(a.value() - b.value()));
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  const Decimal left = a.trimmed();
  const Decimal right = b.trimmed();
  std::int64_t digits = 0;
  const bool fits = left.exact_ && right.exact_ &&
                    left.scale_ + right.scale_ <= Decimal::kScaleMax &&
                    !__builtin_mul_overflow(left.digits_, right.digits_, &digits);
  return fits ? Decimal(digits, left.scale_ + right.scale_).trimmed()
              : Decimal::rounded(a.value() * b.value());
}

// Long division, digit by digit.
Decimal operator/(const Decimal& a, const Decimal& b) {
  const Decimal inexact = Decimal::rounded(a.value() / b.value());
  if (!a.exact_ || !b.exact_) return inexact;
  const int scale = std::max(a.scale_, b.scale_);
  const auto left = a.digits_at(scale);
  const auto right = b.digits_at(scale);
  if (!left || !right) return inexact;
  if (*right == -1) return Decimal(0, 0) - Decimal(*left, 0); // INT64_MIN / -1 has no int64
  std::int64_t quotient = *left / *right;
  std::int64_t rest = *left % *right;
  int places = 0;
  while (rest != 0 && places < kQuotientPlaces) {
    std::int64_t next = 0;
    if (__builtin_mul_overflow(rest, 10, &rest) || __builtin_mul_overflow(quotient, 10, &next) ||
        __builtin_add_overflow(next, rest / *right, &quotient)) {
      return inexact;
    }
    rest %= *right;
    ++places;
  }
  return rest == 0 ? Decimal(quotient, places).trimmed() : inexact;
}

Decimal Decimal::to_places(int places) const {
  const double factor = std::pow(10.0, places);
  if (!exact_) return rounded(std::round(rounded_ * factor) / factor);
  Decimal made = *this;
  std::int64_t last = 0;
  while (made.scale_ > places) {
    last = made.digits_ % 10;
    made.digits_ /= 10;
    --made.scale_;
  }
  if (last >= 5) ++made.digits_;
  if (last <= -5) --made.digits_;
  return made;
}

} // namespace outpost::agents
