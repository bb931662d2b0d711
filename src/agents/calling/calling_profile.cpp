#include "agents/calling/calling_profile.h"

#include <cmath>

namespace outpost::agents {

std::string_view to_string(CallSign sign) {
  switch (sign) {
  case CallSign::kBias: return "bias";
  case CallSign::kWords: return "words";
  case CallSign::kName: return "name";
  case CallSign::kNeutralName: return "neutral_name";
  case CallSign::kRequired: return "required";
  case CallSign::kMissing: return "missing";
  case CallSign::kValues: return "values";
  case CallSign::kSurprise: return "surprise";
  case CallSign::kUnexplained: return "unexplained";
  case CallSign::kMargin: return "margin";
  case CallSign::kCount: break;
  }
  return "";
}

double logistic(const CallEvidence& evidence, const CallWeights& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < kCallSigns; ++i) sum += evidence.values()[i] * weights[i];
  return 1 / (1 + std::exp(-sum));
}

} // namespace outpost::agents
