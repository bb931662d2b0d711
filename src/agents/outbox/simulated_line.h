// For tests: tools behind a line that can be cut, before a call arrives or before its answer does,
// and a receiver that remembers all that ever arrived.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "agents/tools/toolset.h"
#include "store/database.h"

namespace outpost::agents {

class SimulatedLine final : public Toolset {
public:
  enum class Cut { kNone, kBefore, kAfter };

  // `cut` is asked once for each call.
  static Result<std::unique_ptr<SimulatedLine>> open(const std::filesystem::path& receiver,
                                                     std::function<Cut()> cut);
  static Result<std::unique_ptr<SimulatedLine>> open_in_memory(std::function<Cut()> cut);

  // "send" honours idempotency keys, "pay" does not, "look" only reads. Each takes a "box" and a
  // "number".
  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

  // How often what had that key took effect.
  std::int64_t effects(const std::string& key);
  // The numbers that a box got by "send", in order of arrival.
  std::vector<std::int64_t> numbers(std::int64_t box);

private:
  SimulatedLine(store::Database database, std::function<Cut()> cut);
  static Result<std::unique_ptr<SimulatedLine>> over(store::Database database,
                                                     std::function<Cut()> cut);

  store::Database database_;
  std::function<Cut()> cut_;
  std::vector<Tool> tools_;
};

} // namespace outpost::agents
