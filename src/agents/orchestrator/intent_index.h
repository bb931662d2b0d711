// Which of several agents a request resembles, by the examples that each has: cosines of weighted
// words and word pairs, and of letter triples, which forgive slips and word forms. No model.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace outpost::agents {

class IntentIndex {
public:
  // [routes][examples]; what is needed is copied.
  explicit IntentIndex(const std::vector<std::vector<std::string>>& examples);

  // For each route, how near its nearest examples are, from 0 to 1.
  [[nodiscard]] std::vector<double> similarity(std::string_view text) const;

private:
  using Terms = std::map<std::string, double>; // term -> count, or weight

  // One way to take a text apart, with what is known of its terms.
  struct View {
    using Split = Terms (*)(std::string_view text);
    Split split = nullptr;
    std::map<std::string, double> weights; // inverse document frequency
    double unseen_weight = 0;
    std::vector<std::vector<Terms>> examples; // [routes][examples], of length 1

    void learn(const std::vector<std::vector<std::string>>& texts);
    [[nodiscard]] Terms direction(std::string_view text) const;
    [[nodiscard]] std::vector<std::vector<double>> cosines(std::string_view text) const;
  };

  View words_;
  View letters_;
};

} // namespace outpost::agents
