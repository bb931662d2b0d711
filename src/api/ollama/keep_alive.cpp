#include "api/ollama/keep_alive.h"

#include <charconv>
#include <cmath>

#include <boost/json/value.hpp>

namespace outpost::api::ollama {
namespace {

using std::chrono::milliseconds;

constexpr double kMillisecondsMax = 10 * 365.0 * 86'400'000;

struct Unit {
  std::string_view name;
  double factor;
};
// "ms" before "m", which it begins with.
constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}};

// The value of a number and its unit, which are taken off the text.
std::optional<double> take_part(std::string_view& text) {
  double number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return number * unit.factor;
  }
  return std::nullopt;
}

std::optional<milliseconds> bounded(double value) {
  if (!(std::abs(value) <= kMillisecondsMax)) return std::nullopt; // nor NaN
  return milliseconds(static_cast<std::int64_t>(value));
}

} // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  if (text == "0") return milliseconds{0};
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return bounded(is_negative ? -sum : sum);
}

std::optional<milliseconds> read_keep_alive(Fields& fields) {
  const boost::json::value* value = fields.any("keep_alive");
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::optional<milliseconds> time;
  if (value->is_string()) time = parse_duration(std::string_view(value->get_string()));
  if (value->is_number()) time = bounded(value->to_number<double>() * 1000);
  if (!time) fields.mistake("keep_alive", "must be seconds or a duration like \"5m\"");
  return time;
}

} // namespace outpost::api::ollama
