#include "agents/call/likelihood.h"

#include <algorithm>
#include <cmath>

#include "chat/scoring.h"

namespace outpost::agents {
namespace {

constexpr std::string_view kRequest = "Request:";
// More examples make a note longer to read, not clearer.
constexpr std::size_t kExamplesMax = 4;

std::string prompt_of(const Candidate& candidate) {
  std::string note = candidate.description + ".";
  const std::size_t shown = std::min(candidate.examples.size(), kExamplesMax);
  for (std::size_t i = 0; i < shown; ++i) {
    note += "\n" + std::string(kRequest) + " " + candidate.examples[i];
  }
  return note + "\n" + std::string(kRequest);
}

// `gains[c]`: log p(text | note c) - log p(text).
void fill(const std::vector<double>& gains, const std::string& text,
          std::vector<Evidence>& evidence) {
  double sum = 0;
  double most = gains.front();
  for (const double gain : gains) {
    sum += gain;
    most = std::max(most, gain);
  }
  const double mean = sum / static_cast<double>(gains.size());
  const auto words = static_cast<double>(std::max<std::size_t>(1, split_words(text).size()));
  // Evidence of a sentence's words is not independent: it grows slower than their number.
  for (std::size_t c = 0; c < gains.size(); ++c) {
    evidence[c][Feature::kChannel] = (gains[c] - mean) / std::sqrt(words);
  }
  evidence.back()[Feature::kStrange] = -most / words;
}

} // namespace

LikelihoodScorer::LikelihoodScorer(const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    if (candidate.kind != Candidate::Kind::kNone) prompts_.push_back(prompt_of(candidate));
  }
  prompts_.emplace_back(kRequest);
}

Status LikelihoodScorer::score(chat::ChatModel& model, const chat::PrincipalId& principal,
                               const std::vector<std::string>& texts,
                               std::vector<std::vector<Evidence>>& evidence,
                               const CancelToken& cancel) const {
  chat::ScoreRequest request;
  request.principal = principal;
  for (const std::string& text : texts) {
    for (const std::string& prompt : prompts_) {
      chat::ScoreItem item;
      item.prompt.text = prompt;
      item.continuation = " " + text;
      request.items.push_back(std::move(item));
    }
  }
  OUTPOST_TRY(const auto scores, chat::score_each(model, request, cancel));
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const auto* of_text = &scores[t * prompts_.size()];
    std::vector<double> gains;
    for (std::size_t c = 0; c + 1 < prompts_.size(); ++c) {
      gains.push_back(of_text[c] - of_text[prompts_.size() - 1]);
    }
    if (!gains.empty()) fill(gains, texts[t], evidence[t]);
  }
  return {};
}

} // namespace outpost::agents
