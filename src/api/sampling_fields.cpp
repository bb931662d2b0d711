#include "api/sampling_fields.h"

#include <charconv>
#include <limits>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace outpost::api {
namespace {

constexpr std::int64_t kIntegerMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kIntegerMax = std::numeric_limits<std::int64_t>::max();

void set_number(Fields& fields, std::string_view key, double lowest, double highest, float& out) {
  if (const auto value = fields.number(key, lowest, highest)) out = static_cast<float>(*value);
}

} // namespace

void read_sampling(Fields& fields, chat::Sampling& sampling) {
  set_number(fields, "temperature", 0, 2, sampling.temperature);
  set_number(fields, "top_p", 0, 1, sampling.top_p);
  set_number(fields, "min_p", 0, 1, sampling.min_p);
  set_number(fields, "repetition_penalty", 0.1, 10, sampling.repetition_penalty);
  set_number(fields, "repeat_penalty", 0.1, 10, sampling.repetition_penalty);
  set_number(fields, "frequency_penalty", -2, 2, sampling.frequency_penalty);
  set_number(fields, "presence_penalty", -2, 2, sampling.presence_penalty);
  // -1 and 0 both mean "off" somewhere.
  if (const auto top_k = fields.integer("top_k", -1, 1 << 20)) {
    sampling.top_k = *top_k < 0 ? 0 : static_cast<std::uint32_t>(*top_k);
  }
  if (const auto seed = fields.integer("seed", kIntegerMin, kIntegerMax)) {
    sampling.seed = static_cast<std::uint64_t>(*seed);
  }
}

void read_logit_bias(Fields& fields, chat::Sampling& sampling) {
  const boost::json::object* biases = fields.object("logit_bias");
  if (biases == nullptr) return;
  for (const auto& field : *biases) {
    const std::string_view key = field.key();
    text::TokenId token = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), token);
    boost::json::error_code error;
    const double bias = field.value().is_number() ? field.value().to_number<double>(error) : 1e9;
    if (read.ec != std::errc() || read.ptr != key.data() + key.size() || error || bias < -100 ||
        bias > 100) {
      return fields.mistake("logit_bias", "maps token ids to numbers from -100 to 100");
    }
    sampling.logit_bias.emplace_back(token, static_cast<float>(bias));
  }
}

std::vector<std::string> read_stops(Fields& fields, std::string_view key) {
  const boost::json::value* value = fields.any(key);
  std::vector<std::string> stops;
  if (value == nullptr) return stops;
  if (value->is_string()) {
    stops.emplace_back(value->get_string());
  } else if (value->is_array()) {
    for (const auto& entry : value->get_array()) {
      if (!entry.is_string()) break;
      stops.emplace_back(entry.get_string());
    }
  }
  const std::size_t count = value->is_array() ? value->get_array().size() : 1;
  const bool has_empty = std::ranges::find(stops, "") != stops.end();
  if (stops.size() != count || count > kStopsMax || has_empty) {
    fields.mistake(key, fmt::format("must be a string or up to {} strings, none empty", kStopsMax));
  }
  return stops;
}

} // namespace outpost::api
