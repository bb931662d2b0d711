#include "agents/outbox/outbox.h"

#include <algorithm>
#include <array>

namespace outpost::agents {
namespace {

constexpr std::array<std::string_view, 1> kSchema = {R"sql(
CREATE TABLE items(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, agent TEXT NOT NULL, principal TEXT NOT NULL,
  tool TEXT NOT NULL, arguments TEXT NOT NULL, request TEXT NOT NULL,
  order_key TEXT NOT NULL, idempotency_key TEXT NOT NULL UNIQUE, repeatable INTEGER NOT NULL,
  state TEXT NOT NULL, attempts INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, not_before_ms INTEGER NOT NULL, lease_until_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL, reason TEXT NOT NULL, result TEXT NOT NULL);
CREATE INDEX items_by_state ON items(state, sequence);
CREATE INDEX items_by_key ON items(order_key, state, sequence);
CREATE INDEX items_by_expiry ON items(state, expires_ms);
CREATE INDEX items_by_lease ON items(state, lease_until_ms);
CREATE INDEX items_by_end ON items(ended_ms) WHERE ended_ms > 0;
CREATE TABLE counts(state TEXT PRIMARY KEY, items INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counts VALUES ('waiting', 0), ('sending', 0), ('done', 0), ('failed', 0),
  ('expired', 0), ('dropped', 0), ('unknown', 0);
CREATE TRIGGER counts_of_new AFTER INSERT ON items
  BEGIN UPDATE counts SET items = items + 1 WHERE state = NEW.state; END;
CREATE TRIGGER counts_of_changed AFTER UPDATE OF state ON items BEGIN
  UPDATE counts SET items = items - 1 WHERE state = OLD.state;
  UPDATE counts SET items = items + 1 WHERE state = NEW.state; END;
CREATE TRIGGER counts_of_forgotten AFTER DELETE ON items
  BEGIN UPDATE counts SET items = items - 1 WHERE state = OLD.state; END;
)sql"};

constexpr std::string_view kColumns =
    "sequence, agent, principal, tool, arguments, request, order_key, idempotency_key, "
    "repeatable, state, attempts, created_ms, expires_ms, reason, result FROM items ";

constexpr std::string_view kById = "sequence = CAST(substr(?1, 2) AS INTEGER)";

constexpr auto kStates =
    std::to_array<std::pair<OutboxState, std::string_view>>({{OutboxState::kWaiting, "waiting"},
                                                             {OutboxState::kSending, "sending"},
                                                             {OutboxState::kDone, "done"},
                                                             {OutboxState::kFailed, "failed"},
                                                             {OutboxState::kExpired, "expired"},
                                                             {OutboxState::kDropped, "dropped"},
                                                             {OutboxState::kUnknown, "unknown"}});

OutboxItem read_item(const store::Statement& row) {
  OutboxItem item;
  item.id = "d" + std::to_string(row.integer(0));
  OutboxMessage& message = item.message;
  int column = 1;
  for (std::string* into : {&message.agent, &message.principal, &message.tool, &message.arguments,
                            &message.request, &message.order_key, &message.idempotency_key}) {
    *into = std::string(row.text(column++));
  }
  message.repeatable = row.integer(8) != 0;
  item.state = parse_outbox_state(row.text(9)).value_or(OutboxState::kUnknown);
  item.attempts = static_cast<std::uint32_t>(row.integer(10));
  item.created_ms = row.integer(11);
  item.expires_ms = row.integer(12);
  message.expires_after = std::chrono::milliseconds(item.expires_ms - item.created_ms);
  item.reason = std::string(row.text(13));
  item.result = std::string(row.text(14));
  return item;
}

std::int64_t milliseconds_of(std::chrono::milliseconds time) { return time.count(); }

} // namespace

std::string_view to_string(OutboxState state) {
  for (const auto& [one, name] : kStates) {
    if (one == state) return name;
  }
  return "unknown";
}

std::optional<OutboxState> parse_outbox_state(std::string_view name) {
  for (const auto& [state, one] : kStates) {
    if (one == name) return state;
  }
  return std::nullopt;
}

Outbox::Outbox(store::Database database, Clock& clock, const OutboxLimits& limits)
    : database_(std::move(database)), clock_(&clock), limits_(limits) {}

Result<Outbox> Outbox::made_over(store::Database database, Clock& clock,
                                 const OutboxLimits& limits) {
  OUTPOST_CHECK(store::migrate(database, kSchema));
  return Outbox(std::move(database), clock, limits);
}

Result<Outbox> Outbox::open(const std::filesystem::path& path, Clock& clock,
                            const OutboxLimits& limits) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  return made_over(std::move(database), clock, limits);
}

Result<Outbox> Outbox::open_in_memory(Clock& clock, const OutboxLimits& limits) {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  return made_over(std::move(database), clock, limits);
}

Status Outbox::check(const OutboxMessage& message) const {
  if (message.idempotency_key.empty()) {
    return fail(ErrorCode::kInvalidArgument, "what goes into the outbox needs an idempotency key");
  }
  const std::size_t bytes = message.arguments.size() + message.request.size() +
                            message.order_key.size() + message.idempotency_key.size();
  if (bytes <= limits_.item_bytes_max) return {};
  return fail(ErrorCode::kLimitExceeded, "a call of " + std::to_string(bytes) +
                                             " bytes cannot be deferred; the limit is " +
                                             std::to_string(limits_.item_bytes_max));
}

Result<std::uint32_t> Outbox::count_locked(OutboxState state) {
  OUTPOST_TRY(auto query, database_.prepare("SELECT items FROM counts WHERE state = ?"));
  OUTPOST_CHECK(query.bind_all(to_string(state)));
  OUTPOST_CHECK(query.step());
  return static_cast<std::uint32_t>(query.integer(0));
}

Result<std::optional<OutboxItem>> Outbox::find(std::string_view condition,
                                               const std::string& value) {
  OUTPOST_TRY(auto query, database_.prepare("SELECT " + std::string(kColumns) + "WHERE " +
                                            std::string(condition)));
  OUTPOST_CHECK(query.bind_all(std::string_view(value)));
  OUTPOST_TRY(const bool found, query.step());
  return found ? std::optional(read_item(query)) : std::nullopt;
}

Result<OutboxItem> Outbox::put(const OutboxMessage& message) {
  OUTPOST_CHECK(check(message));
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto known, find("idempotency_key = ?", message.idempotency_key));
  if (known) return *std::move(known);
  OUTPOST_TRY(const std::uint32_t waiting, count_locked(OutboxState::kWaiting));
  OUTPOST_TRY(const std::uint32_t sending, count_locked(OutboxState::kSending));
  if (waiting + sending >= limits_.items_max) {
    return fail(ErrorCode::kResourceExhausted,
                "the outbox is full: " + std::to_string(waiting + sending) + " calls wait in it",
                "outpost outbox list shows them");
  }
  const std::int64_t now = clock_->wall_ms();
  {
    OUTPOST_TRY(auto insert,
                database_.prepare("INSERT INTO items VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, "
                                  "'waiting', 0, ?, ?, 0, 0, 0, '', '')"));
    OUTPOST_CHECK(insert.run(std::string_view(message.agent), std::string_view(message.principal),
                             std::string_view(message.tool), std::string_view(message.arguments),
                             std::string_view(message.request), std::string_view(message.order_key),
                             std::string_view(message.idempotency_key),
                             std::int64_t{message.repeatable}, now,
                             now + milliseconds_of(message.expires_after)));
  }
  OUTPOST_TRY(auto made, find("idempotency_key = ?", message.idempotency_key));
  OUTPOST_CHECK(transaction.commit());
  if (!made) return fail(ErrorCode::kInternal, "the outbox lost what was put into it");
  return *std::move(made);
}

// Senders that are dead, items that are too old, and what ended long ago.
Status Outbox::sort_out() {
  const std::int64_t now = clock_->wall_ms();
  OUTPOST_TRY(auto doubtful,
              database_.prepare("UPDATE items SET state = 'unknown', ended_ms = ?1, reason = 'its "
                                "sender ended before it knew whether it had arrived' WHERE "
                                "state = 'sending' AND lease_until_ms <= ?1 AND repeatable = 0"));
  OUTPOST_CHECK(doubtful.run(now));
  OUTPOST_TRY(auto again,
              database_.prepare("UPDATE items SET state = 'waiting', reason = 'its sender ended' "
                                "WHERE state = 'sending' AND lease_until_ms <= ?"));
  OUTPOST_CHECK(again.run(now));
  OUTPOST_TRY(auto expire,
              database_.prepare("UPDATE items SET state = 'expired', ended_ms = ?1, reason = 'not "
                                "sent in time' WHERE state = 'waiting' AND expires_ms <= ?1"));
  OUTPOST_CHECK(expire.run(now));
  OUTPOST_TRY(auto forget, database_.prepare("DELETE FROM items WHERE ended_ms > 0 AND "
                                             "ended_ms <= ? AND state <> 'unknown'"));
  return forget.run(now - milliseconds_of(limits_.keep_finished));
}

Result<std::optional<OutboxItem>> Outbox::claim_next(const std::string& agent) {
  return claim_where("agent = ?1", agent);
}

Result<std::optional<OutboxItem>> Outbox::claim(const std::string& id) {
  return claim_where(kById, id);
}

Result<std::optional<OutboxItem>> Outbox::claim_where(std::string_view condition,
                                                      const std::string& value) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_CHECK(sort_out());
  // The first of its key that has not ended, so that a later one never overtakes it.
  OUTPOST_TRY(auto found,
              find(std::string(condition) + " AND state = 'waiting' AND not_before_ms <= " +
                       std::to_string(clock_->wall_ms()) +
                       " AND (order_key = '' OR NOT EXISTS (SELECT 1 FROM items earlier WHERE "
                       "earlier.order_key = items.order_key AND earlier.sequence < items.sequence "
                       "AND earlier.state IN ('waiting', 'sending'))) ORDER BY sequence LIMIT 1",
                   value));
  if (found) {
    found->state = OutboxState::kSending;
    ++found->attempts;
    OUTPOST_TRY(
        auto update,
        database_.prepare("UPDATE items SET state = 'sending', attempts = ?, "
                          "lease_until_ms = ? WHERE sequence = CAST(substr(?, 2) AS INTEGER)"));
    OUTPOST_CHECK(update.run(std::int64_t{found->attempts},
                             clock_->wall_ms() + milliseconds_of(limits_.lease),
                             std::string_view(found->id)));
  }
  OUTPOST_CHECK(transaction.commit());
  return found;
}

// The number of the attempt is what fences a sender off whose item somebody else has taken since.
// One that was given up as unknown may still be told what became of it.
Status Outbox::end(const OutboxItem& claimed, OutboxState state, std::string_view reason,
                   std::string_view result) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(
      auto update,
      database_.prepare("UPDATE items SET state = ?, reason = ?, result = ?, ended_ms = ? "
                        "WHERE sequence = CAST(substr(?, 2) AS INTEGER) AND attempts = ? AND "
                        "state IN ('sending', 'unknown')"));
  OUTPOST_CHECK(update.run(to_string(state), reason, result, clock_->wall_ms(),
                           std::string_view(claimed.id), std::int64_t{claimed.attempts}));
  if (database_.changes() == 1) return {};
  return fail(ErrorCode::kConflict, claimed.id + " is in other hands by now");
}

Status Outbox::finish(const OutboxItem& claimed, std::string_view result) {
  return end(claimed, OutboxState::kDone, "", result);
}

Status Outbox::fail_for_good(const OutboxItem& claimed, std::string_view reason) {
  return end(claimed, OutboxState::kFailed, reason, "");
}

Status Outbox::leave_in_doubt(const OutboxItem& claimed, std::string_view reason,
                              std::chrono::milliseconds wait) {
  if (!claimed.message.repeatable) return end(claimed, OutboxState::kUnknown, reason, "");
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(
      auto update,
      database_.prepare(
          "UPDATE items SET state = 'waiting', reason = ?, not_before_ms = ? "
          "WHERE sequence = CAST(substr(?, 2) AS INTEGER) AND attempts = ? AND state = 'sending'"));
  OUTPOST_CHECK(update.run(reason, clock_->wall_ms() + milliseconds_of(wait),
                           std::string_view(claimed.id), std::int64_t{claimed.attempts}));
  if (database_.changes() == 1) return {};
  return fail(ErrorCode::kConflict, claimed.id + " is in other hands by now");
}

Result<std::vector<OutboxItem>> Outbox::list(std::optional<OutboxState> state, std::size_t most) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query, database_.prepare("SELECT " + std::string(kColumns) +
                                            "WHERE ?1 = '' OR state = ?1 ORDER BY sequence "
                                            "LIMIT ?2"));
  OUTPOST_CHECK(query.bind_all(state ? to_string(*state) : std::string_view(),
                               static_cast<std::int64_t>(most)));
  std::vector<OutboxItem> items;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return items;
    items.push_back(read_item(query));
  }
}

Result<OutboxItem> Outbox::show(const std::string& id) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto found, find(kById, id));
  if (found && found->id == id) return *std::move(found);
  return fail(ErrorCode::kNotFound, "there is no '" + id.substr(0, 32) + "' in the outbox",
              "outpost outbox list shows what is");
}

Status Outbox::drop(const std::string& id, std::string_view reason) {
  OUTPOST_TRY(const OutboxItem item, show(id));
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(
      auto update,
      database_.prepare(
          "UPDATE items SET state = 'dropped', reason = ?, ended_ms = ? "
          "WHERE sequence = CAST(substr(?, 2) AS INTEGER) AND state IN ('waiting', 'unknown')"));
  OUTPOST_CHECK(update.run(reason, clock_->wall_ms(), std::string_view(item.id)));
  if (database_.changes() == 1) return {};
  return fail(ErrorCode::kConflict,
              item.id + " cannot be dropped: it is " + std::string(to_string(item.state)));
}

Status Outbox::hurry() {
  const std::lock_guard lock(*mutex_);
  return database_.execute("UPDATE items SET not_before_ms = 0 WHERE state = 'waiting'");
}

Result<std::uint32_t> Outbox::count(OutboxState state) {
  const std::lock_guard lock(*mutex_);
  return count_locked(state);
}

} // namespace outpost::agents
