// How well requests find their agent:  eval_routes [--scores] INTENTS.jsonl [MODEL.gguf]
// Prints figures of both halves; with --scores the similarities of the development half, for
// fitting.
#include <cstdio>
#include <string>

#include "app/chat_model.h"
#include "intent_set.h"

namespace {

using namespace outpost;
using namespace outpost::test_support;

void print(const char* what, const RouteFigures& figures) {
  std::printf("%s: likeliest right %d of %d, and decided %d; rejected %d of %d; AUROC %.3f\n", what,
              figures.right, figures.in_scope, figures.decided_right, figures.rejected_right,
              figures.out_of_scope, figures.auroc);
}

void print_scores(const IntentSet& set) {
  std::vector<std::vector<std::string>> examples;
  for (const agents::Route& route : set.routes) {
    examples.push_back(route.examples);
    examples.back().push_back(route.description);
  }
  const agents::IntentIndex index(examples);
  for (const IntentQuestion& question : set.development) {
    std::printf("%s", question.intent.empty() ? "-" : question.intent.c_str());
    const auto similarity = index.similarity(question.text);
    for (std::size_t i = 0; i < similarity.size(); ++i) {
      std::printf(" %s=%.4f", set.routes[i].name.c_str(), similarity[i]);
    }
    std::printf("\n");
  }
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool scores = !arguments.empty() && arguments[0] == "--scores";
  if (scores) arguments.erase(arguments.begin());
  if (arguments.empty()) return 2;
  const IntentSet set = read_intent_set(arguments[0]);
  if (scores) {
    print_scores(set);
    return 0;
  }
  const agents::Router router(set.routes);
  print("development, examples alone", measure_routes(router, set.development, nullptr));
  print("held out, examples alone", measure_routes(router, set.held_out, nullptr));
  if (arguments.size() < 2) return 0;
  auto local = app::open_local_model(arguments[1], "model", {}, {});
  if (!local) {
    std::fprintf(stderr, "%s\n", local.error().message.c_str());
    return 1;
  }
  print("development, with likelihoods",
        measure_routes(router, set.development, local->model.get()));
  print("held out, with likelihoods", measure_routes(router, set.held_out, local->model.get()));
  return 0;
}
