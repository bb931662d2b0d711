#include "agents/orchestrator/panel.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "agents/call/words.h"
#include "base/assert.h"
#include "chat/scoring.h"
#include "platform/thread_group.h"

namespace outpost::agents {
namespace {

struct Fork {
  Session session;
  Result<RunOutcome> outcome = fail(ErrorCode::kInternal, "it was not asked");
};

// The lower, the better: what is known, what is said, what is asked back, what could not be done.
int rank_of(const RunOutcome& outcome) {
  if (outcome.end != RunEnd::kDone) return 4;
  switch (outcome.kind) {
  case AnswerKind::kStatement: return 0;
  case AnswerKind::kReply: return 1;
  case AnswerKind::kQuestion: return 2;
  case AnswerKind::kNoTool: return 3;
  case AnswerKind::kFailure: return 4;
  }
  return 4;
}

std::vector<Fork> ask_all(const std::vector<AgentPool*>& panel, const Session& session,
                          const std::string& request, const RunOptions& options) {
  std::vector<Fork> forks(panel.size());
  for (Fork& fork : forks) fork.session = session;
  std::mutex observing;
  RunOptions shared = options;
  if (options.observer) {
    shared.observer = [&](const RunEvent& event) {
      const std::lock_guard lock(observing);
      options.observer(event);
    };
  }
  platform::ThreadGroup(panel.size(), [&](std::size_t i) {
    forks[i].outcome = panel[i]->run(forks[i].session, request, shared);
  }).join();
  return forks;
}

// Those that answered as well as any, in the panel's order.
std::vector<std::size_t> best_ranked(const std::vector<Fork>& forks) {
  int best = 5;
  for (const Fork& fork : forks) {
    if (fork.outcome) best = std::min(best, rank_of(*fork.outcome));
  }
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < forks.size(); ++i) {
    if (forks[i].outcome && rank_of(*forks[i].outcome) == best) found.push_back(i);
  }
  return found;
}

} // namespace

Result<std::vector<double>> weigh_answers(chat::ChatModel& model, const std::string& request,
                                          const std::vector<std::string>& answers,
                                          const chat::PrincipalId& principal,
                                          const CancelToken& cancel) {
  chat::ScoreRequest asked{.principal = principal, .items = {}};
  for (const std::string& prefix : {"Request: " + request + "\nAnswer:", std::string("Answer:")}) {
    for (const std::string& answer : answers) {
      chat::ScoreItem item;
      item.prompt.text = prefix;
      item.continuation = " " + answer;
      asked.items.push_back(std::move(item));
    }
  }
  OUTPOST_TRY(const auto scores, chat::score_each(model, asked, cancel));
  std::vector<double> weights;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto words =
        static_cast<double>(std::max<std::size_t>(1, split_words(answers[i]).size()));
    const double gain = scores[i] - scores[answers.size() + i];
    weights.push_back(gain / std::sqrt(words));
  }
  return weights;
}

Result<PanelOutcome> ask_panel(const std::vector<AgentPool*>& panel, chat::ChatModel* model,
                               Session& session, const std::string& request,
                               const RunOptions& options) {
  OUTPOST_ASSERT(!panel.empty());
  std::vector<Fork> forks = ask_all(panel, session, request, options);
  const std::vector<std::size_t> candidates = best_ranked(forks);
  if (candidates.empty()) return fail(forks.front().outcome.error());
  PanelOutcome chosen{{}, candidates.front()};
  if (model != nullptr && candidates.size() > 1) {
    std::vector<std::string> answers;
    for (const std::size_t i : candidates) answers.push_back(forks[i].outcome->text);
    const auto weights = weigh_answers(*model, request, answers, options.principal, options.cancel);
    if (!weights && weights.error().code == ErrorCode::kCancelled) return fail(weights.error());
    // A model that cannot weigh them (it tells no scores, they are too long) leaves the order.
    if (weights) {
      const auto best = std::max_element(weights->begin(), weights->end());
      chosen.member = candidates[static_cast<std::size_t>(best - weights->begin())];
    }
  }
  chosen.outcome = *forks[chosen.member].outcome;
  for (std::size_t i = 0; i < forks.size(); ++i) {
    if (i == chosen.member || !forks[i].outcome) continue;
    const RunUsage& used = forks[i].outcome->usage;
    chosen.outcome.usage.steps += used.steps;
    chosen.outcome.usage.tool_calls += used.tool_calls;
    chosen.outcome.usage.tokens += used.tokens;
    chosen.outcome.usage.time = std::max(chosen.outcome.usage.time, used.time);
  }
  session = std::move(forks[chosen.member].session);
  return chosen;
}

} // namespace outpost::agents
