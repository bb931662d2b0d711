// The models in service under one memory budget. A request holds a model by its front (a ChatModel
// that is always there); the weights behind it are loaded when somebody calls it, leave when nobody
// has for a while or another model needs their memory, and come back with the next call. What a
// model will take is known before (model_plan.h), so nothing is begun that does not fit.
//
// Loading and unloading happen one at a time, on the thread that asked (a thread of the gate) or
// on the pool's own, which sleeps until a model's time is over. Thread-safe.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/models.h"
#include "app/chat_model.h"
#include "app/serving/model_plan.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "platform/thread_group.h"

namespace outpost::app {

struct PlannedModel {
  ModelConfig config;
  ModelPlan plan;
  // What its cache held when it was unloaded; none: nothing.
  std::shared_ptr<const engine::KvSnapshot> kept = nullptr;
};

// Brings a model into memory; blocks. The real one is open_local_model().
using ModelLoader = std::function<Result<LocalModel>(const PlannedModel&)>;

class ModelPool final : public api::ModelDirectory {
public:
  struct Settings {
    std::size_t budget_bytes = 0;
    std::chrono::milliseconds idle_unload{0}; // of models that say nothing; 0: never
    // How long a busy model goes on taking requests while another one waits for its memory.
    std::chrono::milliseconds turn{2'000};
    // Of an unloaded model's cache, how much is kept for when it comes back; within the budget.
    std::size_t kept_bytes = 0;
  };
  ModelPool(const Settings& settings, ModelLoader loader, Clock& clock);
  // Unloads all. Calls on fronts must have returned.
  ~ModelPool() override;

  // From now on these are served. A model that stays as it is stays in memory; one that is gone or
  // differs finishes what its requests began, then leaves. kResourceExhausted when the pinned ones
  // do not fit together; nothing has changed then.
  Status serve(std::vector<PlannedModel> models, const Settings& settings);
  // Loads those to be there from the start: pinned ones and the first.
  Status load_at_start(const CancelToken& cancel);

  [[nodiscard]] Result<api::ServedModel> find(std::string_view name) const override;
  [[nodiscard]] std::vector<api::ServedModel> list() const override;
  [[nodiscard]] bool is_ready() const override;
  void keep(std::string_view name, std::optional<std::chrono::milliseconds> idle) override;

  // Of a model by its name; zeros while it is not loaded.
  [[nodiscard]] EngineGauges gauges(const std::string& name) const;
  [[nodiscard]] std::size_t used_bytes() const;

private:
  class Lease; // a loaded model, in memory while it lives
  class Front;
  struct Entry;
  using EntryPtr = std::shared_ptr<Entry>;

  Result<Lease> lease(const EntryPtr& entry, const CancelToken& cancel);
  Result<bool> bring(std::unique_lock<std::mutex>& lock, const EntryPtr& entry);
  Result<bool> load(std::unique_lock<std::mutex>& lock, const EntryPtr& entry);
  // `needed_bytes`: of a model that comes instead. What then is left of the budget may hold what is
  // kept of their caches.
  void unload(std::unique_lock<std::mutex>& lock, const std::vector<EntryPtr>& leaving,
              std::size_t needed_bytes);
  [[nodiscard]] std::size_t kept_bytes() const;
  void release(Entry& entry);
  void mark_wanted(const std::vector<EntryPtr>& in_the_way);
  [[nodiscard]] bool gives_way(const Entry& entry) const;
  [[nodiscard]] std::vector<EntryPtr> loaded() const;
  [[nodiscard]] EntryPtr entry_of(std::string_view name) const;
  [[nodiscard]] std::optional<std::chrono::nanoseconds> leaves_at(const Entry& entry) const;
  [[nodiscard]] api::ServedModel served(const EntryPtr& entry) const;
  void keep_house();

  const ModelLoader loader_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All below are guarded by mutex_.
  Settings settings_;
  std::vector<EntryPtr> entries_; // served, in the configuration's order
  std::vector<EntryPtr> retired_; // no longer served, still in memory or about to be used
  bool is_moving_ = false;        // somebody loads or unloads
  bool has_started_ = false;
  bool is_stopping_ = false;
  platform::ThreadGroup housekeeper_; // last: it uses all the others
};

} // namespace outpost::app
