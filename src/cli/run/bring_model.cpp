#include "cli/run/bring_model.h"

#include "app/model_store.h"
#include "cli/pull/pull.h"

namespace outpost::cli {

Result<std::filesystem::path> bring_model(const Invocation& invocation, const std::string& model) {
  app::ModelStore store(invocation.environment);
  auto path = store.catalog().resolve(model);
  if (path || path.error().code != ErrorCode::kNotFound || !store.catalog().show(model)) {
    return path;
  }
  OUTPOST_TRY(const catalog::PullOutcome outcome, pull_with_progress(invocation, model));
  return outcome.path;
}

} // namespace outpost::cli
