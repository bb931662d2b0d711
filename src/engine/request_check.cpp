#include "engine/request_check.h"

#include <algorithm>
#include <span>
#include <string>

#include "engine/sampling.h"

namespace outpost::engine {
namespace {

Status check_tokens(std::span<const text::TokenId> tokens, std::uint32_t vocabulary_size) {
  for (const text::TokenId token : tokens) {
    if (token >= 0 && static_cast<std::uint32_t>(token) < vocabulary_size) continue;
    return fail(ErrorCode::kInvalidArgument, "token " + std::to_string(token) +
                                                 " is not in the vocabulary of " +
                                                 std::to_string(vocabulary_size));
  }
  return {};
}

Status check_fits(const char* what, std::size_t tokens, std::uint32_t context_tokens) {
  if (tokens <= context_tokens) return {};
  return fail(ErrorCode::kLimitExceeded,
              std::string(what) + " takes " + std::to_string(tokens) +
                  " tokens, the context holds " + std::to_string(context_tokens),
              "send less, or start with a larger context");
}

// What a request of many texts may bring.
Status check_amount(const char* what, std::size_t items, std::size_t tokens,
                    const RequestLimits& limits) {
  if (items > limits.score_items_max) {
    return fail(ErrorCode::kLimitExceeded, std::to_string(items) + " " + what + " are more than " +
                                               std::to_string(limits.score_items_max));
  }
  if (tokens <= limits.score_tokens_max) return {};
  return fail(ErrorCode::kLimitExceeded, std::string("the ") + what + " hold " +
                                             std::to_string(tokens) + " tokens, more than " +
                                             std::to_string(limits.score_tokens_max));
}

Status check_readouts(const std::vector<std::vector<float>>& readouts,
                      const RequestLimits& limits) {
  if (readouts.size() > limits.width) { // more would tell nothing new
    return fail(ErrorCode::kLimitExceeded, std::to_string(readouts.size()) +
                                               " read-outs of a hidden state of " +
                                               std::to_string(limits.width) + " values");
  }
  for (const std::vector<float>& readout : readouts) {
    if (readout.size() == limits.width) continue;
    return fail(ErrorCode::kInvalidArgument, "a read-out has " + std::to_string(readout.size()) +
                                                 " weights, a hidden state " +
                                                 std::to_string(limits.width) + " values");
  }
  return {};
}

} // namespace

Status check(GenerateRequest& request, const RequestLimits& limits) {
  if (request.prompt.empty()) return fail(ErrorCode::kInvalidArgument, "the prompt has no tokens");
  if (request.max_tokens == 0) return fail(ErrorCode::kInvalidArgument, "max_tokens is 0");
  if (request.top_log_probabilities > kTopLogProbabilitiesMax) {
    return fail(ErrorCode::kInvalidArgument,
                "top_log_probabilities is " + std::to_string(request.top_log_probabilities) +
                    ", above " + std::to_string(kTopLogProbabilitiesMax));
  }
  OUTPOST_CHECK(check_fits("the prompt with room for one more", request.prompt.size() + 1,
                           limits.context_tokens));
  OUTPOST_CHECK(check_tokens(request.prompt, limits.vocabulary_size));
  OUTPOST_CHECK(validate(request.sampling, limits.vocabulary_size));
  const auto prompt_tokens = static_cast<std::uint32_t>(request.prompt.size());
  request.max_tokens = std::min(request.max_tokens, limits.context_tokens - prompt_tokens);
  return {};
}

Status check(const ScoreTokensRequest& request, const RequestLimits& limits) {
  if (request.items.empty()) return fail(ErrorCode::kInvalidArgument, "there is nothing to score");
  std::size_t tokens = 0;
  for (const ScoreItem& item : request.items) {
    if (item.prompt.empty()) return fail(ErrorCode::kInvalidArgument, "a prompt has no tokens");
    if (item.continuation.empty()) {
      return fail(ErrorCode::kInvalidArgument, "a continuation has no tokens");
    }
    const std::size_t length = item.prompt.size() + item.continuation.size();
    OUTPOST_CHECK(check_fits("a prompt with its continuation", length, limits.context_tokens));
    OUTPOST_CHECK(check_tokens(item.prompt, limits.vocabulary_size));
    OUTPOST_CHECK(check_tokens(item.continuation, limits.vocabulary_size));
    tokens += length;
  }
  OUTPOST_CHECK(check_readouts(request.readouts, limits));
  return check_amount("items to score", request.items.size(), tokens, limits);
}

Status check(const EmbedTokensRequest& request, const RequestLimits& limits) {
  if (request.inputs.empty()) return fail(ErrorCode::kInvalidArgument, "there is nothing to embed");
  std::size_t tokens = 0;
  for (const auto& input : request.inputs) {
    if (input.empty()) return fail(ErrorCode::kInvalidArgument, "an input has no tokens");
    OUTPOST_CHECK(check_fits("an input", input.size(), limits.context_tokens));
    OUTPOST_CHECK(check_tokens(input, limits.vocabulary_size));
    tokens += input.size();
  }
  return check_amount("inputs to embed", request.inputs.size(), tokens, limits);
}

} // namespace outpost::engine
