// Requests are checked once, on the thread that asks; the engine thread trusts what came through.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "engine/config.h"
#include "engine/embed_job.h"
#include "engine/generate_job.h"
#include "engine/score_job.h"

namespace outpost::engine {

struct RequestLimits {
  std::uint32_t context_tokens = 0;
  std::uint32_t vocabulary_size = 0;
  std::uint32_t score_items_max = 0;
  std::uint32_t score_tokens_max = 0;
  std::uint32_t width = 0; // of hidden states
};

// Also lowers max_tokens to what the context leaves after the prompt. kLimitExceeded: the prompt
// and one token do not fit, with the counts. kInvalidArgument names the field.
Status check(GenerateRequest& request, const RequestLimits& limits);
Status check(const ScoreTokensRequest& request, const RequestLimits& limits);
// score_items_max and score_tokens_max hold for inputs to embed as well.
Status check(const EmbedTokensRequest& request, const RequestLimits& limits);

} // namespace outpost::engine
