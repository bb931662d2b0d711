// Requests for the agents of a team and for nobody (tests/data/intents), and how well a router does
// on them.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "agents/orchestrator/router.h"

namespace outpost::test_support {

struct IntentQuestion {
  std::string text;
  std::string intent; // empty: for nobody
};

struct IntentSet {
  std::vector<agents::Route> routes; // with their descriptions and examples
  std::vector<IntentQuestion> development;
  std::vector<IntentQuestion> held_out;
};

// Throws std::runtime_error about a file that is not as it should be.
IntentSet read_intent_set(const std::filesystem::path& file);

struct RouteFigures {
  int in_scope = 0;
  int right = 0;         // the likeliest agent is the right one, rejection apart
  int decided_right = 0; // and it was not taken to be for nobody
  int out_of_scope = 0;
  int rejected_right = 0;
  double auroc = 0; // of the best probability, for telling in scope from out of scope
};

// `model` may be null.
RouteFigures measure_routes(const agents::Router& router,
                            const std::vector<IntentQuestion>& questions, chat::ChatModel* model);

} // namespace outpost::test_support
