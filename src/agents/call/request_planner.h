// From a request to what is to be done, part by part: one tool, several, a prepared reply, or
// nothing that fits. Chooses only; slots are filled afterwards.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agents/call/candidate_index.h"
#include "agents/call/clauses.h"
#include "agents/call/likelihood.h"
#include "agents/call/mention.h"
#include "agents/call/tool_choice.h"
#include "agents/run/session.h"
#include "agents/spec/rules_section.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct PlannedPart {
  std::size_t begin = 0; // bytes of the request
  std::size_t end = 0;
  std::size_t candidate = 0;
  std::string why;                   // "scored", "follow-up", "rule"
  std::vector<double> probabilities; // one for each candidate
  [[nodiscard]] double probability() const { return probabilities[candidate]; }
};

class RequestPlanner {
public:
  // `use_likelihood` off leaves the model out: for comparison, and for models that can't score.
  struct Settings {
    ChoiceWeights weights{};
    bool use_likelihood = true;
  };
  RequestPlanner(const std::vector<Tool>& tools, const std::vector<Reply>& replies,
                 const Recognisers& recognisers, const Settings& settings);

  [[nodiscard]] const std::vector<Candidate>& candidates() const { return candidates_; }

  // The part that a rule of the agent file decides without a model; none when no rule fits.
  [[nodiscard]] std::optional<PlannedPart>
  plan_by_rules(const std::vector<ReflexRule>& rules, const std::vector<Tool>& tools,
                const Text& text, const std::vector<Mention>& mentions) const;

  // At least one part, in the order of the request.
  Result<std::vector<PlannedPart>> plan(const Text& text, const std::vector<Mention>& mentions,
                                        const Session& session, chat::ChatModel& model,
                                        const chat::PrincipalId& principal,
                                        const CancelToken& cancel);

  // What plan() weighs, for fitting: the evidence for the request as a whole.
  Result<std::vector<Evidence>> weigh(const Text& text, const std::vector<Mention>& mentions,
                                      chat::ChatModel& model, const chat::PrincipalId& principal,
                                      const CancelToken& cancel);

private:
  Result<std::vector<std::vector<Evidence>>>
  weigh_all(const std::vector<Text>& texts, const std::vector<std::vector<Mention>>& mentions,
            chat::ChatModel& model, const chat::PrincipalId& principal, const CancelToken& cancel);
  [[nodiscard]] bool may_choose(std::size_t candidate, const Text& text,
                                const std::vector<Mention>& mentions) const;
  // The tool one of whose examples the request is, with other values; no other's is near.
  [[nodiscard]] std::optional<std::size_t>
  as_in_example(const std::vector<Evidence>& evidence) const;
  // What the part of the request at `range`, with that text and those mentions, calls for.
  [[nodiscard]] PlannedPart decide(Clause range, const Text& text,
                                   const std::vector<Mention>& mentions,
                                   const std::vector<Evidence>& evidence) const;
  [[nodiscard]] bool is_anchor(const PlannedPart& part, const Text& text,
                               const std::vector<Mention>& mentions) const;
  [[nodiscard]] std::vector<PlannedPart> join_parts(std::vector<PlannedPart> clauses,
                                                    const Text& text,
                                                    const std::vector<Mention>& mentions) const;
  void split_by_value(const std::vector<Mention>& mentions, std::vector<PlannedPart>& parts) const;
  [[nodiscard]] std::size_t safer(const std::vector<double>& probabilities, std::size_t best) const;
  void follow_up(const Text& text, const std::vector<Mention>& mentions, const Session& session,
                 PlannedPart& part) const;

  std::vector<Candidate> candidates_;
  const Recognisers& recognisers_;
  CandidateIndex index_;
  LikelihoodScorer likelihood_;
  Settings settings_;
};

} // namespace outpost::agents
