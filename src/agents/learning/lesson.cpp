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

struct Split {
  std::vector<ConfirmedUse> learnt;
  std::vector<ConfirmedUse> kept_back; // of `asked`, what could be learnt
  std::vector<ConfirmedUse> asked;
};

bool is_known(const AgentSpec& spec, const ConfirmedUse& use) {
  const auto says = [&use](const auto& one) {
    return std::find(one.examples.begin(), one.examples.end(), use.request) != one.examples.end() ||
           std::find(one.uses.begin(), one.uses.end(), use.request) != one.uses.end();
  };
  for (const SqlTool& one : spec.tools) {
    if (one.tool.name == use.tool) return says(one.tool);
  }
  for (const Reply& reply : spec.replies) {
    if (reply.name == use.tool) return says(reply);
  }
  return true; // a tool that the agent does not have has nothing to learn
}

Split split_uses(const AgentSpec& learnt_so_far, const std::vector<ConfirmedUse>& uses) {
  Split split;
  std::size_t place = 0;
  const auto has = [](const std::vector<ConfirmedUse>& among, const ConfirmedUse& use) {
    return std::find(among.begin(), among.end(), use) != among.end();
  };
  for (const ConfirmedUse& use : uses) {
    const bool is_asked = ++place % kAskedOfUses == 0;
    if (is_asked) split.asked.push_back(use);
    const bool again = has(split.learnt, use) || has(split.kept_back, use);
    if (again || is_known(learnt_so_far, use)) continue;
    (is_asked ? split.kept_back : split.learnt).push_back(use);
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

std::map<std::string, std::vector<ConfirmedUse>> by_tool(const std::vector<ConfirmedUse>& uses) {
  std::map<std::string, std::vector<ConfirmedUse>> tools;
  for (const ConfirmedUse& use : uses) tools[use.tool].push_back(use);
  return tools;
}

// All at once; else tool by tool, so that bad uses of one do not cost those of the others.
Status learn_what_passes(const AgentSpec& declared, const Split& split, Toolset& tools,
                         Lesson& lesson) {
  LearnedState& state = lesson.state;
  state.right_after = state.right_before;
  std::map<std::string, std::vector<ConfirmedUse>> groups{{"", split.learnt}};
  for (const bool by_one : {false, true}) {
    if (by_one) groups = by_tool(split.learnt);
    for (const auto& [tool, uses] : groups) {
      LearnedState tried = state;
      append(tried.examples, uses);
      if (tried.examples.size() > kLearnedExamplesMax) continue;
      OUTPOST_TRY(const std::size_t right, count_right(declared, tried, split.asked, tools));
      if (right < state.right_after) {
        if (by_one) lesson.rejected.push_back(tool);
        continue;
      }
      state.examples = std::move(tried.examples);
      state.right_after = right;
      append(lesson.added, uses);
      if (!by_one) return {};
    }
  }
  return {};
}

// Uses that served as questions, of tools that passed: they change nothing that is counted.
void learn_kept_back(const Split& split, Lesson& lesson) {
  for (const ConfirmedUse& use : split.kept_back) {
    const auto& out = lesson.rejected;
    const bool passed = std::find(out.begin(), out.end(), use.tool) == out.end();
    if (!passed || lesson.state.examples.size() == kLearnedExamplesMax) continue;
    lesson.state.examples.push_back(use);
    lesson.added.push_back(use);
  }
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
  OUTPOST_CHECK(learn_what_passes(declared, split, tools, lesson));
  learn_kept_back(split, lesson);
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
