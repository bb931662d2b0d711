#include "agents/outbox/courier.h"

#include <algorithm>

namespace outpost::agents {

// 1, 2, 4 s and so on to five minutes, each up to twice as long, so that many do not come at once.
std::chrono::milliseconds Courier::wait_before(std::uint32_t attempt) {
  constexpr double kMostMs = 300'000;
  constexpr std::uint32_t kDoublingsMax = 16;
  const std::lock_guard lock(mutex_);
  const double base = 1000.0 * (1U << std::min(attempt, kDoublingsMax));
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::min(base, kMostMs) * (1 + random_.next_double())));
}

Status Courier::doubt(const OutboxItem& claimed, const Error& error) {
  if (error.code == ErrorCode::kUnavailable) probe_.learn(false);
  if (claimed.attempts >= kAttemptsMax) {
    return outbox_.fail_for_good(claimed, "given up after " + std::to_string(claimed.attempts) +
                                              " tries: " + error.message);
  }
  return outbox_.leave_in_doubt(claimed, error.message, wait_before(claimed.attempts));
}

Result<std::optional<ToolResult>> Courier::send(const OutboxItem& claimed,
                                                const CancelToken& cancel) {
  Result<ToolResult> result = send_(claimed, cancel);
  if (!result) {
    if (may_have_happened(result.error().code)) {
      OUTPOST_CHECK(doubt(claimed, result.error()));
      return std::nullopt;
    }
    OUTPOST_CHECK(outbox_.fail_for_good(claimed, result.error().message));
    return fail(result.error());
  }
  if (result->outcome == ToolResult::Outcome::kRefused) {
    OUTPOST_CHECK(outbox_.fail_for_good(claimed, result->statement));
  } else {
    OUTPOST_CHECK(outbox_.finish(claimed, result->statement));
  }
  return std::optional(*std::move(result));
}

Result<std::optional<ToolResult>> Courier::deliver(const std::string& id,
                                                   const CancelToken& cancel) {
  if (!probe_.is_online()) return std::nullopt;
  OUTPOST_TRY(const auto claimed, outbox_.claim(id));
  if (!claimed) return std::nullopt;
  return send(*claimed, cancel);
}

Result<Delivered> Courier::deliver(const CancelToken& cancel) {
  Delivered delivered;
  while (!cancel.cancelled() && probe_.is_online()) {
    OUTPOST_TRY(const auto claimed, outbox_.claim_next(agent_));
    if (!claimed) break;
    const auto sent = send(*claimed, cancel);
    if (!sent) {
      // Of the item, or of the outbox itself?
      OUTPOST_TRY(const OutboxItem item, outbox_.show(claimed->id));
      if (item.state != OutboxState::kFailed) return fail(sent.error());
      ++delivered.failed;
    } else if (!*sent) {
      ++delivered.in_doubt;
    } else if ((*sent)->outcome == ToolResult::Outcome::kRefused) {
      ++delivered.failed;
    } else {
      ++delivered.done;
    }
  }
  return delivered;
}

} // namespace outpost::agents
