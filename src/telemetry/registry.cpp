#include "telemetry/registry.h"

#include <algorithm>

#include "base/json_text.h"

namespace outpost::telemetry {
namespace {

// {a="b",le="0.5"}; an empty text for no labels.
std::string braced(const std::string& labels, const std::string& more) {
  if (labels.empty() && more.empty()) return {};
  return "{" + labels + (labels.empty() || more.empty() ? "" : ",") + more + "}";
}

std::string number(double value) { return json_number(value); }

void write_histogram(std::string& out, const std::string& name, const std::string& labels,
                     const Histogram& histogram) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    below += histogram.bucket(i);
    const bool is_last = i == histogram.bounds().size();
    const std::string bound = is_last ? "+Inf" : number(histogram.bounds()[i]);
    out += name + "_bucket" + braced(labels, "le=\"" + bound + "\"") + " " + std::to_string(below) +
           "\n";
  }
  out += name + "_sum" + braced(labels, "") + " " + number(histogram.sum()) + "\n";
  out += name + "_count" + braced(labels, "") + " " + std::to_string(below) + "\n";
}

} // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(bounds_.size() + 1) {}

void Histogram::observe(double value) {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  count_.fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> latency_bounds() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};
}

Registry::Family& Registry::family(const std::string& name, const std::string& help) {
  Family& family = families_[name];
  family.help = help;
  return family;
}

template <class Series>
Series& Registry::slot(std::map<std::string, Series>& series, const Labels& labels) {
  std::string key;
  for (const auto& [name, value] : labels) {
    // Prometheus escapes \, " and line breaks as JSON does.
    key += (key.empty() ? "" : ",") + name + "=" + json_string(value);
  }
  const auto found = series.find(key);
  if (found != series.end()) return found->second;
  if (series_count_ >= kSeriesMax) return series[""];
  ++series_count_;
  return series[key];
}

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  auto& counter = slot(family(name, help).counters, labels);
  if (!counter) counter = std::make_unique<Counter>();
  return *counter;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help,
                               const Labels& labels) {
  const std::lock_guard lock(mutex_);
  auto& histogram = slot(family(name, help).histograms, labels);
  if (!histogram) histogram = std::make_unique<Histogram>(latency_bounds());
  return *histogram;
}

void Registry::gauge(const std::string& name, const std::string& help, std::function<double()> read,
                     const Labels& labels) {
  const std::lock_guard lock(mutex_);
  slot(family(name, help).gauges, labels) = std::move(read);
}

std::string Registry::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    const char* kind = !family.counters.empty()     ? "counter"
                       : !family.histograms.empty() ? "histogram"
                                                    : "gauge";
    out += "# HELP " + name + " " + family.help + "\n# TYPE " + name + " " + kind + "\n";
    for (const auto& [labels, counter] : family.counters) {
      out += name + braced(labels, "") + " " + std::to_string(counter->value()) + "\n";
    }
    for (const auto& [labels, histogram] : family.histograms) {
      write_histogram(out, name, labels, *histogram);
    }
    for (const auto& [labels, read] : family.gauges) {
      out += name + braced(labels, "") + " " + number(read()) + "\n";
    }
  }
  return out;
}

} // namespace outpost::telemetry
