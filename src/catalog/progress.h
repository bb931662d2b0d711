// How far a pull is: what a progress bar shows. Events are few (about ten a second, and one at each
// change of phase), so the callback may draw.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"

namespace outpost::catalog {

enum class Phase {
  kResolving, // asking a source what it has
  kWaiting,   // another process pulls the same file; `done` is how far it is
  kDownloading,
  kUnpacking, // reading the file out of what was downloaded
  kVerifying, // sha256 of the whole file
  kInstalled,
};

struct Progress {
  Phase phase = Phase::kResolving;
  std::string subject; // the source, or the file
  std::string note;    // something to tell the user once, else empty
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total; // bytes, if known
  double bytes_per_second = 0;        // over the last seconds; 0: not known yet
  std::optional<std::chrono::seconds> time_left;
};

using ProgressCallback = std::function<void(const Progress&)>;

// Turns "so many bytes are there now" into events with rate and time left.
class ProgressReporter {
public:
  // `clock` must outlive the reporter; an empty callback is fine.
  ProgressReporter(Clock& clock, ProgressCallback callback)
      : clock_(clock), callback_(std::move(callback)) {}

  // A new phase; the next update() measures from `done` on. Always an event.
  void enter(Phase phase, std::string subject, std::uint64_t done,
             std::optional<std::uint64_t> total);
  void update(std::uint64_t done); // an event if the last one is old enough
  void note(std::string text);     // an event with a note

private:
  void emit();

  Clock& clock_;
  ProgressCallback callback_;
  Progress current_;
  std::chrono::nanoseconds last_event_{0};
  std::chrono::nanoseconds last_sample_{0};
  std::uint64_t sampled_bytes_ = 0;
};

} // namespace outpost::catalog
