// The ledger: what runs cost in tokens, time and money, and what the same would have cost without
// us, in one SQLite file. Spending is reserved before anything is asked, within limits that hold
// across processes, and settled when it is known what it came to. A reservation that is never
// settled (the power went) stays booked at its most: the limit errs on the side of the owner.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/ledger/money.h"
#include "base/clock.h"
#include "base/result.h"
#include "store/database.h"

namespace outpost::agents {

// Where work was done, as entries name it: an endpoint's name, or this.
inline constexpr std::string_view kLocalPlace = "local";

struct Spending {
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
  std::chrono::milliseconds time{0};
  Money cost;
};

struct LedgerEntry {
  std::string run_id;
  std::string agent;
  std::string principal;
  std::string place{kLocalPlace};
  Spending spending;
  // What the run would have cost at the prices it is compared with; once for each run, in the
  // entry that closes it.
  Money elsewhere;
  bool closes_run = false;
};

// Of one agent, over all its endpoints; what is not given is not limited.
struct SpendLimits {
  std::optional<Money> money_run;
  std::optional<Money> money_day;
  std::optional<std::uint64_t> tokens_day;
  std::optional<std::uint32_t> asks_run;
};

enum class LedgerGroup { kRun, kAgent, kDay, kPlace };

struct LedgerSum {
  std::string group; // the run, agent, day (2026-11-21, UTC) or place
  std::uint64_t runs = 0;
  std::uint64_t asks = 0; // of endpoints
  Spending spending;
  Money elsewhere;
  // How many times dearer it would have been; none while it cost nothing.
  [[nodiscard]] std::optional<double> advantage() const;
};

// Thread-safe.
class Ledger {
public:
  // `clock` outlives the ledger.
  static Result<Ledger> open(const std::filesystem::path& path, Clock& clock);
  static Result<Ledger> open_in_memory(Clock& clock);

  // Durable on return. An entry that closes a run which is closed already changes nothing, so that
  // one that was cut off may be booked again.
  Status book(const LedgerEntry& entry);

  // Takes `most` of what is left, in one step with looking whether it is. kLimitExceeded names the
  // limit that does not allow it, and then nothing is taken. The number is for settle().
  Result<std::int64_t> reserve(const LedgerEntry& most, const SpendLimits& limits);
  // What a reservation came to. kNotFound when there is none of that number that is open.
  Status settle(std::int64_t reservation, const Spending& spent);
  // Whether reserve() would now be refused, without taking anything.
  Status check(const LedgerEntry& most, const SpendLimits& limits);

  // By group, the newest first; at most `most` of them. `days`: of today and the days before it;
  // 0 is all.
  Result<std::vector<LedgerSum>> sums(LedgerGroup group, std::uint32_t days = 0,
                                      std::size_t most = 100);
  Result<LedgerSum> total(std::uint32_t days = 0);

private:
  Ledger(store::Database database, Clock& clock);
  static Result<Ledger> made_over(store::Database database, Clock& clock);
  Status insert(const LedgerEntry& entry, bool settled);
  Status check_locked(const LedgerEntry& most, const SpendLimits& limits);
  Result<LedgerSum> spent_locked(std::string_view where, const LedgerEntry& entry);

  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>(); // so that it can be moved
  store::Database database_;
  Clock* clock_;
};

} // namespace outpost::agents
