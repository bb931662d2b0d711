// Ollama's keep_alive: how long a model stays in memory after its last use, as seconds (300), as a
// duration ("5m", "1h30m", "0"), or below zero: for ever.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "api/fields.h"

namespace outpost::api::ollama {

// Go's durations: numbers with ms, s, m or h, one after the other, perhaps with a sign. Nothing for
// what is none, or longer than ten years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// The field of a request; a mistake when it is neither.
std::optional<std::chrono::milliseconds> read_keep_alive(Fields& fields);

} // namespace outpost::api::ollama
