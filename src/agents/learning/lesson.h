// Learning from confirmed uses, gated: the words of the requests count for their tool (naive Bayes
// over examples and uses, CandidateIndex), and stay only if a stored evaluation does not get worse
// by them. As nearest examples they would draw the requests of other tools to the most used one.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "agents/learning/learned_state.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

struct Lesson {
  LearnedState state;              // what would be learnt, everything included
  std::vector<ConfirmedUse> added; // of it, what is new
  // Tools whose new uses made the evaluation worse; they are not in `state`.
  std::vector<std::string> rejected;
};

// `declared` is the agent as its file says, `now` what it has learnt. Every fourth use is asked
// first, with `questions`, before and after the others are learnt; the state's counts are of these.
// When the others pass, those that were asked are learnt too. A use that an example says already is
// passed over. kInvalidArgument without uses.
Result<Lesson> learn(const AgentSpec& declared, const LearnedState& now,
                     const std::vector<ConfirmedUse>& uses,
                     const std::vector<ConfirmedUse>& questions, Toolset& tools,
                     std::int64_t now_ms);

// Questions or uses from JSON Lines: {"request": "...", "tool": "..."}. kCorruptData names the
// line.
Result<std::vector<ConfirmedUse>> parse_uses(const std::string& lines, const std::string& origin);

} // namespace outpost::agents
