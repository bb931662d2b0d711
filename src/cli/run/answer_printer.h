// Prints an answer as it comes, and what it cost.
#pragma once
#include <string>

#include "chat/chat.h"
#include "cli/streams.h"

namespace outpost::cli {

// For --json: text, calls, finish reason, usage, timings, seed.
std::string answer_json(const chat::Answer& answer);

// "24 tokens in 0.31 s (prompt 18, 12 of it cached; 142 tokens/s)"
std::string cost_line(const chat::Finished& finished);

} // namespace outpost::cli
