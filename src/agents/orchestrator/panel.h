// Fan-out: one request put to several agents at once, each on its own copy of the conversation,
// and the answer given that the request makes likeliest. All answers are weighed in one pass over
// forks of one prefix, the request, which is computed once.
#pragma once
#include <string>
#include <vector>

#include "agents/orchestrator/agent_pool.h"
#include "agents/runner.h"
#include "chat/chat_model.h"

namespace outpost::agents {

// How much likelier the request makes each answer, per square root of a word of it: log p(answer |
// request) - log p(answer), so that neither long nor everyday answers win by that alone.
Result<std::vector<double>> weigh_answers(chat::ChatModel& model, const std::string& request,
                                          const std::vector<std::string>& answers,
                                          const chat::PrincipalId& principal,
                                          const CancelToken& cancel);

struct PanelOutcome {
  RunOutcome outcome;     // the chosen one, with what all of them used
  std::size_t member = 0; // whose it is: an index into the panel
};

// `panel`: agents that only read, since what the others do is for nothing. Statements come before
// replies, those before questions and refusals; of equals the model's weights decide, or without a
// model the panel's order. `session` becomes the chosen one's. The error of the first, when none
// could run.
Result<PanelOutcome> ask_panel(const std::vector<AgentPool*>& panel, chat::ChatModel* model,
                               Session& session, const std::string& request,
                               const RunOptions& options);

} // namespace outpost::agents
