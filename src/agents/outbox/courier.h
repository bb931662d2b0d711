// Takes an agent's items out of the outbox and sends them while the line is there.
#pragma once
#include <cstdint>
#include <functional>
#include <mutex>

#include "agents/outbox/outbox.h"
#include "agents/tools/toolset.h"
#include "base/cancel.h"
#include "base/random.h"
#include "base/result.h"
#include "remote/connection_probe.h"

namespace outpost::agents {

// What one round came to.
struct Delivered {
  std::uint32_t done = 0;
  std::uint32_t failed = 0;   // for good
  std::uint32_t in_doubt = 0; // tried again later, or unknown
};

// Thread-safe, as far as `send` is.
class Courier {
public:
  // Makes the call that an item stands for, once. An error that leaves open whether it arrived
  // (may_have_happened) is a doubt; any other is for good.
  using Send = std::function<Result<ToolResult>(const OutboxItem&, const CancelToken&)>;

  static constexpr std::uint32_t kAttemptsMax = 30;

  // Outbox and probe outlive this.
  Courier(Outbox& outbox, remote::ConnectionProbe& probe, std::string agent, Send send,
          std::uint64_t seed)
      : outbox_(outbox), probe_(probe), agent_(std::move(agent)), send_(std::move(send)),
        random_(seed) {}

  // Sends what the agent may send until nothing is left or the line is gone.
  Result<Delivered> deliver(const CancelToken& cancel);
  // Sends that item if it is its turn. Nothing: it stays, for its turn or for the line.
  Result<std::optional<ToolResult>> deliver(const std::string& id, const CancelToken& cancel);

  [[nodiscard]] bool is_online() { return probe_.is_online(); }

private:
  Result<std::optional<ToolResult>> send(const OutboxItem& claimed, const CancelToken& cancel);
  Status doubt(const OutboxItem& claimed, const Error& error);
  std::chrono::milliseconds wait_before(std::uint32_t attempt);

  Outbox& outbox_;
  remote::ConnectionProbe& probe_;
  std::string agent_;
  Send send_;
  std::mutex mutex_;
  Random random_; // guarded by mutex_
};

} // namespace outpost::agents
