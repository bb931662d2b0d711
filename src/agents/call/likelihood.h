// What a model thinks a request calls for, by likelihood alone: in one batched pass, how likely the
// request is under each candidate's note, against the request alone (noisy channel: Min et al.,
// arXiv 2108.04106; a small model says better how a request reads than what it is called). Notes
// come first in every prompt, so their cache is used again.
#pragma once
#include <string>
#include <vector>

#include "agents/call/candidate_index.h"
#include "agents/call/tool_choice.h"
#include "chat/chat_model.h"

namespace outpost::agents {

class LikelihoodScorer {
public:
  explicit LikelihoodScorer(const std::vector<Candidate>& candidates);

  // Fills kChannel and kStrange of `evidence[i]` for each of `texts[i]`. Errors of the model pass
  // through; nothing is filled then.
  Status score(chat::ChatModel& model, const chat::PrincipalId& principal,
               const std::vector<std::string>& texts, std::vector<std::vector<Evidence>>& evidence,
               const CancelToken& cancel) const;

private:
  std::vector<std::string>
      prompts_; // for each candidate but "none", which is the last; then without note
};

} // namespace outpost::agents
