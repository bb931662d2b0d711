// An Escalation that follows a script: for tests of what asks one.
#pragma once
#include <deque>
#include <utility>
#include <vector>

#include "agents/escalation/escalation.h"

namespace outpost::agents {

// Lets steps up that are less sure than `below` and answers them in order; belongs to one thread.
class FakeEscalation final : public Escalation {
public:
  FakeEscalation(double below, std::deque<EscalatedAnswer> answers)
      : below_(below), answers_(std::move(answers)) {}

  std::optional<KeptLocal> keeps_local(const HardStep& step) override {
    if (step.probability >= below_) return KeptLocal::kSure;
    return answers_.empty() ? std::optional(KeptLocal::kOffline) : std::nullopt;
  }

  Result<EscalatedAnswer> ask(const HardStep& step, const CancelToken& /*cancel*/) override {
    asked.push_back(step);
    if (const auto reason = keeps_local(step)) {
      return fail(ErrorCode::kPermissionDenied,
                  "the step stays here: " + std::string(to_string(*reason)));
    }
    EscalatedAnswer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  std::vector<HardStep> asked; // every step that was to go up

private:
  double below_;
  std::deque<EscalatedAnswer> answers_;
};

} // namespace outpost::agents
