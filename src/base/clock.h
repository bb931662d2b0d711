// Time as a thing that is passed in. Durations come from the monotonic reading, which no clock
// change moves; the wall reading is only ever shown or stored.
#pragma once
#include <chrono>
#include <cstdint>

namespace outpost {

class Clock {
public:
  virtual ~Clock() = default;
  virtual std::chrono::nanoseconds monotonic() = 0; // since an arbitrary start
  virtual std::int64_t wall_ms() = 0;               // since 1970-01-01 UTC
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
public:
  std::chrono::nanoseconds monotonic() override;
  std::int64_t wall_ms() override;
};

// For tests: stands still until moved. Not thread-safe.
class FakeClock final : public Clock {
public:
  std::chrono::nanoseconds monotonic() override { return now_; }
  std::int64_t wall_ms() override { return wall_ms_; }
  void advance(std::chrono::nanoseconds by) {
    now_ += by;
    wall_ms_ += std::chrono::duration_cast<std::chrono::milliseconds>(by).count();
  }

private:
  std::chrono::nanoseconds now_{0};
  std::int64_t wall_ms_ = 1'700'000'000'000;
};

} // namespace outpost
