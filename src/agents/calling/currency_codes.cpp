#include "agents/calling/currency_codes.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kNameWordsMax = 3; // "New Zealand dollars"

// `whose`: words before the unit that tell whose it is; an empty one where the unit alone stands
// for this currency.
struct Currency {
  std::string_view code;
  std::string_view unit; // singular
  std::array<std::string_view, 4> whose;
};

constexpr auto kCurrencies = std::to_array<Currency>({
    {"USD", "dollar", {"", "us", "american", "united"}},
    {"CAD", "dollar", {"canadian", "canada"}},
    {"AUD", "dollar", {"australian", "aussie"}},
    {"NZD", "dollar", {"zealand"}},
    {"SGD", "dollar", {"singapore"}},
    {"HKD", "dollar", {"hong", "kong"}},
    {"EUR", "euro", {""}},
    {"GBP", "pound", {"", "british", "sterling"}},
    {"EGP", "pound", {"egyptian"}},
    {"JPY", "yen", {"", "japanese"}},
    {"CNY", "yuan", {"", "chinese"}},
    {"CNY", "renminbi", {"", "chinese"}},
    {"INR", "rupee", {"", "indian"}},
    {"PKR", "rupee", {"pakistani"}},
    {"CHF", "franc", {"", "swiss"}},
    {"MXN", "peso", {"", "mexican"}},
    {"ARS", "peso", {"argentine", "argentinian"}},
    {"PHP", "peso", {"philippine"}},
    {"BRL", "real", {"brazilian"}},
    {"KRW", "won", {"korean"}},
    {"ZAR", "rand", {"", "african"}},
    {"SEK", "krona", {"", "swedish"}},
    {"NOK", "krone", {"norwegian"}},
    {"DKK", "krone", {"danish"}},
    {"PLN", "zloty", {"", "polish"}},
    {"CZK", "koruna", {"", "czech"}},
    {"HUF", "forint", {"", "hungarian"}},
    {"TRY", "lira", {"", "turkish"}},
    {"RUB", "ruble", {"", "russian"}},
    {"UAH", "hryvnia", {"", "ukrainian"}},
    {"ILS", "shekel", {"", "israeli"}},
    {"AED", "dirham", {"", "emirati"}},
    {"SAR", "riyal", {"", "saudi"}},
    {"THB", "baht", {"", "thai"}},
    {"IDR", "rupiah", {"", "indonesian"}},
    {"MYR", "ringgit", {"", "malaysian"}},
    {"VND", "dong", {"", "vietnamese"}},
});

bool is_unit(std::string_view word, std::string_view unit) {
  return word == unit ||
         (word.size() == unit.size() + 1 && word.starts_with(unit) && word.ends_with('s'));
}

bool tells(const Currency& currency, std::string_view word) {
  return std::ranges::any_of(
      currency.whose, [word](std::string_view whose) { return !whose.empty() && word == whose; });
}

bool stands_alone(const Currency& currency) { return currency.whose.front().empty(); }

std::vector<Word> words_of(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '_', ' ');
  std::erase(spaced, '.'); // "U.S."
  return split_words(spaced);
}

// Whose unit the words before place `at` say; none where they don't.
const Currency* told_before(const std::vector<Word>& words, std::size_t at) {
  constexpr std::size_t kWordsMax = 2; // "New Zealand", "United States"
  for (std::size_t back = 1; back <= std::min(at, kWordsMax); ++back)
    for (const Currency& currency : kCurrencies)
      if (is_unit(words[at].text, currency.unit) && tells(currency, words[at - back].text))
        return &currency;
  return nullptr;
}

const Currency* alone(std::string_view unit) {
  const auto at = std::ranges::find_if(kCurrencies, [unit](const Currency& currency) {
    return stands_alone(currency) && is_unit(unit, currency.unit);
  });
  return at == kCurrencies.end() ? nullptr : &*at;
}

bool is_known_code(std::string_view text) {
  return std::ranges::any_of(kCurrencies, [text](const Currency& own) { return own.code == text; });
}

struct NamedCurrency {
  std::string_view unit, code;
};

std::vector<NamedCurrency> currencies_in(std::string_view request) {
  std::vector<NamedCurrency> found;
  const std::vector<Word> words = words_of(request);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Currency* named = told_before(words, i);
    if (named == nullptr) named = alone(words[i].text);
    if (named != nullptr) found.push_back({named->unit, named->code});
  }
  return found;
}

} // namespace

std::optional<std::string> currency_code(std::string_view name, std::string_view request) {
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
  if (is_known_code(upper)) return upper;
  const std::vector<Word> words = words_of(name);
  if (words.empty() || words.size() > kNameWordsMax) return std::nullopt;
  if (const Currency* told = told_before(words, words.size() - 1)) return std::string(told->code);
  const Currency* plain = words.size() == 1 ? alone(words[0].text) : nullptr;
  if (plain == nullptr) return std::nullopt;
  std::set<std::string_view> meant;
  for (const NamedCurrency& named : currencies_in(request))
    if (named.unit == plain->unit) meant.insert(named.code);
  if (meant.size() > 1) return std::nullopt;
  return std::string(meant.empty() ? plain->code : *meant.begin());
}

bool names_currency(std::string_view request, std::string_view code) {
  if (!is_known_code(code)) return false;
  return std::ranges::any_of(currencies_in(request),
                             [code](const NamedCurrency& named) { return named.code == code; });
}

} // namespace outpost::agents
