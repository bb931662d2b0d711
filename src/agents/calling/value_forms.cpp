#include "agents/calling/value_forms.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "agents/call/letters.h"
#include "agents/call/words.h"
#include "agents/calling/currency_codes.h"
#include "agents/calling/known_towns.h"
#include "agents/calling/request_names.h"
#include "agents/calling/request_places.h"
#include "agents/calling/text_forms.h"
#include "agents/calling/time_units.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

bool mentions(const SlotSchema& slot, std::string_view word) {
  return lower_case(slot.name + " " + slot.description).find(word) != std::string::npos;
}

std::string date_text(const SlotSchema& slot, const CalendarDate& date) {
  const std::string wanted = lower_case(slot.description);
  const auto has = [&wanted](std::string_view form) {
    return wanted.find(form) != std::string::npos;
  };
  if (has("mm/dd/yyyy")) return fmt::format("{:02}/{:02}/{}", date.month, date.day, date.year);
  if (has("dd/mm/yyyy")) return fmt::format("{:02}/{:02}/{}", date.day, date.month, date.year);
  if (has("mm-dd-yyy")) return fmt::format("{:02}-{:02}-{}", date.month, date.day, date.year);
  if (has("month-day-year")) return fmt::format("{:02}-{:02}-{}", date.month, date.day, date.year);
  if (has("day-month-year")) return fmt::format("{:02}-{:02}-{}", date.day, date.month, date.year);
  if (has("dd-mm-yyyy")) return fmt::format("{:02}-{:02}-{}", date.day, date.month, date.year);
  return fmt::format("{}-{:02}-{:02}", date.year, date.month, date.day);
}

// A few words lose the marks that ended the request's sentence; a question or a cry of its own
// keeps them.
std::string trimmed(std::string_view text) {
  constexpr std::size_t kNameWords = 3;
  const std::string_view kMarks = split_words(text).size() > kNameWords ? " ,.;:'\"" : " ,.;:?!'\"";
  while (!text.empty() && std::string_view(" ,;:'\"").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  while (!text.empty() && kMarks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return std::string(text);
}

// "Oslo, Norway" where the request says Oslo and nobody asked for the country: models add what they
// have seen in examples.
std::string_view without_added_part(const SlotSchema& slot, std::string_view text,
                                    const RequestValues& request) {
  const std::size_t comma = text.find(", ");
  if (comma == std::string_view::npos || text_form(slot)) return text;
  const std::string_view said = text.substr(0, comma);
  const std::string_view more = text.substr(comma + 2);
  const bool is_added =
      request.word_share(said) == 1 && (request.word_share(more) == 0 || more == said);
  return is_added ? said : text;
}

// "Mail, Phone, Letter" where the slot's note lists these and the request names one: that one. Two
// may be a town and its state.
std::string_view one_of_copied_list(const SlotSchema& slot, std::string_view text,
                                    const RequestValues& request) {
  constexpr std::string_view kComma = ", ";
  const std::size_t first = text.find(kComma);
  if (first == text.rfind(kComma) || request.writes(std::string(text))) return text;
  std::string_view named;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find(kComma);
    const std::string_view item = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + kComma.size());
    if (item.empty() || !mentions(slot, lower_case(item))) return text;
    if (request.word_share(item) < 1) continue;
    if (!named.empty()) return text;
    named = item;
  }
  return named.empty() ? text : named;
}

// A currency by its code, which is what services take, unless the note asks for something else.
std::optional<std::string> in_code(const SlotSchema& slot, std::string_view text,
                                   const RequestValues& request) {
  if (!mentions(slot, "currency") || mentions(slot, "symbol") || mentions(slot, "full name"))
    return std::nullopt;
  return currency_code(text, request.text());
}

// "in Oslo" and "Oslo 2024-05-02" are Oslo where the request has them so: what was copied with the
// words around it.
std::string_view without_surroundings(const SlotSchema& slot, std::string_view text,
                                      const RequestValues& request) {
  constexpr std::size_t kWordsMost = 5;
  static constexpr auto kLeads =
      std::to_array<std::string_view>({"at", "by", "for", "from", "in", "near", "of", "to"});
  const std::vector<Word> words = split_words(text);
  if (words.size() < 2 || words.size() > kWordsMost || !request.writes(text)) return text;
  if (!mentions(slot, "date") && !mentions(slot, "time")) {
    const std::vector<FoundDate> dates = find_dates(text);
    const bool ends = dates.size() == 1 && dates[0].end == text.size() && dates[0].begin > 0;
    if (ends) return text.substr(0, dates[0].begin);
  }
  const bool leads = is_lower(text[words[0].begin]) && is_one_of(words[0].text, kLeads) &&
                     is_capital(text[words[1].begin]);
  return leads ? text.substr(words[1].begin) : text;
}

// A town by its name alone where its slot asks for no more: what follows the comma is another
// slot's, or nobody's.
std::string_view town_alone(const SlotSchema& slot, std::string_view text) {
  const std::string name = lower_case(slot.name);
  const bool is_town = name == "city" || name == "town" || name.ends_with("_city") ||
                       name == "city_name" || name.ends_with("_town");
  if (!is_town || text_form(slot) || mentions(slot, "state") || mentions(slot, "country"))
    return text;
  const std::size_t comma = text.find(", ");
  const bool shows_more =
      slot.description.find(", ") != std::string::npos && region_form(slot).has_value();
  return comma == std::string_view::npos || comma == 0 || shows_more ? text : text.substr(0, comma);
}

// A note's example ends with the code of a country: 'Lyon, FR'.
bool shows_country_code(std::string_view note) {
  for (std::size_t at = note.find(", "); at != std::string_view::npos;
       at = note.find(", ", at + 1)) {
    const std::string_view code = note.substr(at + 2, 2);
    const bool is_code = code.size() == 2 && is_capital(code[0]) && is_capital(code[1]);
    const bool ends = at + 4 >= note.size() || !is_letter(note[at + 4]);
    if (is_code && ends && !state_code(code)) return true;
  }
  return false;
}

// The region that the request writes behind a town where the draft has another that it does not
// write: "Naples, Italy" of "Naples, Florida".
std::string region_said(std::string_view town, std::string_view drafted,
                        const RequestValues& request) {
  const std::string& text = request.text();
  const std::size_t at = text.find(std::string(town) + ", ");
  if (at == std::string::npos || (!drafted.empty() && request.word_share(drafted) > 0))
    return std::string(drafted);
  const std::size_t begin = at + town.size() + 2;
  const std::vector<Word> words = split_words(std::string_view(text).substr(begin, 40));
  if (words.empty() || words.front().begin != 0 || !is_capital(text[begin]))
    return std::string(drafted);
  const auto written = [&](std::size_t count) { return text.substr(begin, words[count - 1].end); };
  const auto is_region = [](const std::string& name) {
    return state_code(name).has_value() || country_called(name).has_value();
  };
  if (words.size() > 1 && is_region(written(2))) return written(2);
  return is_region(written(1)) ? written(1) : std::string(drafted);
}

// A town with its region as the note shows it: "Salem, Oregon" as "Salem, OR", "Lyon" as "Lyon,
// France" or "Lyon, FR". What the request says of it stands.
std::string with_region(const SlotSchema& slot, std::string_view text,
                        const RequestValues& request) {
  const auto form = region_form(slot);
  if (!form) return std::string(text);
  const std::size_t comma = text.rfind(", ");
  const std::string_view town = text.substr(0, comma);
  const std::string drafted(comma == std::string_view::npos ? "" : text.substr(comma + 2));
  const std::string said = region_said(town, drafted, request);
  const auto written = [&](const TownRegion& region) {
    const bool is_short = region.is_state ? form->is_short : shows_country_code(slot.description);
    return std::string(town) + ", " + std::string(is_short ? region.code : region.name);
  };
  const bool is_said =
      !said.empty() && request.word_share(said) == 1 && !is_function_word(lower_case(said));
  if (is_said) {
    if (const auto country = country_called(said)) return written(*country);
  } else if (const auto region = region_of_town(town)) {
    // A country that the model wrote it may know by another name; a state it may not.
    const bool may_be_wrong = said.empty() || state_code(said);
    const bool wants_code = said == region->name && shows_country_code(slot.description);
    if (may_be_wrong || wants_code) return written(*region);
  }
  const auto code = form->is_short && !said.empty() ? state_code(said) : std::nullopt;
  if (code) return std::string(town) + ", " + *code;
  return said.empty() ? std::string(text) : std::string(town) + ", " + said;
}

// "California" where the note shows codes of states: 'such as CA'.
std::optional<std::string> in_state_code(const SlotSchema& slot, std::string_view text) {
  const std::string name = lower_case(slot.name);
  const bool is_state = name == "state" || name.ends_with("_state") || name.starts_with("state_");
  if (!is_state || !(mentions(slot, "abbreviat") || mentions(slot, "two-letter"))) {
    return std::nullopt;
  }
  return state_code(text);
}

// The day that the request counts from what it calls today, where the draft has no day of it or
// today.
std::optional<std::string> in_counted_day(const SlotSchema& slot, std::string_view text,
                                          const RequestValues& request) {
  const std::string wanted = lower_case(slot.description);
  const bool asks = mentions(slot, "date") && wanted.find("yyyy") != std::string::npos &&
                    wanted.find("hh:") == std::string::npos;
  const std::optional<CountedDay>& counted = request.counted();
  if (!asks || !counted) return std::nullopt;
  if (request.has_day(text) && !is_day(text, counted->today)) return std::nullopt;
  return date_text(slot, counted->day);
}

// "next Friday" where the model made up a date for it: nobody said what day it is.
std::optional<std::string> in_words_said(const SlotSchema& slot, std::string_view text,
                                         const RequestValues& request) {
  const bool is_date = text.size() >= 6 && text.find_first_not_of("0123456789-/.") == text.npos;
  const bool shows_form = mentions(slot, "yyyy") || mentions(slot, "yy-") || mentions(slot, "iso");
  if (!is_date || shows_form || !mentions(slot, "date") || request.has_day(text))
    return std::nullopt;
  const std::string_view said = relative_day_words(request.text());
  return said.empty() ? std::nullopt : std::optional(std::string(said));
}

// The only time of day that the request has, where the slot asks for one of 24 hours.
std::optional<std::string> in_clock(const SlotSchema& slot, const RequestValues& request) {
  const std::string wanted = lower_case(slot.description);
  const auto has = [&wanted](std::string_view form) {
    return wanted.find(form) != std::string::npos;
  };
  const bool asks = has("hh:mm") || has("24-hour") || has("24 hour");
  const bool asks_more = has("hh:mm:ss") || has("am/pm") || has("12-hour") || has("yyyy");
  if (!asks || asks_more) return std::nullopt;
  const auto time = request.only_time();
  if (!time) return std::nullopt;
  return fmt::format("{:02}:{:02}", *time / 60, *time % 60);
}

json::value string_in_form(const SlotSchema& slot, std::string_view text,
                           const RequestValues& request) {
  if (const auto code = in_code(slot, text, request)) return json::value(*code);
  if (const auto time = in_clock(slot, request)) return json::value(*time);
  if (const auto state = in_state_code(slot, text)) return json::value(*state);
  if (const auto day = in_counted_day(slot, text, request)) return json::value(*day);
  if (const auto day = in_words_said(slot, text, request)) return json::value(*day);
  const std::string whole =
      with_lost_letters(whole_name(one_of_copied_list(slot, text, request), request), request);
  text = without_article(without_added_part(slot, whole, request), request);
  text = town_alone(slot, without_surroundings(slot, text, request));
  text = without_own_noun(slot, text, request);
  if (mentions(slot, "date")) {
    if (const auto date = read_date(text)) return json::value(date_text(slot, *date));
  }
  // A sentence keeps its end.
  if (text.size() > 60) return json::value(text);
  return json::value(with_region(slot, whole_town(slot, trimmed(text), request), request));
}

// "as a decimal", "in decimal form".
bool wants_decimal(const SlotSchema& slot) {
  return mentions(slot, "as a decimal") || mentions(slot, "as decimal") ||
         mentions(slot, "in decimal") || mentions(slot, "decimal form");
}

// The hour of the request's only time of day, where the slot wants one of 24 and has that of 12:
// "11 PM" is 23.
std::optional<std::int64_t> in_hour(const SlotSchema& slot, double number,
                                    const RequestValues& request) {
  constexpr int kHalfDay = 12;
  const bool asks = mentions(slot, "24-hour") || mentions(slot, "24 hour") ||
                    mentions(slot, "24h") || mentions(slot, "0-23") || mentions(slot, "0 to 23");
  const auto time = request.only_time();
  if (!asks || slot.type != SlotType::kInteger || !time || *time % 60 != 0) return std::nullopt;
  const int hour = *time / 60;
  const int on_dial = hour % kHalfDay == 0 ? kHalfDay : hour % kHalfDay;
  return number == on_dial ? std::optional<std::int64_t>(hour) : std::nullopt;
}

// Lengths of time are in the slot's unit; 8 % is 0.08 unless the slot is told in percent, and then,
// too, where its note wants percentages as decimals.
json::value number_in_form(const SlotSchema& slot, const json::value& value,
                           const RequestValues& request) {
  const double number = value.to_number<double>();
  if (const auto hour = in_hour(slot, number, request)) return json::value(*hour);
  if (const auto time = in_unit_of(slot, number, request.text(), request.numbers())) {
    if (const auto integer = exact_integer(*time)) return json::value(*integer);
    return slot.type == SlotType::kNumber ? json::value(*time) : value;
  }
  const bool is_told = mentions(slot, "percent") || mentions(slot, "%");
  if (slot.type != SlotType::kNumber || (is_told && !wants_decimal(slot))) return value;
  const bool is_percent =
      std::ranges::any_of(request.numbers(), [number](const RequestNumber& found) {
        return found.is_percent && std::abs(found.value - number) < 1e-9;
      });
  return is_percent ? json::value(number / 100) : value;
}

} // namespace

json::value in_form(const SlotSchema& slot, const json::value& value,
                    const RequestValues& request) {
  if (!slot.choices.empty()) return value;
  if (value.is_string()) return string_in_form(slot, value.get_string(), request);
  if (value.is_number()) return number_in_form(slot, value, request);
  if (!value.is_array()) return value;
  json::array parts;
  for (const json::value& part : value.get_array()) {
    json::value item = part.is_string() ? json::value(trimmed(part.get_string())) : part;
    // A small model that runs through its words again has nothing to add.
    if (item.is_string() && std::ranges::find(parts, item) != parts.end()) continue;
    parts.push_back(std::move(item));
  }
  return parts;
}

} // namespace outpost::agents
