// One run's pen: numbers events, writes them to the log, then shows them. Belongs to the run's
// thread.
#pragma once
#include <string>
#include <utility>

#include "agents/run/event.h"
#include "agents/run/run_log.h"
#include "base/clock.h"
#include "base/random.h"

namespace outpost::agents {

class RunJournal {
public:
  // `log` and `clock` outlive this.
  RunJournal(std::string run_id, RunLog& log, Clock& clock, RunObserver observer)
      : run_id_(std::move(run_id)), log_(log), clock_(clock), observer_(std::move(observer)) {}

  // When it returns without error, the event is on the disk and shown.
  Status write(RunEventBody body, chat::Label label);
  [[nodiscard]] const std::string& run_id() const { return run_id_; }

private:
  std::string run_id_;
  RunLog& log_;
  Clock& clock_;
  RunObserver observer_;
  std::uint64_t sequence_ = 0;
};

// Sorts by time, and no two alike: milliseconds since 1970 and 48 random bits, in hexadecimal.
std::string make_run_id(Clock& clock, Random& random);

} // namespace outpost::agents
