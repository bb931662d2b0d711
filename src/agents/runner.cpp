#include "agents/runner.h"

namespace outpost::agents {
namespace {

tl::unexpected<Error> keeps_none(const std::string& run_id) {
  return fail(ErrorCode::kNotFound, "there is no run " + run_id.substr(0, 64) + " here");
}

} // namespace

Result<RunOutcome> Runner::resume(const std::string& run_id, const RunOptions& /*options*/) {
  return keeps_none(run_id);
}

Result<ReplayReport> Runner::replay(const std::string& run_id) { return keeps_none(run_id); }

} // namespace outpost::agents
