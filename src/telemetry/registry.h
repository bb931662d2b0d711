// Counters, gauges and histograms of a process, and their text for Prometheus (exposition format
// 0.0.4). Making a series takes a lock; counting is one atomic operation.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outpost::telemetry {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> value_{0};
};

class Histogram {
public:
  // `bounds`: upper limits of the buckets, ascending.
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);
  [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }
  [[nodiscard]] const std::vector<double>& bounds() const { return bounds_; }
  // Of the bucket alone; the last one is what lies above all bounds.
  [[nodiscard]] std::uint64_t bucket(std::size_t index) const {
    return buckets_[index].load(std::memory_order_relaxed);
  }

private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_; // [bounds + 1]
  std::atomic<std::uint64_t> count_{0};
  std::atomic<double> sum_{0};
};

// Seconds from a millisecond to five minutes.
std::vector<double> latency_bounds();

// What was given out lives as long as the registry. Thread-safe.
class Registry {
public:
  // The series of that name and labels, made when it is asked for first. Beyond kSeriesMax labels
  // are left out, so that nothing a client sends can grow memory.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {});
  // Read when the text is made; `read` may be called from any thread.
  void gauge(const std::string& name, const std::string& help, std::function<double()> read,
             const Labels& labels = {});

  [[nodiscard]] std::string text() const;

private:
  static constexpr std::size_t kSeriesMax = 2000;
  struct Family {
    std::string help;
    std::map<std::string, std::unique_ptr<Counter>> counters; // by their labels as text
    std::map<std::string, std::unique_ptr<Histogram>> histograms;
    std::map<std::string, std::function<double()>> gauges;
  };
  Family& family(const std::string& name, const std::string& help);
  template <class Series>
  Series& slot(std::map<std::string, Series>& series, const Labels& labels);

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_; // guarded by mutex_
  std::size_t series_count_ = 0;           // guarded by mutex_
};

} // namespace outpost::telemetry
