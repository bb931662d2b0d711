#include "agents/learning/choice_trial.h"

#include <utility>

#include "chat/chat_model.h"

namespace outpost::agents {
namespace {

// Stands where a model is asked for and none is used.
class NoModel final : public chat::ChatModel {
public:
  [[nodiscard]] chat::ModelInfo info() const override { return {"none"}; }
  Status chat(const chat::ChatRequest&, const chat::EventSink&, const CancelToken&) override {
    return refuse();
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest&, const CancelToken&) override {
    return fail(refuse().error());
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt&) override {
    return fail(refuse().error());
  }

private:
  static Status refuse() { return fail(ErrorCode::kUnsupported, "there is no model in a trial"); }
};

} // namespace

Result<std::unique_ptr<ChoiceTrial>> ChoiceTrial::make(const AgentSpec& spec, Toolset& tools) {
  std::unique_ptr<ChoiceTrial> trial(new ChoiceTrial(spec));
  std::vector<Tool> described = tools.tools();
  for (Tool& tool : described) {
    for (const SqlTool& one : spec.tools) {
      if (one.tool.name != tool.name) continue;
      tool.examples = one.tool.examples;
      tool.uses = one.tool.uses;
    }
    for (const Parameter& parameter : tool.parameters) {
      OUTPOST_TRY(const auto known, tools.known_values(parameter.kind));
      OUTPOST_CHECK(trial->recognisers_.add(parameter.kind, known));
    }
  }
  trial->planner_ = std::make_unique<RequestPlanner>(
      described, trial->spec_.replies, trial->recognisers_,
      RequestPlanner::Settings{word_weights(), /*use_likelihood=*/false});
  return trial;
}

Result<ChoiceTrial::Choice> ChoiceTrial::choose(const std::string& request) {
  const Text text(request);
  NoModel model;
  OUTPOST_TRY(const auto parts,
              planner_->plan(text, recognisers_.find(text), Session{}, model, {}, {}));
  const PlannedPart& first = parts.front();
  return Choice{planner_->candidates()[first.candidate].name, first.probability()};
}

Result<std::vector<bool>> ChoiceTrial::judge(const std::vector<ConfirmedUse>& uses) {
  std::vector<bool> right;
  for (const ConfirmedUse& use : uses) {
    OUTPOST_TRY(const Choice chosen, choose(use.request));
    right.push_back(chosen.name == use.tool);
  }
  return right;
}

} // namespace outpost::agents
