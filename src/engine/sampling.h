// The numbers of chat::Sampling come from outside: they are checked once, at the edge, and the
// sampler trusts them from then on.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "chat/chat.h"

namespace outpost::engine {

// Wide enough for every setting that means something, narrow enough that no product overflows.
inline constexpr float kTemperatureMax = 100.0f;
inline constexpr float kRepetitionPenaltyMax = 10.0f;
inline constexpr float kAdditivePenaltyMax = 10.0f; // of frequency and presence, either sign
inline constexpr std::uint32_t kPenaltyWindowMax = 4096;
inline constexpr float kLogitBiasMax = 1000.0f;
inline constexpr std::size_t kLogitBiasCountMax = 1024;

// kInvalidArgument names the field, its value and its range.
Status validate(const chat::Sampling& sampling, std::uint32_t vocabulary_size);

} // namespace outpost::engine
