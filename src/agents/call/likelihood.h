// What a model thinks a request calls for, by likelihood alone: in one batched pass, how likely the
// request is under each candidate's note (noisy channel, Min et al., arXiv 2108.04106) and how likely each
// candidate's name is after the request, against the same without a request (contextual calibration,
// Zhao et al., arXiv 2102.09690). Notes come first in every prompt, so their cache is used again.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agents/call/candidate_index.h"
#include "agents/call/tool_choice.h"
#include "chat/chat_model.h"

namespace outpost::agents {

class LikelihoodScorer {
public:
  explicit LikelihoodScorer(const std::vector<Candidate>& candidates);

  // Fills kChannel and kName of `evidence[i]` for each of `texts[i]`. Errors of the model pass through;
  // nothing is filled then.
  Status score(chat::ChatModel& model, const chat::PrincipalId& principal,
               const std::vector<std::string>& texts, std::vector<std::vector<Evidence>>& evidence,
               const CancelToken& cancel);

private:
  void add_items(const std::string& text, std::vector<chat::ScoreItem>& items) const;
  Status calibrate(chat::ChatModel& model, const chat::PrincipalId& principal,
                   const CancelToken& cancel);

  std::vector<Candidate> candidates_;
  std::vector<std::string> notes_; // a prompt for each candidate that ends before the request
  std::string neutral_;            // the same without a note
  std::string list_;               // all notes
  std::vector<double> name_prior_; // log p(name | no request); filled on first use
};

}  // namespace outpost::agents
