#include "agents/ledger/ledger.h"

#include <array>

namespace outpost::agents {
namespace {

constexpr std::array<std::string_view, 1> kSchema = {R"sql(
CREATE TABLE entries(
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, agent TEXT NOT NULL, principal TEXT NOT NULL,
  place TEXT NOT NULL, day TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL, time_ms INTEGER NOT NULL, cost INTEGER NOT NULL,
  elsewhere INTEGER NOT NULL, closes_run INTEGER NOT NULL, settled INTEGER NOT NULL);
CREATE INDEX entries_by_run ON entries(run_id);
CREATE INDEX entries_by_day ON entries(day, agent);
)sql"};

constexpr std::string_view kSums =
    "sum(closes_run), sum(place <> 'local'), sum(prompt_tokens), sum(completion_tokens), "
    "sum(time_ms), sum(cost), sum(elsewhere) FROM entries ";

std::string_view column_of(LedgerGroup group) {
  switch (group) {
  case LedgerGroup::kRun: return "run_id";
  case LedgerGroup::kAgent: return "agent";
  case LedgerGroup::kDay: return "day";
  case LedgerGroup::kPlace: return "place";
  }
  return "day";
}

// 1970-01-01 is day 0.
std::string day_text(std::int64_t wall_ms, std::int64_t days_before) {
  using std::chrono::days;
  const auto day = std::chrono::floor<days>(std::chrono::sys_time<std::chrono::milliseconds>(
                       std::chrono::milliseconds(wall_ms))) -
                   days(days_before);
  const std::chrono::year_month_day date(day);
  const auto two = [](unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

std::int64_t stored(std::uint64_t count) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, INT64_MAX));
}

LedgerSum read_sum(const store::Statement& row, int column) {
  LedgerSum sum;
  const auto count = [&row, &column] { return static_cast<std::uint64_t>(row.integer(column++)); };
  sum.runs = count();
  sum.asks = count();
  sum.spending.prompt_tokens = count();
  sum.spending.completion_tokens = count();
  sum.spending.time = std::chrono::milliseconds(row.integer(column++));
  sum.spending.cost = {row.integer(column++)};
  sum.elsewhere = {row.integer(column)};
  return sum;
}

tl::unexpected<Error> used_up(const std::string& what, const std::string& limit) {
  return fail(ErrorCode::kLimitExceeded, "escalation would pass the limit of " + limit + " " + what,
              "raise it under escalation: limits: in the agent file, or wait");
}

} // namespace

std::optional<double> LedgerSum::advantage() const {
  if (spending.cost.billionths <= 0) return std::nullopt;
  return static_cast<double>(elsewhere.billionths) / static_cast<double>(spending.cost.billionths);
}

Ledger::Ledger(store::Database database, Clock& clock)
    : database_(std::move(database)), clock_(&clock) {}

Result<Ledger> Ledger::made_over(store::Database database, Clock& clock) {
  OUTPOST_CHECK(store::migrate(database, kSchema));
  return Ledger(std::move(database), clock);
}

Result<Ledger> Ledger::open(const std::filesystem::path& path, Clock& clock) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  return made_over(std::move(database), clock);
}

Result<Ledger> Ledger::open_in_memory(Clock& clock) {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  return made_over(std::move(database), clock);
}

Status Ledger::insert(const LedgerEntry& entry, bool settled) {
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO entries VALUES "
                                             "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const std::string day = day_text(clock_->wall_ms(), 0);
  const Spending& spent = entry.spending;
  return insert.run(std::string_view(entry.run_id), std::string_view(entry.agent),
                    std::string_view(entry.principal), std::string_view(entry.place),
                    std::string_view(day), stored(spent.prompt_tokens),
                    stored(spent.completion_tokens), std::int64_t{spent.time.count()},
                    spent.cost.billionths, entry.elsewhere.billionths,
                    std::int64_t{entry.closes_run}, std::int64_t{settled});
}

Status Ledger::book(const LedgerEntry& entry) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  if (entry.closes_run) {
    OUTPOST_TRY(auto closed, database_.prepare("SELECT 1 FROM entries WHERE run_id = ? AND "
                                               "closes_run = 1"));
    OUTPOST_CHECK(closed.bind_all(std::string_view(entry.run_id)));
    OUTPOST_TRY(const bool is_closed, closed.step());
    if (is_closed) return {};
  }
  OUTPOST_CHECK(insert(entry, true));
  return transaction.commit();
}

Result<std::int64_t> Ledger::reserve(const LedgerEntry& most, const SpendLimits& limits) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_CHECK(check_locked(most, limits));
  OUTPOST_CHECK(insert(most, false));
  const std::int64_t reservation = database_.last_insert_rowid();
  OUTPOST_CHECK(transaction.commit());
  return reservation;
}

Status Ledger::settle(std::int64_t reservation, const Spending& spent) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto update,
              database_.prepare("UPDATE entries SET prompt_tokens = ?, completion_tokens = ?, "
                                "time_ms = ?, cost = ?, settled = 1 WHERE id = ? AND settled = 0"));
  OUTPOST_CHECK(update.run(stored(spent.prompt_tokens), stored(spent.completion_tokens),
                           std::int64_t{spent.time.count()}, spent.cost.billionths, reservation));
  if (database_.changes() == 1) return {};
  return fail(ErrorCode::kNotFound,
              "no open reservation " + std::to_string(reservation) + " in the ledger");
}

Status Ledger::check(const LedgerEntry& most, const SpendLimits& limits) {
  const std::lock_guard lock(*mutex_);
  return check_locked(most, limits);
}

// What an agent's endpoints have cost so far, in one run or in one day: ?1 is the agent, ?2 the
// run or the day.
Result<LedgerSum> Ledger::spent_locked(std::string_view where, const LedgerEntry& entry) {
  OUTPOST_TRY(auto query,
              database_.prepare("SELECT " + std::string(kSums) +
                                "WHERE place <> 'local' AND agent = ?1 AND " + std::string(where)));
  const std::string day = day_text(clock_->wall_ms(), 0);
  OUTPOST_CHECK(query.bind_all(std::string_view(entry.agent),
                               std::string_view(where == "day = ?2" ? day : entry.run_id)));
  OUTPOST_TRY(const bool has_row, query.step());
  return has_row ? read_sum(query, 0) : LedgerSum{};
}

Status Ledger::check_locked(const LedgerEntry& most, const SpendLimits& limits) {
  const Spending& spending = most.spending;
  OUTPOST_TRY(const LedgerSum run, spent_locked("run_id = ?2", most));
  OUTPOST_TRY(const LedgerSum today, spent_locked("day = ?2", most));
  if (limits.asks_run && run.asks >= *limits.asks_run) {
    return used_up("asks a run", std::to_string(*limits.asks_run));
  }
  if (limits.money_run && run.spending.cost + spending.cost > *limits.money_run) {
    return used_up("a run", to_string(*limits.money_run));
  }
  if (limits.money_day && today.spending.cost + spending.cost > *limits.money_day) {
    return used_up("a day", to_string(*limits.money_day));
  }
  const std::uint64_t tokens = today.spending.prompt_tokens + today.spending.completion_tokens +
                               spending.prompt_tokens + spending.completion_tokens;
  if (limits.tokens_day && tokens > *limits.tokens_day) {
    return used_up("tokens a day", std::to_string(*limits.tokens_day));
  }
  return {};
}

Result<std::vector<LedgerSum>> Ledger::sums(LedgerGroup group, std::uint32_t days,
                                            std::size_t most) {
  const std::lock_guard lock(*mutex_);
  const std::string column(column_of(group));
  OUTPOST_TRY(auto query, database_.prepare("SELECT " + column + ", " + std::string(kSums) +
                                            "WHERE day >= ? GROUP BY " + column +
                                            " ORDER BY max(id) DESC LIMIT ?"));
  const std::string first = days == 0 ? "" : day_text(clock_->wall_ms(), days - 1);
  OUTPOST_CHECK(query.bind_all(std::string_view(first), stored(most)));
  std::vector<LedgerSum> found;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return found;
    found.push_back(read_sum(query, 1));
    found.back().group = std::string(query.text(0));
  }
}

Result<LedgerSum> Ledger::total(std::uint32_t days) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query, database_.prepare("SELECT " + std::string(kSums) + "WHERE day >= ?"));
  const std::string first = days == 0 ? "" : day_text(clock_->wall_ms(), days - 1);
  OUTPOST_CHECK(query.bind_all(std::string_view(first)));
  OUTPOST_TRY(const bool has_row, query.step());
  return has_row ? read_sum(query, 0) : LedgerSum{};
}

} // namespace outpost::agents
