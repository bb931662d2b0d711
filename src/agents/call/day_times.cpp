#include "agents/call/day_times.h"

#include <algorithm>
#include <array>
#include <string>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

// What tells the half of the day, behind an hour.
struct Half {
  std::string_view words;
  bool is_late;
};
constexpr auto kHalves = std::to_array<Half>({{"a.m", false},
                                              {"am", false},
                                              {"p.m", true},
                                              {"pm", true},
                                              {"in the morning", false},
                                              {"in the afternoon", true},
                                              {"in the evening", true},
                                              {"at night", true}});

class Reader {
public:
  explicit Reader(std::string_view text) : text_(lower_case(text)) {}

  std::vector<int> read() {
    std::vector<int> times;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (!begins_word(at)) continue;
      if (is_word(at, "noon")) times.push_back(12 * 60);
      if (is_word(at, "midnight")) times.push_back(0);
      if (!is_digit(text_[at])) continue;
      if (const auto time = time_at(at)) times.push_back(*time);
      while (at + 1 < text_.size() && is_digit(text_[at + 1])) ++at;
    }
    return times;
  }

private:
  [[nodiscard]] bool begins_word(std::size_t at) const {
    if (at == 0) return true;
    const char before = text_[at - 1];
    return !is_lower(before) && !is_digit(before) &&
           std::string_view(":./-$").find(before) == std::string_view::npos;
  }

  [[nodiscard]] bool ends_word(std::size_t at) const {
    return at >= text_.size() || (!is_lower(text_[at]) && !is_digit(text_[at]));
  }

  [[nodiscard]] bool is_word(std::size_t at, std::string_view word) const {
    return text_.compare(at, word.size(), word) == 0 && ends_word(at + word.size());
  }

  // Up to two digits; moves on behind them.
  [[nodiscard]] std::optional<int> digits(std::size_t& at) const {
    int value = 0;
    const std::size_t begin = at;
    for (; at < text_.size() && is_digit(text_[at]); ++at) {
      if (at - begin == 2) return std::nullopt;
      value = value * 10 + (text_[at] - '0');
    }
    return at == begin ? std::nullopt : std::optional(value);
  }

  [[nodiscard]] std::optional<int> time_at(std::size_t at) const {
    const auto hour = digits(at);
    if (!hour || *hour > 23) return std::nullopt;
    int minute = 0;
    const bool has_minutes = at < text_.size() && text_[at] == ':';
    if (has_minutes) {
      const std::size_t begin = ++at;
      const auto read = digits(at);
      const bool goes_on = at < text_.size() && text_[at] == ':';
      if (!read || at - begin != 2 || *read > 59 || goes_on) return std::nullopt;
      minute = *read;
    }
    while (at < text_.size() && text_[at] == ' ') ++at;
    const auto half =
        std::ranges::find_if(kHalves, [&](const Half& own) { return is_word(at, own.words); });
    if (half == kHalves.end())
      return has_minutes ? std::optional(*hour * 60 + minute) : std::nullopt;
    if (*hour > 12) return std::optional(*hour * 60 + minute);
    return (*hour % 12 + (half->is_late ? 12 : 0)) * 60 + minute;
  }

  std::string text_;
};

} // namespace

std::vector<int> find_day_times(std::string_view text) { return Reader(text).read(); }

} // namespace outpost::agents
