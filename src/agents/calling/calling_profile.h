// What the pipeline knows of one model: how it writes calls best and how its likelihoods are to be
// weighed. Fitted by `outpost profile`, stored with the model.
#pragma once
#include <array>
#include <cstddef>
#include <string>

#include "agents/calling/call_syntax.h"

namespace outpost::agents {

// What speaks for a call being due and being right; one number each, see evidence_names().
enum class CallSign : std::size_t {
  kBias,
  kWords,        // share of the request that the tool's note covers
  kName,         // log p(the tool's name | request) less log p("none" | request)
  kNeutralName,  // the same for a request that says nothing
  kRequired,     // share of the compulsory arguments that the request gives
  kMissing,      // compulsory arguments that it does not give, at most 3
  kValues,       // mean log-probability of what was drafted, a token
  kSurprise,     // the least of them
  kUnexplained,  // share of the request's words that neither note nor arguments have
  kMargin,       // of the best tool over the next, in log p
  kCount
};
inline constexpr std::size_t kCallSigns = static_cast<std::size_t>(CallSign::kCount);
std::string_view to_string(CallSign sign);

class CallEvidence {
public:
  double& operator[](CallSign sign) { return values_[static_cast<std::size_t>(sign)]; }
  double operator[](CallSign sign) const { return values_[static_cast<std::size_t>(sign)]; }
  [[nodiscard]] const std::array<double, kCallSigns>& values() const { return values_; }

private:
  std::array<double, kCallSigns> values_{};
};

// Logistic weights over the evidence.
using CallWeights = std::array<double, kCallSigns>;
double logistic(const CallEvidence& evidence, const CallWeights& weights);

// What speaks for one more call, and its weights: 1; the model's log-odds of a name over the end;
// values of the request that are left over, in calls, at most 2; 1 when words join wishes.
using MoreSigns = std::array<double, 4>;
using MoreWeights = std::array<double, 4>;

struct CallingProfile {
  CallSyntax syntax = CallSyntax::kPython;
  double word_weight = 20;      // of BM25's share beside the name's log-likelihood
  MoreWeights more{-4.5, 0.25, 1.5, 1.5};
  CallWeights due{};            // p(a call is due)
  CallWeights correct{};        // p(all of it is right)
  bool copies_text = false;     // strings are runs of the request's words
  bool copies_numbers = true;   // numbers are those of the request, when it has any
  // Mechanisms, each of which can be switched off.
  bool scores_names = true;     // else words alone choose
  bool repairs_values = true;   // arguments that the request does not have are chosen from it
  bool uses_cues = true;        // what the request says outright overrules a draft
  bool gates_optional = true;   // optional arguments that the request does not have are left out
  bool counts_calls = true;     // else one call
  bool refuses = true;          // else there is always a call
  bool normalises = true;
};

} // namespace outpost::agents
