#include "agents/tools/builtin/calculator.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "agents/call/letters.h"
#include "agents/tools/builtin/decimal.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kBytesMax = 500;
constexpr int kDepthMax = 50;
constexpr std::size_t kNumberBytesMax = 100;
constexpr std::int64_t kPowerMax = 1000;

struct Operand {
  Decimal value;
  bool is_percent = false; // written with '%': 15 stands for 0.15 or for 15 % of what is before it
};

// Recursive descent; each function reads what binds as tightly as it or tighter.
class SumReader {
public:
  explicit SumReader(std::string_view text) : text_(text) {}

  Result<Decimal> read() {
    OUTPOST_TRY(const Operand all, sum());
    skip_spaces();
    if (at_ < text_.size()) return mistake("'" + std::string(1, text_[at_]) + "' is not expected");
    return plain(all);
  }

private:
  tl::unexpected<Error> mistake(const std::string& what) const {
    return fail(ErrorCode::kInvalidArgument,
                "'" + std::string(text_) + "', character " + std::to_string(at_ + 1) + ": " + what);
  }

  static Decimal plain(const Operand& operand) {
    return operand.is_percent ? operand.value / Decimal(100, 0) : operand.value;
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  // Takes the first of `signs` that stands here; its index.
  bool take(std::string_view sign) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  Result<Operand> sum() {
    OUTPOST_TRY(Operand left, product());
    while (true) {
      const bool adds = take("+");
      if (!adds && !take("-") && !take("−")) return left;
      OUTPOST_TRY(const Operand right, product());
      const Decimal base = plain(left);
      // "80 + 15%" is 80 and 15 % of 80 more, as calculators have it.
      const Decimal by = right.is_percent && !left.is_percent ? base * plain(right) : plain(right);
      left = {adds ? base + by : base - by, false};
    }
  }

  Result<Operand> product() {
    OUTPOST_TRY(Operand left, power());
    while (true) {
      const bool multiplies = take("*") || take("×") || take("of ");
      if (!multiplies && !take("/") && !take("÷")) return left;
      OUTPOST_TRY(const Operand right, power());
      const Decimal by = plain(right);
      if (!multiplies && by.is_zero()) return mistake("nothing can be divided by 0");
      left = {multiplies ? plain(left) * by : plain(left) / by, false};
    }
  }

  // Binds to the right: 2^3^2 is 2^9.
  Result<Operand> power() {
    OUTPOST_TRY(const Operand base, signed_value());
    if (!take("^") && !take("**")) return base;
    if (++depth_ > kDepthMax) return too_deep();
    OUTPOST_TRY(const Operand exponent, power());
    --depth_;
    return raise(plain(base), plain(exponent));
  }

  Result<Operand> raise(const Decimal& base, const Decimal& exponent) const {
    const auto whole = exponent.whole();
    if (whole && *whole >= 0 && *whole <= kPowerMax) {
      Decimal made(1, 0);
      for (std::int64_t i = 0; i < *whole; ++i) made = made * base;
      return finite({made, false});
    }
    return finite({Decimal::rounded(std::pow(base.value(), exponent.value())), false});
  }

  Result<Operand> finite(const Operand& operand) const {
    if (!std::isfinite(operand.value.value())) return mistake("the result is no number");
    return operand;
  }

  tl::unexpected<Error> too_deep() const {
    return fail(ErrorCode::kLimitExceeded,
                "the expression is nested deeper than " + std::to_string(kDepthMax) + " levels");
  }

  Result<Operand> signed_value() {
    const bool negates = take("-") || take("−");
    if (!negates) {
      (void)take("+");
      return value();
    }
    if (++depth_ > kDepthMax) return too_deep();
    OUTPOST_TRY(const Operand inner, power());
    --depth_;
    return Operand{Decimal(0, 0) - inner.value, inner.is_percent};
  }

  Result<Operand> value() {
    skip_spaces();
    if (at_ == text_.size()) return mistake("a number is missing");
    Operand made;
    if (take("(")) {
      if (++depth_ > kDepthMax) return too_deep();
      OUTPOST_TRY(const Operand inner, sum());
      --depth_;
      if (!take(")")) return mistake("')' is missing");
      made.value = plain(inner);
    } else if (is_digit(text_[at_]) || text_[at_] == '.') {
      OUTPOST_TRY(made.value, number());
    } else {
      OUTPOST_TRY(made.value, function());
    }
    if (take("%")) made.is_percent = true;
    return made;
  }

  // A comma before exactly three digits groups thousands, but not among a function's arguments.
  [[nodiscard]] bool groups_thousands() const {
    const std::string_view rest = text_.substr(at_);
    return in_function_ == 0 && rest.size() >= 4 && rest[0] == ',' && is_digit(rest[1]) &&
           is_digit(rest[2]) && is_digit(rest[3]) && (rest.size() == 4 || !is_digit(rest[4]));
  }

  Result<Decimal> number() {
    const std::size_t begin = at_;
    std::string digits;
    int scale = 0;
    bool has_point = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (!has_point && groups_thousands()) continue;
      if (c == '.' && has_point) return mistake("a number has one point only");
      if (c != '.' && !is_digit(c)) break;
      has_point = has_point || c == '.';
      if (c == '.') continue;
      digits += c;
      scale += has_point ? 1 : 0;
    }
    if (digits.empty()) return mistake("a number is missing");
    if (at_ - begin > kNumberBytesMax) return mistake("the number is too long");
    std::int64_t whole = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    if (read.ec == std::errc() && scale <= Decimal::kScaleMax) return Decimal(whole, scale);
    double value = 0;
    digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
    const auto rough = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (rough.ec != std::errc()) return mistake("the number is too long");
    return Decimal::rounded(value);
  }

  Result<Decimal> function() {
    std::string name;
    while (at_ < text_.size() && ((text_[at_] | 0x20) >= 'a' && (text_[at_] | 0x20) <= 'z')) {
      name += static_cast<char>(text_[at_++] | 0x20);
    }
    if (name == "pi") return Decimal::rounded(M_PI);
    if (name.empty()) return mistake("'" + std::string(1, text_[at_]) + "' is not expected");
    if (!take("(")) return mistake("there is no value '" + name + "'");
    if (++depth_ > kDepthMax) return too_deep();
    ++in_function_;
    std::vector<Decimal> values;
    do {
      OUTPOST_TRY(const Operand one, sum());
      values.push_back(plain(one));
    } while (take(","));
    --in_function_;
    --depth_;
    if (!take(")")) return mistake("')' is missing");
    return apply(name, values);
  }

  Result<Decimal> apply(const std::string& name, const std::vector<Decimal>& values) const {
    const Decimal& first = values.front();
    const auto less = [](const Decimal& a, const Decimal& b) { return a.value() < b.value(); };
    if (name == "min") return *std::min_element(values.begin(), values.end(), less);
    if (name == "max") return *std::max_element(values.begin(), values.end(), less);
    if (name == "abs" && values.size() == 1) {
      return first.value() < 0 ? Decimal(0, 0) - first : first;
    }
    if (name == "sqrt" && values.size() == 1) {
      if (first.value() < 0) return mistake("there is no square root of a negative number");
      const double root = std::sqrt(first.value());
      const auto whole = static_cast<std::int64_t>(std::min(root, 1e9));
      const Decimal exact(whole, 0);
      return (exact * exact - first).is_zero() ? exact : Decimal::rounded(root);
    }
    if (name == "round" && values.size() <= 2) {
      const auto places = values.size() == 2 ? values[1].whole() : std::int64_t{0};
      if (!places || *places < 0 || *places > 12) return mistake("round takes 0 to 12 places");
      return first.to_places(static_cast<int>(*places));
    }
    return mistake("there is no function '" + name + "' of " + std::to_string(values.size()) +
                   " values");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int in_function_ = 0;
};

} // namespace

Result<Sum> calculate(std::string_view expression) {
  if (expression.size() > kBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "an expression of " + std::to_string(expression.size()) +
                                               " bytes; the limit is " + std::to_string(kBytesMax));
  }
  OUTPOST_TRY(const Decimal value, SumReader(expression).read());
  if (!std::isfinite(value.value())) {
    return fail(ErrorCode::kInvalidArgument, "the result is no number");
  }
  return Sum{value.text(), value.value(), value.is_exact()};
}

} // namespace outpost::agents
