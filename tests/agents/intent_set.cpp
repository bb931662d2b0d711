#include "intent_set.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "chat/json_value.h"

namespace outpost::test_support {
namespace {

std::string member(const boost::json::object& line, std::string_view key) {
  return std::string(line.at(key).as_string());
}

agents::Route& route_named(IntentSet& set, const std::string& name) {
  for (agents::Route& route : set.routes) {
    if (route.name == name) return route;
  }
  set.routes.push_back({.name = name});
  return set.routes.back();
}

// The chance that one in scope looks more so than one out of scope.
double area(const std::vector<double>& in_scope, const std::vector<double>& out_of_scope) {
  double wins = 0;
  for (const double in : in_scope) {
    for (const double out : out_of_scope) wins += in > out ? 1 : in == out ? 0.5 : 0;
  }
  const auto pairs = static_cast<double>(in_scope.size() * out_of_scope.size());
  return pairs == 0 ? 0 : wins / pairs;
}

} // namespace

IntentSet read_intent_set(const std::filesystem::path& file) {
  std::ifstream lines(file);
  if (!lines) throw std::runtime_error("cannot read " + file.string());
  IntentSet set;
  for (std::string text; std::getline(lines, text);) {
    const auto value = chat::parse_json(text);
    if (!value) throw std::runtime_error(value.error().message);
    const auto& line = value->as_object();
    const std::string split = member(line, "split");
    IntentQuestion question{member(line, "text"), member(line, "intent")};
    if (split == "route") {
      route_named(set, question.intent).description = question.text;
    } else if (split == "example") {
      route_named(set, question.intent).examples.push_back(question.text);
    } else {
      (split == "dev" ? set.development : set.held_out).push_back(std::move(question));
    }
  }
  return set;
}

RouteFigures measure_routes(const agents::Router& router,
                            const std::vector<IntentQuestion>& questions, chat::ChatModel* model) {
  RouteFigures figures;
  std::vector<double> in_scope;
  std::vector<double> out_of_scope;
  for (const IntentQuestion& question : questions) {
    const auto routing = router.decide(question.text, std::nullopt, model, {}, {});
    if (!routing) throw std::runtime_error(routing.error().message);
    const auto probabilities = router.by_examples(question.text);
    const auto best = std::max_element(probabilities.begin(), probabilities.end());
    const auto name = [&](std::size_t route) { return router.routes()[route].name; };
    if (question.intent.empty()) {
      ++figures.out_of_scope;
      if (!routing->route) ++figures.rejected_right;
      out_of_scope.push_back(routing->probability);
      continue;
    }
    ++figures.in_scope;
    in_scope.push_back(routing->probability);
    const auto likeliest =
        routing->route.value_or(static_cast<std::size_t>(best - probabilities.begin()));
    if (name(likeliest) == question.intent) ++figures.right;
    if (routing->route && name(*routing->route) == question.intent) ++figures.decided_right;
  }
  figures.auroc = area(in_scope, out_of_scope);
  return figures;
}

} // namespace outpost::test_support
