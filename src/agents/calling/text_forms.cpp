#include "agents/calling/text_forms.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr std::string_view kTown = R"([^"\\\n]{2,80})"; // or a whole address
// The two letters of a state, or a country by its name.
constexpr std::string_view kStateOrCountry = R"(([A-Z]{2}|[A-Z][a-z]+( [A-Z][a-z]+){0,2}))";

bool is_date_letter(char c) {
  return std::string_view("YMDHSymdhs").find(c) != std::string_view::npos;
}
bool is_separator(char c) { return std::string_view("-/.: TZ").find(c) != std::string_view::npos; }

std::size_t run_of(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == text[at]) ++end;
  return end - at;
}

// The longest stretch from `at` on that is made of letters for digits, in runs of two or four, and
// separators: YYYY-MM-DDTHH:MM:SSZ. Empty when there are fewer than two runs.
std::string date_form_at(std::string_view text, std::size_t at) {
  std::string form;
  std::string kept; // up to the last run
  std::size_t runs = 0;
  while (at < text.size()) {
    if (is_date_letter(text[at])) {
      const std::size_t length = run_of(text, at);
      if (length != 2 && length != 4) break;
      form += length == 2 ? "[0-9]{2}" : "[0-9]{4}";
      kept = form;
      ++runs;
      at += length;
    } else if (runs > 0 && is_separator(text[at])) {
      if (text[at] == '/' || text[at] == '.') form += '\\';
      form += text[at];
      if (text[at] == 'Z') kept = form;
      ++at;
    } else {
      break;
    }
  }
  return runs >= 2 ? kept : std::string();
}

std::optional<std::string> date_form(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts =
        at == 0 || std::string_view(" '\"(`").find(text[at - 1]) != std::string::npos;
    if (!starts || !is_date_letter(text[at])) continue;
    if (std::string form = date_form_at(text, at); !form.empty()) return form;
  }
  return std::nullopt;
}

// An example of a town and two capitals: "Austin, TX".
bool shows_state(std::string_view text) {
  for (std::size_t at = text.find(", "); at != std::string_view::npos;
       at = text.find(", ", at + 1)) {
    const bool after_letter = at > 0 && is_letter(text[at - 1]);
    const bool capitals =
        at + 3 < text.size() && is_capital(text[at + 2]) && is_capital(text[at + 3]);
    const bool ends =
        at + 4 >= text.size() || (!is_letter(text[at + 4]) && !is_digit(text[at + 4]));
    if (after_letter && capitals && ends) return true;
  }
  return false;
}

bool asks_for_town_and_more(std::string_view text) {
  static constexpr auto kPhrases = std::to_array<std::string_view>(
      {"city, state", "city and state", "city, country", "city and country", "town, state",
       "town, country", "city/state"});
  const std::string lower = lower_case(text);
  return std::ranges::any_of(kPhrases, [&lower](std::string_view phrase) {
    return lower.find(phrase) != std::string::npos;
  });
}

} // namespace

std::optional<RegionForm> region_form(const SlotSchema& slot) {
  if (slot.type != SlotType::kString || !slot.choices.empty()) return std::nullopt;
  if (shows_state(slot.description)) return RegionForm{std::string(kStateOrCountry), true};
  if (asks_for_town_and_more(slot.description)) return RegionForm{"[A-Z][a-zA-Z. ]{1,30}", false};
  return std::nullopt;
}

std::optional<std::string> text_form(const SlotSchema& slot) {
  if (slot.type != SlotType::kString || !slot.choices.empty()) return std::nullopt;
  if (auto form = date_form(slot.description)) return form;
  const auto region = region_form(slot);
  if (!region) return std::nullopt;
  return std::string(kTown) + ", " + region->form;
}

} // namespace outpost::agents
