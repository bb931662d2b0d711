// One run's pen: numbers events, writes them to the log, then shows them. A run that goes on after
// a restart, or is gone through again, is given its record: then write() compares what the run does
// with what it did, and only what comes after the record's end is new. A run is a function of what
// it took in (request, model answers, results, approvals, stops), and all of that is in the record.
// Belongs to the run's thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

  // To be called before the first write(). `may_go_on` off: nothing is written; a run that would do
  // more than its record says ends with kConflict.
  void go_through(std::string run_id, std::vector<StoredEvent> record, bool may_go_on);

  // When it returns without error, the event is on the disk and shown. Within a record: kConflict
  // when the run does something else this time.
  Status write(RunEventBody body, chat::Label label);
  // The same, on the disk with the next write(): for what could be found out again.
  Status defer(RunEventBody body, chat::Label label);

  // The recorded event that comes next; null when what happens is new.
  [[nodiscard]] const StoredEvent* next() const;
  // What happens now is new, and may be told to others.
  [[nodiscard]] bool is_new() const { return next() == nullptr && may_go_on_; }
  // The same if it is of that kind.
  [[nodiscard]] const StoredEvent* next(std::string_view kind) const;
  // Passes by a recorded event that the run takes in rather than does.
  void pass() { ++at_; }
  // An event of the record was not the one that the run came to.
  [[nodiscard]] tl::unexpected<Error> differs(std::string_view wanted);
  [[nodiscard]] bool has_differed() const { return has_differed_; }
  // Everything so far was as recorded, and the record ends where the run was cut off.
  [[nodiscard]] bool is_through() const { return is_through_; }
  [[nodiscard]] bool may_go_on() const { return may_go_on_; }
  // The last event is of that kind, and nothing was added to the record.
  [[nodiscard]] bool still_ends_with(std::string_view kind) const {
    return !record_.empty() && record_.back().kind == kind && deferred_.empty() &&
           sequence_ == record_.back().sequence;
  }

  [[nodiscard]] const std::string& run_id() const { return run_id_; }

private:
  Status compare(const RunEventBody& body);
  Status append(std::vector<RunEvent> events);

  std::string run_id_;
  RunLog& log_;
  Clock& clock_;
  RunObserver observer_;
  std::vector<StoredEvent> record_;
  std::size_t at_ = 0;
  bool may_go_on_ = true;
  bool has_differed_ = false;
  bool is_through_ = false;
  std::uint64_t sequence_ = 0;
  std::vector<RunEvent> deferred_;
};

// Sorts by time, and no two alike: milliseconds since 1970 and 48 random bits, in hexadecimal.
std::string make_run_id(Clock& clock, Random& random);

} // namespace outpost::agents
