#include "agents/learning/lesson.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <boost/json.hpp>

#include "agents/learning/choice_trial.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kAskedOfUses = 4; // one in so many is asked, not learnt
// A use that was chosen rightly with this probability teaches nothing.
constexpr double kSure = 0.6;

struct Split {
  std::vector<ConfirmedUse> learnt;
  std::vector<ConfirmedUse> asked;
};

bool is_known(const AgentSpec& spec, const ConfirmedUse& use) {
  const auto says = [&use](const std::vector<std::string>& examples) {
    return std::find(examples.begin(), examples.end(), use.request) != examples.end();
  };
  for (const SqlTool& one : spec.tools) {
    if (one.tool.name == use.tool) return says(one.tool.examples);
  }
  for (const Reply& reply : spec.replies) {
    if (reply.name == use.tool) return says(reply.examples);
  }
  return true; // a tool that the agent does not have has nothing to learn
}

Split split_uses(const AgentSpec& learnt_so_far, const std::vector<ConfirmedUse>& uses) {
  Split split;
  std::size_t place = 0;
  for (const ConfirmedUse& use : uses) {
    if (++place % kAskedOfUses == 0) {
      split.asked.push_back(use);
      continue;
    }
    const bool again =
        std::find(split.learnt.begin(), split.learnt.end(), use) != split.learnt.end();
    if (!again && !is_known(learnt_so_far, use)) split.learnt.push_back(use);
  }
  return split;
}

Result<std::size_t> count_right(const AgentSpec& declared, const LearnedState& state,
                                const std::vector<ConfirmedUse>& questions, Toolset& tools) {
  AgentSpec spec = declared;
  add_learned(state, spec);
  OUTPOST_TRY(const auto trial, ChoiceTrial::make(spec, tools));
  OUTPOST_TRY(const auto right, trial->judge(questions));
  return static_cast<std::size_t>(std::count(right.begin(), right.end(), true));
}

void append(std::vector<ConfirmedUse>& to, const std::vector<ConfirmedUse>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// The uses that the agent would not surely have got right: the others teach nothing, and
// many examples of a frequent tool would draw requests of others to it (the condensed nearest
// neighbour rule, Hart 1968).
Result<std::vector<ConfirmedUse>> condense(AgentSpec spec, const std::vector<ConfirmedUse>& uses,
                                           Toolset& tools) {
  std::vector<ConfirmedUse> telling;
  OUTPOST_TRY(auto trial, ChoiceTrial::make(spec, tools));
  for (const ConfirmedUse& use : uses) {
    OUTPOST_TRY(const ChoiceTrial::Choice chosen, trial->choose(use.request));
    if (chosen.name == use.tool && chosen.probability >= kSure) continue;
    telling.push_back(use);
    add_learned({0, 0, {use}}, spec);
    OUTPOST_TRY(trial, ChoiceTrial::make(spec, tools));
  }
  return telling;
}

std::map<std::string, std::vector<ConfirmedUse>> by_tool(const std::vector<ConfirmedUse>& uses) {
  std::map<std::string, std::vector<ConfirmedUse>> tools;
  for (const ConfirmedUse& use : uses) tools[use.tool].push_back(use);
  return tools;
}

} // namespace

Result<Lesson> learn(const AgentSpec& declared, const LearnedState& now,
                     const std::vector<ConfirmedUse>& uses,
                     const std::vector<ConfirmedUse>& questions, Toolset& tools,
                     std::int64_t now_ms) {
  if (uses.empty()) {
    return fail(ErrorCode::kInvalidArgument, "there are no confirmed uses to learn from",
                "outpost agent confirm RUN marks a run as right");
  }
  AgentSpec so_far = declared;
  add_learned(now, so_far);
  Split split = split_uses(so_far, uses);
  append(split.asked, questions);
  Lesson lesson;
  lesson.state = now;
  lesson.state.version = now.version + 1;
  lesson.state.made_ms = now_ms;
  lesson.state.questions = split.asked.size();
  OUTPOST_TRY(lesson.state.right_before, count_right(declared, now, split.asked, tools));
  OUTPOST_TRY(const auto telling, condense(so_far, split.learnt, tools));
  std::size_t best = lesson.state.right_before;
  LearnedState whole = lesson.state;
  append(whole.examples, telling);
  OUTPOST_TRY(const std::size_t right_with_all, count_right(declared, whole, split.asked, tools));
  if (right_with_all >= best && whole.examples.size() <= kLearnedExamplesMax) {
    lesson.state.examples = std::move(whole.examples);
    lesson.state.right_after = right_with_all;
    lesson.added = telling;
    return lesson;
  }
  // Else tool by tool, so that bad examples of one do not cost those of the others.
  for (const auto& [tool, examples] : by_tool(telling)) {
    LearnedState tried = lesson.state;
    append(tried.examples, examples);
    if (tried.examples.size() > kLearnedExamplesMax) break;
    OUTPOST_TRY(const std::size_t right, count_right(declared, tried, split.asked, tools));
    if (right < best) {
      lesson.rejected.push_back(tool);
      continue;
    }
    best = right;
    lesson.state.examples = std::move(tried.examples);
    append(lesson.added, examples);
  }
  lesson.state.right_after = best;
  return lesson;
}

Result<std::vector<ConfirmedUse>> parse_uses(const std::string& lines, const std::string& origin) {
  std::vector<ConfirmedUse> uses;
  std::istringstream in(lines);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto parsed = chat::parse_json(line);
    const boost::json::object* object =
        parsed && parsed->is_object() ? &parsed->get_object() : nullptr;
    const auto* request = object == nullptr ? nullptr : object->if_contains("request");
    const auto* tool = object == nullptr ? nullptr : object->if_contains("tool");
    const bool sound =
        request != nullptr && tool != nullptr && request->is_string() && tool->is_string();
    if (!sound || request->get_string().empty() || tool->get_string().empty()) {
      return fail(ErrorCode::kCorruptData, origin + ":" + std::to_string(number) +
                                               R"(: expected {"request": "...", "tool": "..."})");
    }
    uses.push_back({std::string(request->get_string()), std::string(tool->get_string())});
  }
  return uses;
}

} // namespace outpost::agents
