// What a request gives: its numbers, however they are written, and whether a value can be traced to
// its words. Rules alone; what a model drafts is checked against it.
#pragma once
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/call/dates.h"
#include "agents/call/numbers.h"
#include "agents/call/words.h"
#include "agents/calling/measures.h"
#include "agents/calling/relative_days.h"

namespace outpost::agents {

class RequestValues {
public:
  explicit RequestValues(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<RequestNumber>& numbers() const { return numbers_; }
  [[nodiscard]] const std::vector<Word>& words() const { return words_; } // in their order
  // The number as it stands, as a share of a percentage, or the other way round.
  [[nodiscard]] bool has_number(double value) const;
  [[nodiscard]] const std::vector<FoundDate>& dates() const { return dates_; }
  [[nodiscard]] const std::optional<CountedDay>& counted() const { return counted_; }
  // "5 ft 10 in".
  [[nodiscard]] const std::vector<CompoundAmount>& compounds() const { return compounds_; }
  // The day that ends what begins on the request's only date: "from 3 May 2024 for 2 nights".
  [[nodiscard]] const std::optional<CalendarDate>& last_day() const { return last_day_; }
  // Is the text one of the request's days, in whatever form, or one that it counts?
  [[nodiscard]] bool has_day(std::string_view value) const;
  // The share of a text's words that the request has, in whatever form; 1 when it stands there as
  // it is.
  [[nodiscard]] double word_share(std::string_view value) const;
  [[nodiscard]] bool has_word(std::string_view lower) const {
    return std::ranges::find(words_, lower, &Word::text) != words_.end();
  }
  // The only time of day, however often it is said: minutes after midnight.
  [[nodiscard]] std::optional<int> only_time() const;
  [[nodiscard]] bool has_stem(std::string_view stem) const { return stems_.contains(stem); }
  // Does it stand there as it is, letter for letter?
  [[nodiscard]] bool writes(std::string_view value) const {
    return text_.find(value) != std::string::npos;
  }
  // How much of a value the request has, 0 to 1: of lists and objects the mean of their parts.
  [[nodiscard]] double support(const boost::json::value& value) const;

private:
  std::string text_;
  std::string lower_;
  std::set<std::string, std::less<>> stems_;
  std::vector<RequestNumber> numbers_;
  std::vector<Word> words_;
  std::vector<FoundDate> dates_;
  std::vector<int> day_times_;      // minutes after midnight
  std::optional<double> frequency_; // times a year
  std::optional<CountedDay> counted_;
  std::optional<CalendarDate> last_day_;
  std::vector<CompoundAmount> compounds_;
};

} // namespace outpost::agents
