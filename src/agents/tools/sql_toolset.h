// Tools over one SQLite database: the statements of the agent file, with arguments bound and never
// pasted in. Reading tools use a read-only connection; changing ones run preconditions, statements
// and result in one BEGIN IMMEDIATE transaction, all or nothing. Results are bounded in rows and
// bytes.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/spec/agent_spec.h"
#include "agents/tools/toolset.h"
#include "store/database.h"

namespace outpost::agents {

struct SqlLimits {
  std::size_t rows = 20;
  std::size_t bytes = 16U << 10U; // of all values of a result
  std::size_t lookup_rows = 20'000;
};

class SqlToolset final : public Toolset {
public:
  // Opens the database and prepares every statement once, so that a mistake in the agent file shows
  // here: a statement that does not compile or may not do what it does, a parameter or a column
  // that does not exist.
  static Result<std::unique_ptr<SqlToolset>> open(const AgentSpec& spec,
                                                  const SqlLimits& limits = {});

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // REQUIRES: arguments have passed a ValidatingToolset. kLimitExceeded for work beyond the
  // database's bounds, kConflict when another process holds the database.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

  // The first column of a kind's lookup query.
  Result<std::vector<std::string>> known_values(const ValueKind& kind) override;

private:
  SqlToolset(store::Database reader, std::optional<store::Database> writer, const AgentSpec& spec,
             const SqlLimits& limits);
  Result<ToolResult> read(const SqlAction& action, const Call& call, const CallContext& context);
  Result<ToolResult> change(const SqlAction& action, const Call& call, const CallContext& context);

  store::Database reader_;
  std::optional<store::Database> writer_;
  std::vector<Tool> tools_;
  std::vector<SqlAction> actions_; // one for each tool
  SqlLimits limits_;
};

} // namespace outpost::agents
