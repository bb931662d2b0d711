#include "agents/call/tool_choice.h"

#include <algorithm>
#include <cmath>

namespace outpost::agents {
namespace {

constexpr double kUnexplainedMax = 2;
// How many of it is often said in passing.
constexpr double kOfNumber = 0.25;
constexpr double kInFreeText = 0.3;

double filled_share(const Candidate& candidate, const std::vector<Mention>& mentions) {
  if (candidate.required_kinds.empty()) return 1; // nothing is in the way of a call
  const auto has = [&mentions](const std::string& kind) {
    return std::any_of(mentions.begin(), mentions.end(), [&kind](const Mention& mention) {
      return mention.kind == kind && mention.strength >= kClearMention;
    });
  };
  const auto filled =
      std::count_if(candidate.required_kinds.begin(), candidate.required_kinds.end(), has);
  return static_cast<double>(filled) / static_cast<double>(candidate.required_kinds.size());
}

double unexplained(const Candidate& candidate, const std::vector<Mention>& mentions) {
  double count = 0;
  for (const Mention& mention : mentions) {
    const bool counts =
        mention.strength >= kClearMention && (!mention.value.is_number() || mention.attached);
    const auto& kinds = candidate.value_kinds;
    if (counts && std::find(kinds.begin(), kinds.end(), mention.kind) == kinds.end()) {
      count += mention.strength * (mention.value.is_number() ? kOfNumber : 1.0);
    }
  }
  // Free text may hold anything, though it seldom is what a value was given for.
  if (candidate.takes_free_text) count *= kInFreeText;
  return std::min(count, kUnexplainedMax);
}

} // namespace

std::string_view to_string(Feature feature) {
  switch (feature) {
  case Feature::kNote: return "note";
  case Feature::kExample: return "example";
  case Feature::kFilled: return "filled";
  case Feature::kUnexplained: return "unexplained";
  case Feature::kEffect: return "effect";
  case Feature::kUnknown: return "unknown";
  case Feature::kChannel: return "channel";
  case Feature::kStrange: return "strange";
  case Feature::kUses: return "uses";
  case Feature::kReply: return "reply";
  case Feature::kNone: return "none";
  case Feature::kCount: break;
  }
  return "";
}

std::vector<Evidence> gather_evidence(const Text& text, const std::vector<Mention>& mentions,
                                      const std::vector<Candidate>& candidates,
                                      const CandidateIndex& index) {
  const auto resemblance = index.resemblance(text, mentions);
  std::vector<Evidence> all(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    Evidence& evidence = all[i];
    evidence[Feature::kNote] = resemblance[i].note;
    evidence[Feature::kExample] = resemblance[i].example;
    evidence[Feature::kUses] = resemblance[i].uses;
    evidence[Feature::kUnexplained] = unexplained(candidate, mentions);
    if (candidate.kind == Candidate::Kind::kTool) {
      evidence[Feature::kFilled] = filled_share(candidate, mentions);
      evidence[Feature::kEffect] = candidate.effect == Effect::kIrreversible ? 1.0
                                   : candidate.effect == Effect::kReversible ? 0.5
                                                                             : 0.0;
    } else if (candidate.kind == Candidate::Kind::kReply) {
      evidence[Feature::kReply] = 1;
    } else {
      evidence[Feature::kNone] = 1;
      evidence[Feature::kUnknown] = index.unknown_share(text, mentions);
    }
  }
  return all;
}

std::vector<double> choice_probabilities(const std::vector<Evidence>& evidence,
                                         const ChoiceWeights& weights) {
  std::vector<double> scores;
  for (const Evidence& one : evidence) {
    double score = 0;
    for (std::size_t f = 0; f < kFeatureCount; ++f) score += weights[f] * one.values()[f];
    scores.push_back(score);
  }
  const double most = scores.empty() ? 0 : *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& score : scores) sum += score = std::exp(score - most);
  for (double& score : scores) score /= sum;
  return scores;
}

} // namespace outpost::agents
