#include "agents/call/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "agents/call/coordinates.h"
#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

struct NumberWord {
  std::string_view word;
  double value;
};
constexpr auto kSmall = std::to_array<NumberWord>(
    {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
     {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
     {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
     {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
     {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
     {"seventy", 70}, {"eighty", 80},  {"ninety", 90},    {"half", 0.5},    {"once", 1},
     {"twice", 2},    {"dozen", 12},   {"single", 1},     {"couple", 2}});
constexpr auto kScales = std::to_array<NumberWord>({{"hundred", 1e2},
                                                    {"thousand", 1e3},
                                                    {"k", 1e3},
                                                    {"million", 1e6},
                                                    {"m", 1e6},
                                                    {"billion", 1e9},
                                                    {"bn", 1e9},
                                                    {"trillion", 1e12}});

constexpr int kPowerMax = 280; // of ten; with a mantissa still a double

template <std::size_t N>
std::optional<double> look_up(const std::array<NumberWord, N>& words, std::string_view word) {
  const auto at = std::ranges::find(words, word, &NumberWord::word);
  if (at == words.end()) return std::nullopt;
  return at->value;
}

bool is_word_letter(char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

// Scans a text from left to right.
class NumberScan {
public:
  explicit NumberScan(std::string_view text) : text_(text) {}

  std::vector<RequestNumber> run() {
    while (at_ < text_.size()) {
      const bool starts_word =
          at_ == 0 || (!is_word_letter(text_[at_ - 1]) && !is_digit(text_[at_ - 1]));
      if (is_digit(text_[at_]) || (text_[at_] == '.' && digit_at(at_ + 1) && starts_word)) {
        digits(starts_word);
      } else if (is_word_letter(text_[at_]) && starts_word) {
        words();
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

private:
  [[nodiscard]] bool digit_at(std::size_t i) const {
    return i < text_.size() && is_digit(text_[i]);
  }

  // The run of letters at `from`, lower-cased.
  [[nodiscard]] std::string word_at(std::size_t from) const {
    std::size_t end = from;
    while (end < text_.size() && is_word_letter(text_[end])) ++end;
    return lower_case(text_.substr(from, end - from));
  }
  [[nodiscard]] std::size_t skip_spaces(std::size_t from) const {
    while (from < text_.size() && (text_[from] == ' ' || text_[from] == '-')) ++from;
    return from;
  }

  [[nodiscard]] std::size_t skip_blanks(std::size_t from) const {
    while (from < text_.size() && text_[from] == ' ') ++from;
    return from;
  }

  // x2, ordered twice: the letter stands alone before the digits.
  [[nodiscard]] bool is_times(std::size_t digits) const {
    if (digits == 0 || (text_[digits - 1] | 0x20) != 'x') return false;
    return digits == 1 || !(is_word_letter(text_[digits - 2]) || is_digit(text_[digits - 2]));
  }

  // m/s^2, x^2: the power of a letter is no amount.
  [[nodiscard]] bool is_power(std::size_t digits) const {
    return digits >= 2 && text_[digits - 1] == '^' && is_word_letter(text_[digits - 2]);
  }

  // Digits, and the sign before them, as an exponent; 0 and `at` where there is none.
  [[nodiscard]] std::pair<int, std::size_t> exponent_at(std::size_t at) const {
    std::size_t end = at;
    const bool is_negative = text_.substr(end, 1) == "-";
    if (is_negative || text_.substr(end, 1) == "+") ++end;
    const std::size_t first = end;
    int value = 0;
    while (digit_at(end) && end - first < 3) value = value * 10 + (text_[end++] - '0');
    if (end == first || digit_at(end) || value > kPowerMax) return {0, at};
    return {is_negative ? -value : value, end};
  }

  // 2e-6, 9.1 x 10^-31, 5 * 10^3, 10^5: times a power of ten that follows.
  void raise(double& value) {
    if (text_.substr(at_, 1) == "e" || text_.substr(at_, 1) == "E") {
      const auto [power, end] = exponent_at(at_ + 1);
      if (end == at_ + 1 || (end < text_.size() && is_word_letter(text_[end]))) return;
      value *= std::pow(10.0, power);
      at_ = end;
      return;
    }
    if (value == 10 && text_.substr(at_, 1) == "^") {
      const auto [power, end] = exponent_at(at_ + 1);
      if (end != at_ + 1) value = std::pow(10.0, power);
      at_ = end;
      return;
    }
    std::size_t next = skip_spaces(at_);
    for (const std::string_view times : {"x", "*", "\u00d7"}) {
      if (!text_.substr(next).starts_with(times)) continue;
      next = skip_spaces(next + times.size());
      if (text_.substr(next, 3) != "10^") return;
      const auto [power, end] = exponent_at(next + 3);
      if (end == next + 3) return;
      value *= std::pow(10.0, power);
      at_ = end;
      return;
    }
  }

  // The second term of "3x^2 - 7x": a sign between a term of one letter and the digits.
  [[nodiscard]] bool is_subtracted(std::size_t digits) const {
    if (digits < 4 || text_.substr(digits - 2, 2) != "- ") return false;
    std::size_t end = digits - 2;
    while (end > 0 && text_[end - 1] == ' ') --end;
    std::size_t begin = end;
    while (begin > 0 && (is_digit(text_[begin - 1]) || text_[begin - 1] == '^')) --begin;
    if (begin < end && text_[begin] != '^') return false; // digits that are no power
    if (begin == 0 || !is_letter(text_[begin - 1])) return false;
    return begin == 1 || !is_word_letter(text_[begin - 2]);
  }

  // Do the words before the digits say that they are a latitude or a longitude?
  [[nodiscard]] bool is_called_coordinate(std::size_t digits) const {
    constexpr std::size_t kReach = 16;
    const std::size_t from = digits > kReach ? digits - kReach : 0;
    const std::vector<Word> before = split_words(text_.substr(from, digits - from));
    if (before.empty()) return false;
    const std::string& word = before.back().text;
    return word == "lat" || word == "latitude" || word == "lon" || word == "lng" ||
           word == "long" || word == "longitude";
  }

  // "112.07 W" or "33.9° S": west and south, of degrees or beside another coordinate.
  [[nodiscard]] bool is_west_or_south(std::size_t digits) const {
    const CompassSide own = compass_side(text_, at_);
    if (own.side != 'W' && own.side != 'S') return false;
    if (own.has_degrees || is_called_coordinate(digits)) return true;
    if (own.is_word) return false; // "5 miles", "gate 5 west"
    if (was_coordinate_) return true;
    std::size_t next = own.end;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == ',')) ++next;
    const std::size_t first = next;
    while (next < text_.size() && (is_digit(text_[next]) || text_[next] == '.')) ++next;
    const char other = next == first ? '\0' : compass_side(text_, next).side;
    return other == 'E' || other == 'W';
  }

  // 1,234.5 or .5; a comma counts only before three digits.
  void digits(bool starts_word) {
    const std::size_t begin = at_;
    std::string plain;
    while (at_ < text_.size()) {
      const bool groups = text_[at_] == ',' && !plain.empty() && digit_at(at_ + 1) &&
                          digit_at(at_ + 2) && digit_at(at_ + 3) && !digit_at(at_ + 4);
      const bool point =
          text_[at_] == '.' && digit_at(at_ + 1) && plain.find('.') == std::string::npos;
      if (is_digit(text_[at_]) || point) {
        plain += text_[at_++];
      } else if (groups) {
        ++at_;
      } else {
        break;
      }
    }
    double value = 0;
    std::from_chars(plain.data(), plain.data() + plain.size(), value);
    const bool times = is_times(begin);
    if (is_power(begin)) return;
    if (!starts_word && text_[begin - 1] != '$' && !times) return; // part of a name
    raise(value);
    const bool signed_here =
        begin > 0 && text_[begin - 1] == '-' &&
        (begin == 1 || !(is_digit(text_[begin - 2]) || is_word_letter(text_[begin - 2]) ||
                         text_[begin - 2] == ')'));
    if (signed_here || is_subtracted(begin) || is_west_or_south(begin)) value = -value;
    const CompassSide side = compass_side(text_, at_);
    was_coordinate_ = !side.is_word && (side.side == 'N' || side.side == 'S');
    add(signed_here || times ? begin - 1 : begin, value);
  }

  // One past "pi" at `at`; `at` where there is none, or more of a formula follows.
  [[nodiscard]] std::size_t pi_end(std::size_t at) const {
    const std::string word = word_at(at);
    if (word != "pi" && word != "\u03c0") return at;
    const std::size_t end = at + word.size();
    if (end < text_.size() && is_digit(text_[end])) return at;
    const std::size_t next = text_.find_first_not_of(' ', end);
    if (next == std::string_view::npos) return end;
    const bool goes_on = std::string_view("*^(").find(text_[next]) != std::string_view::npos ||
                         word_at(next).size() == 1;
    return goes_on ? at : end;
  }

  // "/ 4" behind pi.
  void divide(double& value) {
    std::size_t next = skip_blanks(at_);
    if (text_.substr(next, 1) != "/") return;
    next = skip_blanks(next + 1);
    std::size_t end = next;
    double divisor = 0;
    while (digit_at(end) && end - next < 4) divisor = divisor * 10 + (text_[end++] - '0');
    const bool goes_on = end < text_.size() && (is_digit(text_[end]) || is_word_letter(text_[end]));
    if (divisor == 0 || goes_on) return;
    value /= divisor;
    at_ = end;
  }

  // "2 pi", "3π/4", to four decimal places.
  void times_pi(double& value) {
    std::size_t next = skip_blanks(at_);
    if (text_.substr(next, 1) == "*") next = skip_blanks(next + 1);
    const std::size_t end = pi_end(next);
    if (end == next) return;
    at_ = end;
    value *= std::numbers::pi;
    divide(value);
    value = std::round(value * 1e4) / 1e4;
  }

  // "pi/2", and the pi of "-pi" and of "0 to pi": other names may be spelt so, too.
  bool lone_pi(std::size_t begin) {
    const std::size_t end = pi_end(begin);
    if (end == begin) return false;
    const bool is_negative =
        begin > 0 && text_[begin - 1] == '-' && (begin == 1 || text_[begin - 2] == ' ');
    const bool is_bound =
        !found_.empty() && text_.substr(found_.back().end, begin - found_.back().end) == " to ";
    double value = 1;
    at_ = end;
    divide(value);
    if (at_ == end && !is_negative && !is_bound) return false;
    value = std::round(value * std::numbers::pi * 1e4) / 1e4;
    found_.push_back({is_negative ? -value : value, begin - (is_negative ? 1 : 0), at_, false});
    return true;
  }

  void words() {
    const std::size_t begin = at_;
    if (lone_pi(begin)) return;
    const std::string word = word_at(begin);
    at_ = begin + word.size();
    auto value = look_up(kSmall, word);
    const std::string_view before = text_.substr(0, begin);
    if (word == "rest" && (before.ends_with("from ") || before.ends_with("at "))) value = 0;
    if (!value) return;
    if (*value >= 20 && *value < 100) { // twenty-five
      const std::size_t next = skip_spaces(at_);
      const std::string unit = word_at(next);
      if (const auto more = look_up(kSmall, unit); more && *more >= 1 && *more < 10) {
        *value += *more;
        at_ = next + unit.size();
      }
    }
    add(begin, *value);
  }

  void add(std::size_t begin, double value) {
    const std::size_t next = skip_spaces(at_);
    const std::string word = word_at(next);
    // "5 m" is five metres, 298K a temperature.
    const bool is_kelvin = text_.substr(next, 1) == "K" && (begin == 0 || text_[begin - 1] != '$');
    const bool is_unit = word.size() == 1 && (next != at_ || is_kelvin);
    if (const auto scale = look_up(kScales, word); scale && !is_unit && word != "m") {
      value *= *scale;
      at_ = next + word.size();
    }
    times_pi(value);
    const std::size_t after = skip_spaces(at_);
    const bool percent = text_.substr(after, 1) == "%" || word_at(after).starts_with("percent");
    found_.push_back({value, begin, at_, percent});
    while (at_ < text_.size() && is_word_letter(text_[at_])) ++at_; // 70kg, 3rd
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool was_coordinate_ = false; // the number before had a side of the compass
  std::vector<RequestNumber> found_;
};

} // namespace

std::vector<RequestNumber> find_numbers(std::string_view text) { return NumberScan(text).run(); }

std::optional<double> lone_number(std::string_view text) {
  const std::vector<RequestNumber> found = find_numbers(text);
  const bool is_whole = found.size() == 1 && found[0].begin == 0 && found[0].end == text.size();
  return is_whole ? std::optional(found[0].value) : std::nullopt;
}

std::optional<std::int64_t> exact_integer(double number) {
  constexpr double kLargest = 9e15;
  if (number != std::floor(number) || std::abs(number) > kLargest) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

} // namespace outpost::agents
