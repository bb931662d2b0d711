// Logistic regression with a pull towards zero, by gradient descent on evidence scaled to a spread
// of 1: what turns signs into probabilities. Milliseconds for hundreds of examples.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace outpost::agents {

struct LogisticExample {
  std::vector<double> signs; // the first is 1; all examples have as many
  bool holds = false;
};

// How signs may be weighed.
struct SignRules {
  // Of the signs, where there are any: 1, a sign speaks for it or not at all; -1, against it; 0,
  // either. Signs that go together share their weight in odd ways on few examples; what contradicts
  // their meaning does not carry over to requests of another kind.
  std::span<const int> directions;
  // Signs from here on are many and mean nothing each: they enter scaled by `trust`, which pulls
  // their weights to zero by 1 / trust^2 as much.
  std::size_t plain = ~std::size_t{0};
  double trust = 1;
};

// Weights for `signs`; those of a sign that never varies are 0. Empty without examples.
std::vector<double> fit_logistic(std::span<const LogisticExample> examples, double pull = 1.0,
                                 const SignRules& rules = {});

// p under `weights`. REQUIRES: equally many signs and weights.
double logistic(std::span<const double> signs, std::span<const double> weights);

// One choice among options; `signs` of each, all of the same width.
struct ListExample {
  std::vector<std::vector<double>> options;
  std::vector<bool> right; // any of these would have been
};

// Weights under which a softmax over the options' weighted sums puts most on the right ones
// (multinomial logistic regression), pulled towards zero.
std::vector<double> fit_listwise(std::span<const ListExample> examples, double pull = 0.01);

// How far probabilities can be trusted.
struct Calibration {
  double expected_error = 0; // mean distance of claimed and true shares over ten equal bins
  double ranking = 0.5;      // AUROC: how often what holds is put above what doesn't
};
Calibration measure_calibration(std::span<const double> claimed, const std::vector<bool>& holds);

} // namespace outpost::agents
