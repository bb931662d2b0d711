#include "agents/calling/logistic_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace outpost::agents {
namespace {

constexpr int kRounds = 600;
constexpr double kRate = 0.5;
constexpr double kMomentum = 0.9;
constexpr int kListRounds = 3000;
constexpr double kListRate = 0.3;
constexpr std::size_t kBins = 10;

struct Scale {
  double mean = 0;
  double spread = 1;
};

std::vector<Scale> scales_of(std::span<const LogisticExample> examples) {
  const std::size_t width = examples.front().signs.size();
  const auto count = static_cast<double>(examples.size());
  std::vector<Scale> scales(width);
  for (std::size_t i = 1; i < width; ++i) {
    double sum = 0;
    double squares = 0;
    for (const LogisticExample& example : examples) {
      sum += example.signs[i];
      squares += example.signs[i] * example.signs[i];
    }
    scales[i].mean = sum / count;
    const double variance = squares / count - scales[i].mean * scales[i].mean;
    scales[i].spread = variance > 1e-12 ? std::sqrt(variance) : 0;
  }
  return scales;
}

// Standard deviation of each sign over all options of all examples; 1 where nothing varies.
std::vector<double> spread_of(std::span<const ListExample> examples, std::size_t width) {
  std::vector<double> sum(width);
  std::vector<double> squares(width);
  double count = 0;
  for (const ListExample& example : examples) {
    for (const auto& signs : example.options) {
      count += 1;
      for (std::size_t i = 0; i < width; ++i) {
        sum[i] += signs[i];
        squares[i] += signs[i] * signs[i];
      }
    }
  }
  std::vector<double> spread(width, 1.0);
  for (std::size_t i = 0; i < width; ++i) {
    const double variance = squares[i] / count - (sum[i] / count) * (sum[i] / count);
    if (variance > 1e-12) spread[i] = std::sqrt(variance);
  }
  return spread;
}

// What each option weighs, as shares of 1; with `right_only` the others weigh nothing.
std::vector<double> shares_of(const ListExample& example, std::span<const double> weights,
                              bool right_only) {
  std::vector<double> shares;
  double most = -1e300;
  for (std::size_t o = 0; o < example.options.size(); ++o) {
    const auto& signs = example.options[o];
    const bool counts = !right_only || example.right[o];
    shares.push_back(counts ? std::inner_product(signs.begin(), signs.end(), weights.begin(), 0.0)
                            : -1e300);
    most = std::max(most, shares.back());
  }
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - most);
  for (double& share : shares) share /= sum;
  return shares;
}

double scaled(double sign, const Scale& scale) {
  return scale.spread == 0 ? 0 : (sign - scale.mean) / scale.spread;
}

} // namespace

double logistic(std::span<const double> signs, std::span<const double> weights) {
  const double sum = std::inner_product(signs.begin(), signs.end(), weights.begin(), 0.0);
  return 1 / (1 + std::exp(-sum));
}

// Gradient descent with Polyak's momentum (1964), projected to the directions.
std::vector<double> fit_logistic(std::span<const LogisticExample> examples, double pull,
                                 const SignRules& rules) {
  if (examples.empty()) return {};
  std::vector<Scale> scales = scales_of(examples);
  for (std::size_t i = rules.plain; i < scales.size(); ++i) scales[i].spread /= rules.trust;
  const std::size_t width = scales.size();
  std::vector<double> rows;
  rows.reserve(examples.size() * width);
  for (const LogisticExample& example : examples) {
    for (std::size_t i = 0; i < width; ++i) rows.push_back(scaled(example.signs[i], scales[i]));
  }
  const auto count = static_cast<double>(examples.size());
  std::vector<double> weights(width);
  std::vector<double> steps(width);
  std::vector<double> gradient(width);
  for (int round = 0; round < kRounds; ++round) {
    std::ranges::fill(gradient, 0.0);
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const std::span<const double> row(rows.data() + e * width, width);
      const double error = (examples[e].holds ? 1 : 0) - logistic(row, weights);
      for (std::size_t i = 0; i < width; ++i) gradient[i] += error * row[i];
    }
    for (std::size_t i = 0; i < width; ++i) {
      const double held = i == 0 ? 0 : pull * weights[i]; // the bias is free
      steps[i] = kMomentum * steps[i] + kRate * (gradient[i] - held) / count;
      weights[i] += steps[i];
      const int direction = i < rules.directions.size() ? rules.directions[i] : 0;
      if (weights[i] * direction < 0) weights[i] = steps[i] = 0;
    }
  }
  for (std::size_t i = 1; i < width; ++i) {
    weights[i] = scales[i].spread == 0 ? 0 : weights[i] / scales[i].spread;
    weights[0] -= weights[i] * scales[i].mean;
  }
  return weights;
}

std::vector<double> fit_listwise(std::span<const ListExample> examples, double pull) {
  if (examples.empty()) return {};
  const std::size_t width = examples.front().options.front().size();
  const std::vector<double> spread = spread_of(examples, width);
  std::vector<double> weights(width);
  for (int round = 0; round < kListRounds; ++round) {
    std::vector<double> gradient(width);
    for (const ListExample& example : examples) {
      const auto expected = shares_of(example, weights, false);
      const auto wanted = shares_of(example, weights, true);
      for (std::size_t o = 0; o < expected.size(); ++o) {
        for (std::size_t i = 0; i < width; ++i) {
          gradient[i] += (wanted[o] - expected[o]) * example.options[o][i];
        }
      }
    }
    for (std::size_t i = 0; i < width; ++i) {
      // A step of the weight of the scaled sign, which is weight * spread.
      const double step = gradient[i] / static_cast<double>(examples.size()) / spread[i] -
                          pull * weights[i] * spread[i];
      weights[i] += kListRate * step / spread[i];
    }
  }
  return weights;
}

Calibration measure_calibration(std::span<const double> claimed, const std::vector<bool>& holds) {
  Calibration out;
  std::array<double, kBins> sums{};
  std::array<double, kBins> hits{};
  double above = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const auto bin = std::min(kBins - 1, static_cast<std::size_t>(claimed[i] * kBins));
    sums[bin] += claimed[i];
    hits[bin] += holds[i] ? 1 : 0;
    for (std::size_t j = 0; holds[i] && j < claimed.size(); ++j) {
      if (holds[j]) continue;
      pairs += 1;
      above += claimed[i] > claimed[j] ? 1 : claimed[i] == claimed[j] ? 0.5 : 0;
    }
  }
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    out.expected_error +=
        std::abs(sums[bin] - hits[bin]) / std::max(1.0, static_cast<double>(claimed.size()));
  }
  if (pairs > 0) out.ranking = above / pairs;
  return out;
}

} // namespace outpost::agents
