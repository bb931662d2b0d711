// A directory of models that are loaded once, while the server listens already, and stay.
#pragma once
#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/models.h"

namespace outpost::api::testing {

class LoadedModels final : public ModelDirectory {
public:
  explicit LoadedModels(std::size_t expected) : expected_(expected) {}

  void add(ServedModel served) {
    const std::lock_guard lock(mutex_);
    models_.push_back(std::move(served));
  }

  [[nodiscard]] std::vector<ServedModel> list() const override {
    const std::lock_guard lock(mutex_);
    return models_;
  }

  [[nodiscard]] bool is_ready() const override {
    const std::lock_guard lock(mutex_);
    return models_.size() >= expected_;
  }

  [[nodiscard]] Result<ServedModel> find(std::string_view name) const override {
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

private:
  const std::size_t expected_;
  mutable std::mutex mutex_;
  std::vector<ServedModel> models_; // guarded by mutex_
};

} // namespace outpost::api::testing
