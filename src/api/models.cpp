#include "api/models.h"

#include <algorithm>

namespace outpost::api {

void LoadedModels::add(ServedModel served) {
  const std::lock_guard lock(mutex_);
  models_.push_back(std::move(served));
}

std::vector<ServedModel> LoadedModels::list() const {
  const std::lock_guard lock(mutex_);
  return models_;
}

bool LoadedModels::is_ready() const {
  const std::lock_guard lock(mutex_);
  return models_.size() >= expected_;
}

Result<ServedModel> LoadedModels::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  for (const ServedModel& served : models_) {
    if (served.id == name || std::ranges::find(served.aliases, name) != served.aliases.end()) {
      return served;
    }
  }
  if (models_.size() < expected_) {
    return fail(ErrorCode::kUnavailable, "the models are being loaded", "try again in a moment");
  }
  if (name == "default" && !models_.empty()) return models_.front();
  std::string there;
  for (const ServedModel& served : models_) there += (there.empty() ? "" : ", ") + served.id;
  return fail(ErrorCode::kNotFound, "there is no model '" + std::string(name) + "' here",
              "there is " + there);
}

} // namespace outpost::api
