#include "agents/orchestrator/router.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agents/call/words.h"
#include "chat/scoring.h"

namespace outpost::agents {
namespace {

// A logit of similarity against being for nobody, whose logit is 0; fitted on the development half
// of tests/data/intents (see docs/agents.md), once for examples alone and once with likelihoods.
constexpr double kSlope = 17;
constexpr double kOffset = -3.1;
constexpr double kScoredSlope = 12;
constexpr double kScoredOffset = -4.2;
constexpr double kLikelihoodSlope = 1.5;
constexpr double kNever = -50; // of a route that a phrase excludes
// From here on nobody else is asked.
constexpr double kSure = 0.85;
// Below it the request is for nobody.
constexpr double kWorthATry = 0.4;
// What another agent needs to take a conversation over.
constexpr double kClearlyWins = 0.85;

std::vector<std::vector<std::string>> examples_of(const std::vector<Route>& routes) {
  std::vector<std::vector<std::string>> examples;
  for (const Route& route : routes) {
    examples.push_back(route.examples);
    examples.back().push_back(route.description);
  }
  return examples;
}

// Whether `phrase` stands in the text as whole words, one after the other.
bool has_phrase(const std::vector<Word>& words, std::string_view phrase) {
  const auto wanted = split_words(phrase);
  if (wanted.empty()) return false;
  return std::search(words.begin(), words.end(), wanted.begin(), wanted.end(),
                     [](const Word& a, const Word& b) { return a.text == b.text; }) != words.end();
}

bool has_any(const std::vector<Word>& words, const std::vector<std::string>& phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](const std::string& phrase) { return has_phrase(words, phrase); });
}

// Softmax with one more choice, "nobody", at logit 0.
std::vector<double> probabilities_of(const std::vector<double>& logits) {
  double most = 0;
  for (const double logit : logits) most = std::max(most, logit);
  double sum = std::exp(-most);
  for (const double logit : logits) sum += std::exp(logit - most);
  std::vector<double> found;
  for (const double logit : logits) found.push_back(std::exp(logit - most) / sum);
  return found;
}

std::size_t best_of(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

// More examples make a note longer to read, not clearer.
constexpr std::size_t kExamplesShown = 4;

std::string note_of(const Route& route) {
  std::string note = route.description + ".\n";
  const std::size_t shown = std::min(kExamplesShown, route.examples.size());
  for (std::size_t i = 0; i < shown; ++i) note += "Request: " + route.examples[i] + "\n";
  return note;
}

chat::ScoreItem item(const std::string& note, std::string_view text) {
  chat::ScoreItem made;
  made.prompt.text = note + "Request:";
  made.continuation = " " + std::string(text);
  return made;
}

constexpr auto kLeaning = std::to_array<std::string_view>(
    {"and", "also", "but", "it", "its", "that", "those", "them", "they", "this", "these", "same",
     "again", "instead", "then", "yes", "no", "ok", "okay"});

} // namespace

bool leans_on_last_turn(std::string_view text) {
  constexpr std::size_t kShort = 3; // words of content
  const auto words = split_words(text);
  if (words.empty()) return false;
  const auto leans = [](const Word& word) {
    return std::find(kLeaning.begin(), kLeaning.end(), word.text) != kLeaning.end();
  };
  const auto content = std::count_if(words.begin(), words.end(), [&](const Word& word) {
    return !is_function_word(word.text) && !leans(word);
  });
  if (has_phrase(words, "what about") || has_phrase(words, "how about")) return true;
  const bool begins_so = leans(words.front());
  const bool points_back = std::any_of(words.begin(), words.end(), leans);
  return static_cast<std::size_t>(content) <= kShort && (begins_so || points_back || content <= 1);
}

Router::Router(std::vector<Route> routes)
    : routes_(std::move(routes)), index_(examples_of(routes_)) {}

std::optional<std::size_t> Router::by_rule(std::string_view text) const {
  const auto words = split_words(text);
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (has_any(words, routes_[i].always) && !has_any(words, routes_[i].never)) return i;
  }
  return std::nullopt;
}

std::vector<double> Router::logits(std::string_view text) const {
  const auto words = split_words(text);
  std::vector<double> found = index_.similarity(text);
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i] = has_any(words, routes_[i].never) ? kNever : kOffset + kSlope * found[i];
  }
  return found;
}

std::vector<double> Router::by_examples(std::string_view text) const {
  return probabilities_of(logits(text));
}

// How much likelier the note of each of the best few makes the request, per square root of a word:
// the noisy channel of call/likelihood.h.
Status Router::add_likelihoods(std::string_view text, std::vector<double>& logits,
                               chat::ChatModel& model, const chat::PrincipalId& principal,
                               const CancelToken& cancel) const {
  std::vector<std::size_t> order(routes_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  order.resize(std::min(order.size(), kScoredMax));
  chat::ScoreRequest request;
  request.principal = principal;
  for (const std::size_t i : order) {
    request.items.push_back(item(note_of(routes_[i]), text));
  }
  request.items.push_back(item("", text));
  const auto scores = chat::score_each(model, request, cancel);
  if (!scores) {
    return scores.error().code == ErrorCode::kUnsupported ? Status() : fail(scores.error());
  }
  const double alone = scores->back();
  const auto words = static_cast<double>(std::max<std::size_t>(1, split_words(text).size()));
  double mean = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    mean += ((*scores)[i] - alone) / static_cast<double>(order.size());
  }
  std::vector<double> gains(logits.size(), 0.0);
  for (std::size_t i = 0; i < order.size(); ++i) {
    gains[order[i]] = ((*scores)[i] - alone - mean) / std::sqrt(words);
  }
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double similarity = (logits[i] - kOffset) / kSlope;
    if (logits[i] > kNever) {
      logits[i] = kScoredOffset + kScoredSlope * similarity + kLikelihoodSlope * gains[i];
    }
  }
  return {};
}

Result<Routing> Router::decide(std::string_view text, std::optional<std::size_t> current,
                               chat::ChatModel* model, const chat::PrincipalId& principal,
                               const CancelToken& cancel) const {
  if (routes_.empty()) return Routing{std::nullopt, "none", 0};
  if (const auto rule = by_rule(text)) return Routing{rule, "rule", 1};
  std::vector<double> weighed = logits(text);
  std::vector<double> probabilities = probabilities_of(weighed);
  std::size_t best = best_of(probabilities);
  if (current && best != *current && probabilities[best] < kClearlyWins &&
      leans_on_last_turn(text)) {
    return Routing{current, "follow-up", probabilities[*current]};
  }
  if (current && best == *current && leans_on_last_turn(text)) {
    return Routing{current, "follow-up", probabilities[best]};
  }
  std::string why = "examples";
  if (probabilities[best] < kSure && model != nullptr) {
    OUTPOST_CHECK(add_likelihoods(text, weighed, *model, principal, cancel));
    probabilities = probabilities_of(weighed);
    best = best_of(probabilities);
    why = "likelihood";
  }
  if (probabilities[best] < kWorthATry) return Routing{std::nullopt, "none", probabilities[best]};
  return Routing{best, why, probabilities[best]};
}

} // namespace outpost::agents
