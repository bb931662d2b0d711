// The values that a request puts forward (numbers, lists, quoted text, proper names), in their
// order, and which of them calls have used: what is left over speaks for one more call.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/call/clauses.h"

namespace outpost::agents {

struct OutlinedValue {
  std::size_t begin = 0; // bytes of the request
  std::size_t end = 0;
  std::string text;
  std::optional<double> number;
  std::optional<boost::json::array> list; // numbers or texts in brackets
  bool is_used = false;
  bool is_date = false;
  bool is_spelled = false;  // a number in letters: mostly a count of what follows
  std::size_t sentence = 0; // the how manieth of the request it stands in
};

// Does the argument have the value, or the value the argument?
bool is_in(const OutlinedValue& value, const boost::json::value& argument);

class RequestOutline {
public:
  explicit RequestOutline(std::string_view request);

  [[nodiscard]] const std::vector<OutlinedValue>& values() const { return values_; }
  // Marks what the arguments have, of equal values the one whose sentence has most of the others;
  // returns how many were marked.
  std::size_t use(const boost::json::object& arguments);
  // Numbers in letters ("three circles") are no reason for one more call.
  [[nodiscard]] std::size_t unused() const;
  // Those among them that are numbers, dates or texts as one of a call's values is.
  [[nodiscard]] std::size_t unused_like(const boost::json::object& arguments) const;
  // The numbers that no call has used yet, and the texts.
  [[nodiscard]] std::vector<double> unused_numbers() const;
  [[nodiscard]] std::vector<std::string> unused_texts() const;
  [[nodiscard]] std::vector<boost::json::array> unused_lists() const;
  // Words that join wishes: "also", "then", "both", "respectively".
  [[nodiscard]] bool joins_wishes() const { return joins_wishes_; }
  // What no call has touched of `request`, the text that this was made of: of each sentence the
  // part after the last value that one has used.
  [[nodiscard]] std::string rest(std::string_view request) const;
  // Does that part of the request have a value that some call has used, or that none has?
  [[nodiscard]] bool has(const Clause& part, bool used) const;
  // The first wish of that rest that has a value no call has used; empty when none has.
  [[nodiscard]] std::string_view next_part(std::string_view request) const;

private:
  [[nodiscard]] std::vector<Clause> untouched(std::string_view request) const;

  std::vector<OutlinedValue> values_;
  bool joins_wishes_ = false;
};

} // namespace outpost::agents
