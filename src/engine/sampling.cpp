#include "engine/sampling.h"

#include <string>

namespace outpost::engine {
namespace {

struct Range {
  const char* name;
  float value;
  float minimum;
  float maximum;
};

// Written so that NaN, which compares false with everything, is refused.
Status check_range(const Range& range) {
  if (range.value >= range.minimum && range.value <= range.maximum) return {};
  return fail(ErrorCode::kInvalidArgument,
              std::string(range.name) + " is " + std::to_string(range.value) + ", outside " +
                  std::to_string(range.minimum) + " to " + std::to_string(range.maximum));
}

Status check_biases(const chat::Sampling& sampling, std::uint32_t vocabulary_size) {
  if (sampling.logit_bias.size() > kLogitBiasCountMax) {
    return fail(ErrorCode::kLimitExceeded, std::to_string(sampling.logit_bias.size()) +
                                               " logit biases are more than " +
                                               std::to_string(kLogitBiasCountMax));
  }
  for (const auto& [token, bias] : sampling.logit_bias) {
    if (token < 0 || static_cast<std::uint32_t>(token) >= vocabulary_size) {
      return fail(ErrorCode::kInvalidArgument, "a logit bias names token " + std::to_string(token) +
                                                   " of a vocabulary of " +
                                                   std::to_string(vocabulary_size));
    }
    OUTPOST_CHECK(check_range({"a logit bias", bias, -kLogitBiasMax, kLogitBiasMax}));
  }
  return {};
}

} // namespace

Status validate(const chat::Sampling& sampling, std::uint32_t vocabulary_size) {
  const Range ranges[] = {
      {"temperature", sampling.temperature, 0, kTemperatureMax},
      {"top_p", sampling.top_p, 0, 1},
      {"min_p", sampling.min_p, 0, 1},
      {"repetition_penalty", sampling.repetition_penalty, 1 / kRepetitionPenaltyMax,
       kRepetitionPenaltyMax},
      {"frequency_penalty", sampling.frequency_penalty, -kAdditivePenaltyMax, kAdditivePenaltyMax},
      {"presence_penalty", sampling.presence_penalty, -kAdditivePenaltyMax, kAdditivePenaltyMax},
  };
  for (const Range& range : ranges) OUTPOST_CHECK(check_range(range));
  if (sampling.penalty_window > kPenaltyWindowMax) {
    return fail(ErrorCode::kInvalidArgument, "penalty_window is " +
                                                 std::to_string(sampling.penalty_window) +
                                                 ", above " + std::to_string(kPenaltyWindowMax));
  }
  return check_biases(sampling, vocabulary_size);
}

} // namespace outpost::engine
