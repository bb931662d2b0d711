// POST /v1/decisions: questions about an input, answered with probabilities and without text. Each
// option is scored as the assistant's answer to the question; all options of all questions share
// the computing of the input.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "api/model_work.h"
#include "chat/chat.h"

namespace outpost::api::openai {

struct DecisionOption {
  std::string text;        // what the model would say
  std::string description; // may be empty
  bool is_flag = false;    // the value is true or false rather than a string
};

struct DecisionQuestion {
  enum class Kind { kPredicate, kChoice, kScore };
  Kind kind = Kind::kPredicate;
  std::optional<std::string> name;
  std::string instructions;
  std::vector<DecisionOption> options; // of a predicate: yes, no
};

struct DecisionRequest {
  std::string model;
  std::vector<chat::Message> input;
  std::vector<DecisionQuestion> questions;
};

tl::expected<DecisionRequest, Problem> read_decision_request(std::string_view body);

// One prompt and continuation for each option of each question, in order.
chat::ScoreRequest score_request(const DecisionRequest& request);

// The answers from the scores of score_request().
std::string decision_json(const DecisionRequest& request, const std::string& model,
                          const std::vector<chat::Score>& scores, std::uint32_t prompt_tokens);

// Answers the exchange from a thread of the gate.
void start_decision(Service& service, std::unique_ptr<http::Exchange> exchange);

} // namespace outpost::api::openai
