#include "agents/call/likelihood.h"

#include <algorithm>

namespace outpost::agents {
namespace {

constexpr std::string_view kRequest = "\nRequest:";
constexpr std::string_view kChoice = "\nTool:";
constexpr std::string_view kNoRequest = " N/A";
// Likelihoods of odd requests run away; beyond this they say nothing more.
constexpr double kChannelMax = 3;
constexpr double kNameMax = 6;

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

double bounded(double value, double most) { return std::clamp(value, -most, most); }

}  // namespace

LikelihoodScorer::LikelihoodScorer(const std::vector<Candidate>& candidates)
    : candidates_(candidates), neutral_("Request:"), list_("Tools:") {
  for (const Candidate& candidate : candidates_) {
    if (candidate.kind == Candidate::Kind::kNone) {
      list_ += "\n- none: anything else";
      notes_.emplace_back();
      continue;
    }
    list_ += "\n- " + readable(candidate.name) + ": " + candidate.description;
    std::string note = candidate.description + ".";
    const std::size_t shown = std::min<std::size_t>(candidate.examples.size(), 4);
    for (std::size_t i = 0; i < shown; ++i) note += "\nRequest: " + candidate.examples[i];
    notes_.push_back(note + std::string(kRequest));
  }
}

// The items of one text: the request after each note, the request alone, each name after the request.
void LikelihoodScorer::add_items(const std::string& text, std::vector<chat::ScoreItem>& items) const {
  const auto add = [&items](const std::string& prompt, const std::string& continuation) {
    chat::ScoreItem item;
    item.prompt.text = prompt;
    item.continuation = continuation;
    items.push_back(std::move(item));
  };
  for (std::size_t c = 0; c < candidates_.size(); ++c) {
    if (candidates_[c].kind != Candidate::Kind::kNone) add(notes_[c], " " + text);
  }
  add(neutral_, " " + text);
  for (const Candidate& candidate : candidates_) {
    add(list_ + std::string(kRequest) + " " + text + std::string(kChoice),
        " " + readable(candidate.name));
  }
}

Status LikelihoodScorer::calibrate(chat::ChatModel& model, const chat::PrincipalId& principal,
                                   const CancelToken& cancel) {
  chat::ScoreRequest request;
  request.principal = principal;
  for (const Candidate& candidate : candidates_) {
    chat::ScoreItem item;
    item.prompt.text =
        list_ + std::string(kRequest) + std::string(kNoRequest) + std::string(kChoice);
    item.continuation = " " + readable(candidate.name);
    request.items.push_back(std::move(item));
  }
  OUTPOST_TRY(const auto scores, model.score(request, cancel));
  for (const chat::Score& score : scores) name_prior_.push_back(score.log_probability);
  return {};
}

Status LikelihoodScorer::score(chat::ChatModel& model, const chat::PrincipalId& principal,
                               const std::vector<std::string>& texts,
                               std::vector<std::vector<Evidence>>& evidence,
                               const CancelToken& cancel) {
  if (name_prior_.empty()) OUTPOST_CHECK(calibrate(model, principal, cancel));
  chat::ScoreRequest request;
  request.principal = principal;
  for (const std::string& text : texts) add_items(text, request.items);
  OUTPOST_TRY(const auto scores, model.score(request, cancel));
  if (scores.size() != request.items.size()) {
    return fail(ErrorCode::kInternal, "the model scored " + std::to_string(scores.size()) + " of " +
                                          std::to_string(request.items.size()) + " items");
  }
  std::size_t at = 0;
  const std::size_t noted = candidates_.size() - 1; // all but "none", which is the last
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const double alone = scores[at + noted].log_probability;
    const auto words = static_cast<double>(std::max<std::size_t>(1, split_words(texts[t]).size()));
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      Evidence& one = evidence[t][c];
      if (c < noted) {
        one[Feature::kChannel] =
            bounded((scores[at + c].log_probability - alone) / words, kChannelMax);
      }
      one[Feature::kName] =
          bounded(scores[at + noted + 1 + c].log_probability - name_prior_[c], kNameMax);
    }
    at += noted + 1 + candidates_.size();
  }
  return {};
}

}  // namespace outpost::agents
