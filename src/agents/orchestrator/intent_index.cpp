#include "agents/orchestrator/intent_index.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

using Terms = std::map<std::string, double>;

// Function words say little about the subject, but something about the wish ("where", "can you").
constexpr double kFunctionWordShare = 0.3;
constexpr double kPairShare = 0.5;
constexpr double kWordsShare = 0.6; // of the similarity; letters have the rest
// The nearest example counts, and that it is not alone.
constexpr double kNearestShare = 0.7;
constexpr std::size_t kNeighbours = 3;

Terms split_to_words(std::string_view text) {
  Terms terms;
  std::string before;
  for (const Word& word : split_words(text)) {
    terms[word.stem] += is_function_word(word.text) ? kFunctionWordShare : 1;
    if (!before.empty()) terms[before + " " + word.stem] += kPairShare;
    before = word.stem;
  }
  return terms;
}

Terms split_to_letters(std::string_view text) {
  Terms terms;
  for (const Word& word : split_words(text)) {
    if (is_function_word(word.text)) continue;
    const std::string padded = " " + word.text + " ";
    for (std::size_t i = 0; i + 3 <= padded.size(); ++i) terms[padded.substr(i, 3)] += 1;
  }
  return terms;
}

double dot(const Terms& a, const Terms& b) {
  double sum = 0;
  const Terms& few = a.size() < b.size() ? a : b;
  const Terms& many = a.size() < b.size() ? b : a;
  for (const auto& [term, weight] : few) {
    const auto found = many.find(term);
    if (found != many.end()) sum += weight * found->second;
  }
  return sum;
}

double near(std::vector<double> cosines) {
  if (cosines.empty()) return 0;
  const std::size_t count = std::min(kNeighbours, cosines.size());
  std::partial_sort(cosines.begin(), cosines.begin() + static_cast<std::ptrdiff_t>(count),
                    cosines.end(), std::greater<>());
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += cosines[i];
  return kNearestShare * cosines[0] + (1 - kNearestShare) * sum / static_cast<double>(count);
}

} // namespace

void IntentIndex::View::learn(const std::vector<std::vector<std::string>>& texts) {
  double count = 0;
  std::map<std::string, double> with;
  for (const auto& route : texts) {
    for (const std::string& text : route) {
      ++count;
      for (const auto& [term, times] : split(text)) ++with[term];
    }
  }
  for (const auto& [term, texts_with] : with) weights[term] = std::log((1 + count) / texts_with);
  unseen_weight = std::log(1 + count);
  for (const auto& route : texts) {
    auto& directions = examples.emplace_back();
    for (const std::string& text : route) directions.push_back(direction(text));
  }
}

// What no example has lengthens the text, and so makes it less like any of them.
Terms IntentIndex::View::direction(std::string_view text) const {
  Terms terms = split(text);
  double square = 0;
  for (auto& [term, weight] : terms) {
    const auto known = weights.find(term);
    weight *= known == weights.end() ? unseen_weight : known->second;
    square += weight * weight;
  }
  if (square > 0) {
    for (auto& [term, weight] : terms) weight /= std::sqrt(square);
  }
  return terms;
}

std::vector<std::vector<double>> IntentIndex::View::cosines(std::string_view text) const {
  const Terms of_text = direction(text);
  std::vector<std::vector<double>> found(examples.size());
  for (std::size_t route = 0; route < examples.size(); ++route) {
    for (const Terms& example : examples[route]) found[route].push_back(dot(of_text, example));
  }
  return found;
}

IntentIndex::IntentIndex(const std::vector<std::vector<std::string>>& examples)
    : words_{.split = split_to_words}, letters_{.split = split_to_letters} {
  words_.learn(examples);
  letters_.learn(examples);
}

std::vector<double> IntentIndex::similarity(std::string_view text) const {
  const auto by_words = words_.cosines(text);
  const auto by_letters = letters_.cosines(text);
  std::vector<double> found;
  for (std::size_t route = 0; route < by_words.size(); ++route) {
    std::vector<double> fused;
    for (std::size_t i = 0; i < by_words[route].size(); ++i) {
      fused.push_back(kWordsShare * by_words[route][i] + (1 - kWordsShare) * by_letters[route][i]);
    }
    found.push_back(near(std::move(fused)));
  }
  return found;
}

} // namespace outpost::agents
