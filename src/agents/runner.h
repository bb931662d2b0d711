// What takes requests: an agent, several copies of one, a team of them. Who asks one need not know
// which it is.
#pragma once
#include <cstddef>
#include <string>

#include "agents/run/event.h"
#include "agents/run/session.h"
#include "base/cancel.h"
#include "base/result.h"
#include "chat/label.h"

namespace outpost::agents {

struct RunOptions {
  chat::PrincipalId principal;
  CancelToken cancel;
  RunObserver observer;
  CancelToken stop; // cancels as well; looked at between steps only
};

struct RunOutcome {
  std::string run_id;
  RunEnd end = RunEnd::kDone;
  AnswerKind kind = AnswerKind::kStatement;
  std::string text;
  std::string waits_for; // an approval's id, when `end` is kWaiting
  RunUsage usage;
};

// A run gone through again from its record, without a model, a tool or a person.
struct ReplayReport {
  bool is_same = false;   // every event had the same bytes
  bool is_whole = false;  // the record has the run's end
  std::size_t events = 0; // of the record
  std::string difference; // what came instead; empty when it is the same
};

class Runner {
public:
  Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  virtual ~Runner() = default;

  // Answers one request and adds a turn to `session`. A run that fails, is cancelled or uses up its
  // budget is an outcome; an error means that the run could not even be recorded, or that there is
  // no room for it (kResourceExhausted).
  virtual Result<RunOutcome> run(Session& session, const std::string& request,
                                 const RunOptions& options) = 0;

  // Goes on with a run that waits or was cut off (kill, power), from its record: what was computed
  // is not computed again, what was done is not done again. A call that was begun and has no
  // outcome is "unknown" and not repeated, unless it only reads. With a cancelled token the run
  // ends as cancelled. kNotFound: it is no run of these agents; kConflict: it has ended, or the
  // agent file has changed since.
  virtual Result<RunOutcome> resume(const std::string& run_id, const RunOptions& options);
  // Changes nothing. Errors as resume(), but a run may have ended.
  virtual Result<ReplayReport> replay(const std::string& run_id);
};

} // namespace outpost::agents
