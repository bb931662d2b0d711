// Fits a model's profile to questions with known calls: which form of calls it writes best and
// whether it copies or writes strings (tried on a sample), then what its likelihoods say about a
// call being due, one more call, and all of it being right (logistic regressions).
#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "agents/calling/calling_profile.h"
#include "agents/calling/logistic_fit.h"
#include "agents/calling/question_set.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct ProfileReport {
  CallingProfile profile;
  std::size_t questions = 0;
  double right = 0;   // share of all questions, as fitted
  double refused = 0; // of those without a call
  double called = 0;  // of those with one
  Calibration due;    // on tools that were not fitted, four folds of them
  Calibration correct;
};

// Told how far it is: what is done, of how much.
using FitProgress = std::function<void(std::size_t done, std::size_t of)>;

// `start` also says which mechanisms are on. kInvalidArgument with fewer than kQuestionsMin
// questions.
inline constexpr std::size_t kQuestionsMin = 40;
struct ProfileFit {
  CallingProfile start;
  bool tries_forms = true; // else calls are written as `start` has it
};
Result<ProfileReport> fit_profile(chat::ChatModel& model, std::span<const CallQuestion> questions,
                                  const ProfileFit& settings, const FitProgress& progress,
                                  const CancelToken& cancel);

} // namespace outpost::agents
