#include "catalog/progress.h"

#include <cmath>

namespace outpost::catalog {

using std::chrono::duration;
using std::chrono::milliseconds;

static constexpr milliseconds kEventInterval{100};
static constexpr milliseconds kSampleInterval{500};
// Weight of one sample in the moving average: about five samples back still count.
static constexpr double kSampleWeight = 0.3;
static constexpr double kLongestTimeLeftSeconds = 86'400.0 * 30;

void ProgressReporter::enter(Phase phase, std::string subject, std::uint64_t done,
                             std::optional<std::uint64_t> total) {
  current_ = Progress{.phase = phase, .subject = std::move(subject), .done = done, .total = total};
  sampled_bytes_ = done;
  last_sample_ = clock_.monotonic();
  emit();
}

void ProgressReporter::update(std::uint64_t done) {
  const auto now = clock_.monotonic();
  current_.done = done;
  if (done < sampled_bytes_) { // started again from an earlier place
    sampled_bytes_ = done;
    last_sample_ = now;
  }
  if (now - last_sample_ >= kSampleInterval) {
    const double rate =
        static_cast<double>(done - sampled_bytes_) / duration<double>(now - last_sample_).count();
    double& average = current_.bytes_per_second;
    average = average == 0 ? rate : average + kSampleWeight * (rate - average);
    sampled_bytes_ = done;
    last_sample_ = now;
  }
  if (now - last_event_ >= kEventInterval) emit();
}

void ProgressReporter::note(std::string text) {
  current_.note = std::move(text);
  emit();
  current_.note.clear();
}

void ProgressReporter::emit() {
  last_event_ = clock_.monotonic();
  if (!callback_) return;
  current_.time_left.reset();
  if (current_.total && *current_.total >= current_.done && current_.bytes_per_second > 0) {
    const double left =
        static_cast<double>(*current_.total - current_.done) / current_.bytes_per_second;
    if (left < kLongestTimeLeftSeconds) {
      current_.time_left = std::chrono::seconds(std::llround(std::ceil(left)));
    }
  }
  callback_(current_);
}

} // namespace outpost::catalog
