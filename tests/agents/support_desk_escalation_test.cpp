// The mechanism of escalation: an agent that knows little (one example for each tool, no model)
// with a larger model behind it that is always right. How much goes up, and how much comes out
// right?
#include <algorithm>
#include <iostream>

#include <gtest/gtest.h>

#include "agents/escalation/escalation.h"
#include "agents/tools/sql_toolset.h"
#include "agents/wordings.h"
#include "chat/chat_model.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::string tool_of(const json::value& call) {
  return std::string(call.as_object().at("tool").as_string());
}

// Suggests what the wording calls for, for the part that names its values; nothing where nothing is
// called for.
class Oracle final : public Escalation {
public:
  explicit Oracle(double below) : below_(below) {}
  void expect(const Wording& wording) {
    left_ = {wording.calls.begin(), wording.calls.end()};
    was_asked = false;
  }
  std::optional<KeptLocal> keeps_local(const HardStep& step) override {
    return step.probability >= below_ ? std::optional(KeptLocal::kSure) : std::nullopt;
  }
  Result<EscalatedAnswer> ask(const HardStep& step, const CancelToken&) override {
    was_asked = true;
    EscalatedAnswer answer;
    const auto fitting = std::find_if(left_.begin(), left_.end(), [&](const json::value& call) {
      const auto& arguments = call.as_object().at("arguments").as_object();
      return std::all_of(arguments.begin(), arguments.end(), [&](const auto& argument) {
        return !argument.value().is_string() ||
               step.request.text.find(argument.value().as_string()) != std::string::npos;
      });
    });
    const auto chosen = fitting == left_.end() ? left_.begin() : fitting;
    if (chosen == left_.end()) return answer;
    json::object arguments = chosen->as_object().at("arguments").as_object();
    for (auto& argument : arguments) { // "*": whatever the user said
      if (argument.value() == "*") argument.value() = step.request.text.substr(0, 60);
    }
    answer.call = {tool_of(*chosen), std::move(arguments)};
    left_.erase(chosen);
    return answer;
  }
  bool was_asked = false;

private:
  double below_;
  std::vector<json::value> left_;
};

// The tools that were called, in order of their names.
std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

// Asked for a yes, the user says it; asked for a value, the run has come to its question.
bool is_right(Agent& agent, const Wording& wording) {
  Session session;
  std::vector<std::string> called;
  RunOptions options;
  options.observer = [&called](const RunEvent& event) {
    if (const auto* call = std::get_if<CallStarted>(&event.body)) called.push_back(call->tool);
  };
  auto outcome = agent.run(session, wording.request, options);
  if (!outcome) return false;
  const AnswerKind kind = outcome->kind;
  const bool wants_yes = session.pending && session.pending->parameter.empty();
  if (wants_yes && wording.outcome == "call") outcome = agent.run(session, "yes", options);
  std::vector<std::string> wanted;
  for (const json::value& call : wording.calls) wanted.push_back(tool_of(call));
  if (wording.outcome == "call") return sorted(called) == sorted(wanted);
  if (!called.empty()) return false;
  if (wording.outcome == "ask") return kind == AnswerKind::kQuestion;
  if (wording.outcome == "answer") return kind == AnswerKind::kReply;
  return kind != AnswerKind::kQuestion;
}

struct Figures {
  int all = 0;
  int escalated = 0;
  int right = 0;
};

TEST(SupportDeskEscalation, APerfectModelBehindIsAskedLittleAndMakesMostRight) {
  auto spec = support_desk(::testing::TempDir());
  ASSERT_TRUE(spec) << spec.error().message;
  for (SqlTool& tool : spec->tools) tool.tool.examples.resize(1);
  const auto wordings =
      load_wordings(std::string(OUTPOST_SOURCE_DIR) + "/tests/data/support-desk/wordings.jsonl");
  ASSERT_TRUE(wordings) << wordings.error().message;
  WordlessModel model;
  FakeClock clock;
  const auto tools = SqlToolset::open(*spec);
  ASSERT_TRUE(tools) << tools.error().message;
  const auto measure = [&](double below) {
    Oracle oracle(below);
    auto log = RunLog::open_in_memory();
    AgentParts parts{model, **tools, *log, clock, 1};
    parts.use_likelihood = false;
    parts.escalation = &oracle;
    const auto agent = Agent::open(*spec, parts);
    Figures figures;
    for (const Wording& wording : *wordings) {
      oracle.expect(wording);
      figures.right += is_right(**agent, wording) ? 1 : 0;
      figures.escalated += oracle.was_asked ? 1 : 0;
      ++figures.all;
    }
    std::cout << "below " << below << ": " << figures.escalated << " of " << figures.all
              << " escalated, " << figures.right << " right\n";
    return figures;
  };
  const Figures alone = measure(0);
  EXPECT_EQ(alone.escalated, 0);
  EXPECT_GT(measure(0.6).right, alone.right); // the default
  int before = 0;
  for (const double below : {0.4, 0.7, 0.9, 0.95, 1.0}) { // more is asked for more
    const Figures figures = measure(below);
    EXPECT_GE(figures.escalated, before);
    before = figures.escalated;
  }
  const Figures helped = measure(0.8);
  EXPECT_LE(helped.escalated, helped.all * 35 / 100);
  EXPECT_GE(helped.right, helped.all * 90 / 100);
  EXPECT_GT(helped.right, alone.right);
}

} // namespace
} // namespace outpost::agents
