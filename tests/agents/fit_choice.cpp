// Fits the weights of tool choice to the development half of the wordings and prints them as they
// stand in src/agents/call/choice_weights.cpp:
//
//   build/release/tests/agents/fit_choice MODEL.gguf     with the model's likelihoods
//   build/release/tests/agents/fit_choice                words and values only
//
// Requests that call for several tools are left out: each example has one right choice.
#include <cstdio>

#include "agents/call/choice_fit.h"
#include "agents/tools/sql_toolset.h"
#include "agents/wordings.h"
#include "app/chat_model.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

// What is right for a wording; nothing for those with several calls or, for small talk, no reply in
// sight.
std::optional<std::size_t> right_candidate(const Wording& wording,
                                           const std::vector<Candidate>& candidates,
                                           const std::vector<Evidence>& evidence) {
  if (wording.calls.size() > 1 || wording.outcome == "ask") return std::nullopt;
  std::optional<std::size_t> right;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (wording.outcome == "call") {
      const auto& tool = wording.calls[0].at("tool").as_string();
      if (std::string_view(tool) == candidate.name) right = i;
    } else if (wording.outcome == "none") {
      if (candidate.kind == Candidate::Kind::kNone) right = i;
    } else if (candidate.kind == Candidate::Kind::kReply &&
               (!right || evidence[i][Feature::kExample] > evidence[*right][Feature::kExample])) {
      right = i; // any reply will do; the one that reads most alike
    }
  }
  return right;
}

Status fit(chat::ChatModel& model, bool use_likelihood) {
  const auto folder = std::filesystem::temp_directory_path();
  OUTPOST_TRY(const AgentSpec spec, support_desk(folder));
  OUTPOST_TRY(const auto toolset, SqlToolset::open(spec));
  Recognisers recognisers;
  for (const Tool& tool : toolset->tools()) {
    for (const Parameter& parameter : tool.parameters) {
      OUTPOST_TRY(const auto known, toolset->known_values(parameter.kind));
      OUTPOST_CHECK(recognisers.add(parameter.kind, known));
    }
  }
  RequestPlanner planner(toolset->tools(), spec.replies, recognisers, {{}, use_likelihood});
  OUTPOST_TRY(const auto wordings, load_wordings(std::string(OUTPOST_SOURCE_DIR) +
                                                 "/tests/data/support-desk/wordings.jsonl"));
  std::vector<ChoiceExample> examples;
  for (const Wording& wording : wordings) {
    if (wording.split != "dev") continue;
    const Text text(wording.request);
    OUTPOST_TRY(auto evidence, planner.weigh(text, recognisers.find(text), model, {}, {}));
    const auto right = right_candidate(wording, planner.candidates(), evidence);
    if (right) examples.push_back({std::move(evidence), *right});
  }
  const ChoiceWeights weights = fit_choice(examples);
  std::printf("// fitted to %zu requests\n", examples.size());
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    std::printf("%8.3f, // %s\n", weights[f],
                std::string(to_string(static_cast<Feature>(f))).c_str());
  }
  return {};
}

} // namespace
} // namespace outpost::agents

int main(int argc, char** argv) {
  using outpost::agents::fit;
  outpost::chat::FakeModel nobody;
  outpost::Status status;
  if (argc < 2) {
    status = fit(nobody, false);
  } else {
    const auto local = outpost::app::open_local_model(argv[1], "model", {}, {});
    status = local ? fit(*local->model, true) : outpost::Status(outpost::fail(local.error()));
  }
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
