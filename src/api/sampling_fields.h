// Sampling as most APIs spell it, read into chat::Sampling. What a request leaves out stays as it
// is there.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api {

// temperature, top_p, top_k, min_p, repetition_penalty (or repeat_penalty), frequency_penalty,
// presence_penalty, seed.
void read_sampling(Fields& fields, chat::Sampling& sampling);

// "logit_bias": {"42": -100}
void read_logit_bias(Fields& fields, chat::Sampling& sampling);

// A string or an array of strings; at most kStopsMax, none of them empty.
inline constexpr std::size_t kStopsMax = 16;
std::vector<std::string> read_stops(Fields& fields, std::string_view key);

} // namespace outpost::api
