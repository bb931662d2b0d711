// Tools that need a line: every call of one ends done, deferred or refused. A reading tool without
// a line is refused with a reason. One that has an effect goes through the outbox, durable before
// it is tried, and is sent at once when the line is there; when it is not, or is cut meanwhile, the
// user gets the item's id.
#pragma once
#include <map>
#include <string>

#include "agents/outbox/courier.h"
#include "agents/outbox/outbox.h"
#include "agents/spec/permissions_section.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

// How a tool's calls wait.
struct DeferRule {
  bool repeatable = false;     // its receiver honours idempotency keys
  std::string order_parameter; // calls with the same value of it keep their order; empty: none
  std::chrono::milliseconds expires_after{std::chrono::hours(24 * 7)};
};

class DeferringToolset final : public WrapperToolset {
public:
  // Those of `inner` that need the line, by name; other tools are called as they are.
  using Rules = std::map<std::string, DeferRule, std::less<>>;

  // All outlive this. `courier` sends by calling `inner`. What `permissions` deny is left to
  // `inner`, which denies it: it waits for nothing.
  DeferringToolset(Toolset& inner, Outbox& outbox, Courier& courier, std::string agent, Rules rules,
                   std::uint64_t seed, PermissionsSection permissions = {});

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }

  // Besides the inner errors: kUnavailable (it reads, and there is no line), kResourceExhausted
  // (the outbox is full).
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  OutboxMessage message(const Call& call, const CallContext& context, const DeferRule& rule);

  Outbox& outbox_;
  Courier& courier_;
  std::string agent_;
  Rules rules_;
  PermissionsSection permissions_;
  Random random_;
  std::vector<Tool> tools_; // the inner ones; those that wait remember keys
};

// What the user hears of an item that is not done.
ToolResult deferred(const OutboxItem& item);

// The call that an item stands for, for Courier::Send. kInvalidArgument when its arguments are no
// object.
Result<ToolResult> call_item(Toolset& toolset, const OutboxItem& item, const CancelToken& cancel);

} // namespace outpost::agents
