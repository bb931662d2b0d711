// The outbox: effects that wait for the line, in one SQLite file. What put() returned an id for is
// on the disk; it ends done, failed, expired, dropped, or unknown, and each of these is shown with
// its reason. Nothing is dropped in silence: a full outbox refuses.
//
// Sent once: an item is marked as being sent, durably, before it is. If the power goes meanwhile,
// nobody knows whether it arrived. One whose receiver honours idempotency keys (`repeatable`) is
// sent again with the same key; any other becomes unknown and is never repeated.
//
// Items with the same order key are sent one after the other, in the order they were put in.
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

#include "base/clock.h"
#include "base/result.h"
#include "store/database.h"

namespace outpost::agents {

enum class OutboxState { kWaiting, kSending, kDone, kFailed, kExpired, kDropped, kUnknown };
std::string_view to_string(OutboxState state);
std::optional<OutboxState> parse_outbox_state(std::string_view name);

// A call of a tool, as it will be made.
struct OutboxMessage {
  std::string agent;
  std::string principal;
  std::string tool;
  std::string arguments;       // a JSON object
  std::string request;         // the user's words
  std::string order_key;       // items of one key keep their order; empty: none needed
  std::string idempotency_key; // compulsory; no two items have the same
  bool repeatable = false;     // the receiver does the same key once, however often it comes
  std::chrono::milliseconds expires_after{std::chrono::hours(24 * 7)};
};

struct OutboxItem {
  std::string id; // "d17"
  OutboxMessage message;
  OutboxState state = OutboxState::kWaiting;
  std::uint32_t attempts = 0;
  std::int64_t created_ms = 0; // since 1970
  std::int64_t expires_ms = 0;
  std::string reason; // why it is not done yet, or never will be
  std::string result; // what came of it, in words
};

struct OutboxLimits {
  std::uint32_t items_max = 100'000; // that wait or are being sent
  std::size_t item_bytes_max = 64U << 10U;
  // How long a sender has. Beyond it a sender is taken for dead; one that is merely slow finds its
  // item in other hands, which is why a key goes along.
  std::chrono::milliseconds lease{std::chrono::minutes(2)};
  std::chrono::milliseconds keep_finished{std::chrono::hours(24 * 30)};
};

// Thread-safe, and safe between processes.
class Outbox {
public:
  // `clock` outlives the outbox.
  static Result<Outbox> open(const std::filesystem::path& path, Clock& clock,
                             const OutboxLimits& limits = {});
  static Result<Outbox> open_in_memory(Clock& clock, const OutboxLimits& limits = {});

  // Durable on return. The item that has the key already, if there is one: the same wish is the
  // same item. kResourceExhausted when the outbox is full, kLimitExceeded when the item is too big,
  // kInvalidArgument without an idempotency key.
  Result<OutboxItem> put(const OutboxMessage& message);

  // Takes what an agent may send next, or that item if it may, and marks it so; nothing when there
  // is none. What a sender took that is dead is sorted out first, and what has expired.
  Result<std::optional<OutboxItem>> claim_next(const std::string& agent);
  Result<std::optional<OutboxItem>> claim(const std::string& id);

  // What came of a claimed item. kConflict when it is in other hands by now.
  Status finish(const OutboxItem& claimed, std::string_view result);
  Status fail_for_good(const OutboxItem& claimed, std::string_view reason);
  // May have arrived or not: waits for another try after `wait` if it is repeatable, else unknown.
  Status leave_in_doubt(const OutboxItem& claimed, std::string_view reason,
                        std::chrono::milliseconds wait);

  // The oldest first.
  Result<std::vector<OutboxItem>> list(std::optional<OutboxState> state = {},
                                       std::size_t most = 100);
  // kNotFound.
  Result<OutboxItem> show(const std::string& id);
  // It will not be sent. kConflict when it is being sent or has ended; an unknown one may be
  // dropped, by somebody who has looked.
  Status drop(const std::string& id, std::string_view reason);
  // Waiting items that were told to wait longer may be sent at once.
  Status hurry();
  Result<std::uint32_t> count(OutboxState state);

private:
  Outbox(store::Database database, Clock& clock, const OutboxLimits& limits);
  static Result<Outbox> made_over(store::Database database, Clock& clock,
                                  const OutboxLimits& limits);
  Status check(const OutboxMessage& message) const;
  Result<std::optional<OutboxItem>> claim_where(std::string_view condition,
                                                const std::string& value);
  Status sort_out();
  Status end(const OutboxItem& claimed, OutboxState state, std::string_view reason,
             std::string_view result);
  Result<std::uint32_t> count_locked(OutboxState state);
  Result<std::optional<OutboxItem>> find(std::string_view condition, const std::string& value);

  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>(); // so that it can be moved
  store::Database database_;
  Clock* clock_;
  OutboxLimits limits_;
};

} // namespace outpost::agents
