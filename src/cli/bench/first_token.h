// From the start of a process to its first token: what somebody waits who starts the program on a
// prompt. The program starts itself anew; the child notes when it has the token.
#pragma once
#include <cstdint>
#include <filesystem>

#include "app/environment.h"
#include "app/loaded_model.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::cli {

inline constexpr std::uint32_t kStartPromptTokens = 32;

// The child's part: loads the model, reads a prompt of kStartPromptTokens, takes the likeliest
// token. Gives the clock's reading then; monotonic readings agree between processes on one machine.
Result<std::chrono::nanoseconds> reach_first_token(const std::filesystem::path& model,
                                                   unsigned threads,
                                                   const app::Environment& environment,
                                                   Clock& clock, const CancelToken& cancel);

// The median of `repetitions` such children, after one to warm the page cache. Seconds.
Result<double> measure_start(const std::filesystem::path& model, unsigned threads,
                             std::uint32_t repetitions, Clock& clock, const CancelToken& cancel);

} // namespace outpost::cli
