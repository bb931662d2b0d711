// Whether an endpoint is reached now: asked, not assumed. An interface that is up says little; a
// name that does not resolve, a proxy that is gone or a line that is cut show only when something
// is sent. The answer is kept for a while, with jitter so that many machines do not ask at once.
#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/random.h"
#include "remote/endpoint.h"

namespace outpost::remote {

struct ProbeTimes {
  std::chrono::milliseconds online{std::chrono::seconds(30)}; // how long a yes holds
  std::chrono::milliseconds offline{std::chrono::seconds(5)}; // how long a no holds; doubles with
  std::chrono::milliseconds offline_most{std::chrono::minutes(2)}; // each further no, up to this
  double jitter = 0.2;                                             // of these times, either way
};

// Thread-safe: one asks, others that come meanwhile wait for its answer.
class ConnectionProbe {
public:
  // True: there was an answer of any kind.
  using Ask = std::function<bool()>;

  // `clock` outlives the probe.
  ConnectionProbe(Ask ask, Clock& clock, std::uint64_t seed, ProbeTimes times = {});

  bool is_online();
  // Somebody tried in earnest, and this is what came of it.
  void learn(bool online);

private:
  void learn_locked(bool online);

  Ask ask_;
  Clock& clock_;
  ProbeTimes times_;
  std::mutex mutex_;
  Random random_; // guarded by mutex_, as are those below
  std::optional<bool> last_;
  std::chrono::nanoseconds until_{0};
  unsigned failures_ = 0; // in a row
};

// Asks for `path` there, for at most `patience`.
ConnectionProbe::Ask ask_address(Endpoint endpoint, std::string path, Clock& clock,
                                 std::chrono::milliseconds patience = std::chrono::seconds(3));

// Asks for the endpoint's list of models, for at most `patience`; whatever it answers, a refusal
// too, shows that it is there. REQUIRES: address_of(endpoint) is none of an error's.
ConnectionProbe::Ask ask_endpoint(Endpoint endpoint, Clock& clock,
                                  std::chrono::milliseconds patience = std::chrono::seconds(3));

} // namespace outpost::remote
