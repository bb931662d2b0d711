// Chooses the agent for a request: hard rules, then the nearest examples, then, where these do not
// decide, the model's likelihoods over at most five; with the option that it is for none of them.
// What leans on the turn before stays where that was, unless another agent clearly wins.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/orchestrator/intent_index.h"
#include "base/cancel.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::agents {

// What a router knows of an agent.
struct Route {
  std::string name;
  std::string description;
  std::vector<std::string> examples;
  std::vector<std::string> always; // phrases; a request that has one goes here
  std::vector<std::string> never;  // phrases; a request that has one does not
};

struct Routing {
  std::optional<std::size_t> route; // none: for no agent
  std::string why;                  // "rule", "examples", "likelihood", "follow-up", "none"
  double probability = 0;           // of the route; of the best one when there is none
};

class Router {
public:
  static constexpr std::size_t kScoredMax = 5;

  explicit Router(std::vector<Route> routes);

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  // `current`: the agent that had the turn before. Without a `model` examples alone decide. A model
  // that cannot score (kUnsupported) is left out; its other errors pass through.
  Result<Routing> decide(std::string_view text, std::optional<std::size_t> current,
                         chat::ChatModel* model, const chat::PrincipalId& principal,
                         const CancelToken& cancel) const;

  // What examples say, without a model: the probability that the request is for each route. They
  // sum to less than 1; the rest is for none.
  [[nodiscard]] std::vector<double> by_examples(std::string_view text) const;

private:
  [[nodiscard]] std::optional<std::size_t> by_rule(std::string_view text) const;
  [[nodiscard]] std::vector<double> logits(std::string_view text) const;
  Status add_likelihoods(std::string_view text, std::vector<double>& logits, chat::ChatModel& model,
                         const chat::PrincipalId& principal, const CancelToken& cancel) const;

  std::vector<Route> routes_;
  IntentIndex index_;
};

// Whether a request means something only after the one before it: "and Boston?", "its price".
bool leans_on_last_turn(std::string_view text);

} // namespace outpost::agents
