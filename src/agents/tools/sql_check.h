// Looks over the SQL of an agent file before anything runs.
#pragma once
#include "agents/spec/agent_spec.h"
#include "store/database.h"

namespace outpost::agents {

// Every statement compiles within its connection's rights, reads where it must only read, names
// only parameters that the tool has; every {name} and `when` of the answers is a column or a
// parameter. `writer` may be null for a tool that only reads. kInvalidArgument names tool,
// statement and reason.
Status check_sql(const SqlTool& tool, store::Database& reader, store::Database* writer);

} // namespace outpost::agents
