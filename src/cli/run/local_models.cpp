#include "cli/run/local_models.h"

#include "app/call_profiles.h"
#include "app/model_place.h"
#include "app/serving/model_planning.h"
#include "cli/run/bring_model.h"

namespace outpost::cli {

const std::string& LocalModels::used_for(const std::string& name) const {
  return override_.empty() ? name : override_;
}

Result<app::AgentModel> LocalModels::named(const std::string& name) {
  return load(used_for(name), settings_);
}

Result<chat::ChatModel*> LocalModels::embedder(const std::string& name) {
  app::ChatModelSettings settings = settings_;
  settings.context_tokens = 0;
  OUTPOST_TRY(const app::AgentModel loaded, load(name, settings));
  return loaded.model;
}

bool LocalModels::is_here(const std::string& name) const {
  return static_cast<bool>(app::model_file(name, invocation_.environment));
}

Result<agents::CallingProfile> LocalModels::calling_of(const std::string& name) const {
  const auto path = app::model_file(used_for(name), invocation_.environment);
  if (!path) return agents::CallingProfile{};
  return app::load_profile(*path, invocation_.environment);
}

app::AgentSurroundings LocalModels::surroundings(app::AgentStores& stores, std::uint64_t seed) {
  return {stores, [this](const std::string& name) { return named(name); },
          [this](const std::string& name, const auto&) { return may_have(name); }, seed,
          [this](const std::string& name) { return embedder(name); }};
}

Result<app::AgentModel> LocalModels::load(const std::string& name,
                                          const app::ChatModelSettings& settings) {
  const std::lock_guard lock(mutex_);
  auto known = models_.find(name);
  if (known == models_.end()) {
    OUTPOST_TRY(const auto path, bring_model(invocation_, name));
    Loaded loaded;
    OUTPOST_TRY(loaded.local, app::open_local_model(path, name, settings, invocation_.environment));
    OUTPOST_TRY(loaded.calling, app::load_profile(path, invocation_.environment));
    known = models_.emplace(name, std::move(loaded)).first;
  }
  return app::AgentModel{known->second.local.model.get(), known->second.calling};
}

Status LocalModels::may_have(const std::string& name) {
  if (!override_.empty()) return fail(ErrorCode::kConflict, "'" + override_ + "' was asked for");
  {
    const std::lock_guard lock(mutex_);
    if (models_.contains(name)) return {};
  }
  OUTPOST_TRY(const auto path, app::model_file(name, invocation_.environment));
  OUTPOST_CHECK(app::plan_model(path, {}, app::memory_budget({})));
  return {};
}

} // namespace outpost::cli
