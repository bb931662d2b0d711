#include "agents/call/numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

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

  // x2, ordered twice: the letter stands alone before the digits.
  [[nodiscard]] bool is_times(std::size_t digits) const {
    if (digits == 0 || (text_[digits - 1] | 0x20) != 'x') return false;
    return digits == 1 || !(is_word_letter(text_[digits - 2]) || is_digit(text_[digits - 2]));
  }

  // m/s^2, x^2: the power of a letter is no amount.
  [[nodiscard]] bool is_power(std::size_t digits) const {
    return digits >= 2 && text_[digits - 1] == '^' && is_word_letter(text_[digits - 2]);
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
    const bool signed_here =
        begin > 0 && text_[begin - 1] == '-' &&
        (begin == 1 || !(is_digit(text_[begin - 2]) || is_word_letter(text_[begin - 2]) ||
                         text_[begin - 2] == ')'));
    if (signed_here) value = -value;
    add(signed_here || times ? begin - 1 : begin, value);
  }

  void words() {
    const std::size_t begin = at_;
    const std::string word = word_at(at_);
    at_ += word.size();
    auto value = look_up(kSmall, word);
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
    const std::size_t after = skip_spaces(at_);
    const bool percent = text_.substr(after, 1) == "%" || word_at(after).starts_with("percent");
    found_.push_back({value, begin, at_, percent});
    while (at_ < text_.size() && is_word_letter(text_[at_])) ++at_; // 70kg, 3rd
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<RequestNumber> found_;
};

} // namespace

std::vector<RequestNumber> find_numbers(std::string_view text) { return NumberScan(text).run(); }

std::optional<double> lone_number(std::string_view text) {
  const std::vector<RequestNumber> found = find_numbers(text);
  const bool is_whole = found.size() == 1 && found[0].begin == 0 && found[0].end == text.size();
  return is_whole ? std::optional(found[0].value) : std::nullopt;
}

} // namespace outpost::agents
