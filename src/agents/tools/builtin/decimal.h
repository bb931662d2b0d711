// A number as digits and a scale (123 and 2 is 1.23), exact within 18 digits, or a double beyond.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace outpost::agents {

class Decimal {
public:
  static constexpr int kScaleMax = 18;

  Decimal() = default;
  Decimal(std::int64_t digits, int scale) : digits_(digits), scale_(scale) {}
  static Decimal rounded(double value);

  [[nodiscard]] bool is_exact() const { return exact_; }
  [[nodiscard]] double value() const;
  // Without trailing zeros; a rounded one with 12 significant digits.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_zero() const { return exact_ ? digits_ == 0 : rounded_ == 0; }
  // Its value when it is exact and whole.
  [[nodiscard]] std::optional<std::int64_t> whole() const;

  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  // REQUIRES: `b` is not zero. Exact when the quotient ends within 12 decimals.
  friend Decimal operator/(const Decimal& a, const Decimal& b);
  // To `places` decimals, halves away from zero.
  [[nodiscard]] Decimal to_places(int places) const;

private:
  static std::optional<Decimal> add(const Decimal& a, const Decimal& b, bool subtracts);
  // Without trailing zeros.
  [[nodiscard]] Decimal trimmed() const;
  // The same value with this scale, at least its own; nothing when it does not fit.
  [[nodiscard]] std::optional<std::int64_t> digits_at(int scale) const;

  std::int64_t digits_ = 0;
  int scale_ = 0;
  bool exact_ = true;
  double rounded_ = 0;
};

} // namespace outpost::agents
