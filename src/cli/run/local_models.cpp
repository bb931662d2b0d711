#include "cli/run/local_models.h"

#include "cli/run/bring_model.h"

namespace outpost::cli {

Result<chat::ChatModel*> LocalModels::named(const std::string& name) {
  const std::string& wanted = override_.empty() ? name : override_;
  if (const auto known = models_.find(wanted); known != models_.end()) {
    return known->second.model.get();
  }
  OUTPOST_TRY(const auto path, bring_model(invocation_, wanted));
  OUTPOST_TRY(app::LocalModel local,
              app::open_local_model(path, wanted, settings_, invocation_.environment));
  return models_.emplace(wanted, std::move(local)).first->second.model.get();
}

} // namespace outpost::cli
