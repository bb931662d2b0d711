#include "app/serving/model_pool.h"

#include <algorithm>
#include <utility>

#include "app/serving/instructions.h"
#include "app/serving/room.h"

namespace outpost::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A token can be set but does not notify: how long whoever waits sleeps between two looks.
constexpr milliseconds kCancelTick{20};
// A wish for a busy model's memory is forgotten unless it is renewed within this.
constexpr milliseconds kWishTime{200};

bool is_same_model(const PlannedModel& a, const PlannedModel& b) {
  return a.config.name == b.config.name && a.config.model == b.config.model && a.plan == b.plan;
}

} // namespace

struct ModelPool::Entry {
  Entry(PlannedModel planned, std::int64_t now_ms)
      : model(std::move(planned)), info(model.plan.info), loaded_ms(now_ms) {}

  [[nodiscard]] std::size_t bytes() const {
    return local ? std::max(local->memory_bytes, model.plan.total_bytes()) : 0;
  }

  // All guarded by the pool's mutex_.
  PlannedModel model;
  chat::ModelInfo info;            // more is known once it was loaded
  std::optional<LocalModel> local; // what is in memory
  std::uint32_t leases = 0;
  nanoseconds last_used{0};
  std::int64_t loaded_ms;           // wall time; until then: since when it is served
  std::optional<milliseconds> keep; // as a client asked; none: as configured
  bool is_retired = false;
  nanoseconds wanted_since{0}, wanted_until{0}; // somebody waits for its memory
};

class ModelPool::Lease {
public:
  Lease(ModelPool& pool, EntryPtr entry)
      : pool_(&pool), entry_(std::move(entry)), model_(entry_->local->model.get()),
        system_prompt_(entry_->model.config.system_prompt),
        declared_(entry_->model.config.declared) {}
  ~Lease() {
    if (entry_) pool_->release(*entry_);
  }
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;

  [[nodiscard]] chat::ChatModel& model() const { return *model_; }
  [[nodiscard]] const std::string& system_prompt() const { return system_prompt_; }
  [[nodiscard]] const std::vector<DeclaredPrompt>& declared() const { return declared_; }

private:
  ModelPool* pool_;
  EntryPtr entry_; // null once moved from
  chat::ChatModel* model_;
  std::string system_prompt_;
  std::vector<DeclaredPrompt> declared_;
};

// A model as requests hold it, whether it is in memory or not.
class ModelPool::Front final : public chat::ChatModel {
public:
  Front(ModelPool& pool, EntryPtr entry) : pool_(pool), entry_(std::move(entry)) {}

  [[nodiscard]] chat::ModelInfo info() const override {
    const std::lock_guard lock(pool_.mutex_);
    return entry_->info;
  }
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override {
    const auto lease = this->lease(cancel);
    if (!lease && lease.error().code == ErrorCode::kCancelled) {
      chat::Finished finished;
      finished.reason = chat::FinishReason::kCancelled;
      sink(finished);
      return {};
    }
    if (!lease) return fail(lease.error());
    if (lease->system_prompt().empty() && lease->declared().empty()) {
      return lease->model().chat(request, sink, cancel);
    }
    return lease->model().chat(
        with_instructions(request, lease->system_prompt(), lease->declared()), sink, cancel);
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override {
    OUTPOST_TRY(const Lease lease, this->lease(cancel));
    return lease.model().score(request, cancel);
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override {
    OUTPOST_TRY(const Lease lease, this->lease({}));
    return lease.model().count_tokens(with_instructions(prompt, lease.system_prompt()));
  }
  Result<std::vector<text::TokenId>> tokenize(std::string_view text) override {
    OUTPOST_TRY(const Lease lease, this->lease({}));
    return lease.model().tokenize(text);
  }
  Result<std::string> detokenize(std::span<const text::TokenId> tokens) override {
    OUTPOST_TRY(const Lease lease, this->lease({}));
    return lease.model().detokenize(tokens);
  }

  Result<chat::Embeddings> embed(const chat::EmbedRequest& request,
                                 const CancelToken& cancel) override {
    OUTPOST_TRY(const Lease lease, this->lease(cancel));
    return lease.model().embed(request, cancel);
  }

private:
  [[nodiscard]] Result<Lease> lease(const CancelToken& cancel) {
    return pool_.lease(entry_, cancel);
  }

  ModelPool& pool_;
  EntryPtr entry_; // also of a model that is no longer served: whoever holds it may still ask
};

ModelPool::ModelPool(const Settings& settings, ModelLoader loader, Clock& clock)
    : loader_(std::move(loader)), clock_(clock), settings_(settings),
      housekeeper_(1, [this](std::size_t) { keep_house(); }) {}

ModelPool::~ModelPool() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  housekeeper_.join();
}

Status ModelPool::serve(std::vector<PlannedModel> models, const Settings& settings) {
  std::size_t pinned = 0;
  for (const PlannedModel& model : models) {
    if (model.config.is_pinned) pinned += model.plan.total_bytes();
  }
  if (pinned > settings.budget_bytes) {
    return fail(ErrorCode::kResourceExhausted,
                "the pinned models take " + mebibytes(pinned) + " together, there are " +
                    mebibytes(settings.budget_bytes),
                "pin fewer, lower their kv_tokens, or raise engine.memory");
  }
  const std::lock_guard lock(mutex_);
  settings_ = settings;
  std::vector<EntryPtr> before = std::exchange(entries_, {});
  for (PlannedModel& model : models) {
    const auto same = std::ranges::find_if(
        before, [&](const EntryPtr& old) { return is_same_model(old->model, model); });
    if (same != before.end()) {
      (*same)->model.config = std::move(model.config);
      entries_.push_back(*same);
      before.erase(same);
    } else {
      entries_.push_back(std::make_shared<Entry>(std::move(model), clock_.wall_ms()));
    }
  }
  for (EntryPtr& old : before) {
    old->is_retired = true;
    if (old->local) retired_.push_back(std::move(old));
  }
  changed_.notify_all();
  return {};
}

Status ModelPool::load_at_start(const CancelToken& cancel) {
  std::vector<EntryPtr> wanted;
  {
    const std::lock_guard lock(mutex_);
    for (const EntryPtr& entry : entries_) {
      if (entry->model.config.is_pinned || entry == entries_.front()) wanted.push_back(entry);
    }
  }
  for (const EntryPtr& entry : wanted) OUTPOST_CHECK(lease(entry, cancel));
  const std::lock_guard lock(mutex_);
  has_started_ = true;
  return {};
}

Result<ModelPool::Lease> ModelPool::lease(const EntryPtr& entry, const CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (is_stopping_) return fail(ErrorCode::kUnavailable, "the server is stopping");
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "the request was given up");
    if (entry->local && !gives_way(*entry)) {
      ++entry->leases;
      entry->last_used = clock_.monotonic();
      return Lease(*this, entry);
    }
    if (!entry->local && !is_moving_) {
      OUTPOST_TRY(const bool has_moved, bring(lock, entry));
      if (has_moved) continue;
    }
    changed_.wait_for(lock, kCancelTick);
  }
}

// False when others must become idle first. REQUIRES: nobody moves.
Result<bool> ModelPool::bring(std::unique_lock<std::mutex>& lock, const EntryPtr& entry) {
  const std::vector<EntryPtr> there = loaded();
  std::vector<Tenant> tenants;
  for (const EntryPtr& other : there) {
    tenants.push_back({other->bytes(), other->last_used,
                       other->model.config.is_pinned && !other->is_retired, other->leases > 0});
  }
  const std::size_t needed = entry->model.plan.total_bytes();
  const auto room_beside_kept = [&] {
    const std::size_t budget = settings_.budget_bytes;
    return make_room(tenants, budget - std::min(budget, kept_bytes()), needed);
  };
  Room room = room_beside_kept();
  if (room.kind != Room::Kind::kFree || !room.leaving.empty()) {
    // A model in memory is worth more than the caches of those that are not.
    for (const EntryPtr& other : entries_) other->model.kept.reset();
    room = room_beside_kept();
  }
  if (room.kind == Room::Kind::kNever) {
    return fail(ErrorCode::kResourceExhausted, entry->model.plan.describe() +
                                                   " does not fit beside the pinned models into " +
                                                   mebibytes(settings_.budget_bytes));
  }
  std::vector<EntryPtr> chosen;
  for (const std::size_t index : room.leaving) chosen.push_back(there[index]);
  if (room.kind == Room::Kind::kBusy) {
    mark_wanted(chosen);
    return false;
  }
  unload(lock, chosen, needed);
  if (entry->local || is_moving_) return true; // somebody was quicker
  return load(lock, entry);
}

Result<bool> ModelPool::load(std::unique_lock<std::mutex>& lock, const EntryPtr& entry) {
  const PlannedModel model = entry->model;
  is_moving_ = true;
  lock.unlock();
  auto local = loader_(model);
  lock.lock();
  is_moving_ = false;
  changed_.notify_all();
  if (!local) return fail(local.error());
  entry->local = *std::move(local);
  entry->model.kept.reset();
  entry->info = entry->local->model->info();
  entry->loaded_ms = clock_.wall_ms();
  entry->last_used = clock_.monotonic();
  entry->wanted_until = nanoseconds{0};
  if (entry->is_retired) retired_.push_back(entry); // for the last of its requests
  return true;
}

void ModelPool::unload(std::unique_lock<std::mutex>& lock, const std::vector<EntryPtr>& leaving,
                       std::size_t needed_bytes) {
  if (leaving.empty()) return;
  struct Leaving {
    LocalModel local;
    std::shared_ptr<const engine::KvSnapshot> kept;
  };
  std::vector<Leaving> gone;
  for (const EntryPtr& entry : leaving) {
    gone.push_back({*std::move(entry->local), nullptr});
    entry->local.reset();
    entry->keep.reset();
  }
  // What is kept of their caches shares this; the first that leaves takes first.
  std::size_t used = needed_bytes;
  for (const EntryPtr& entry : loaded()) used += entry->bytes();
  const std::size_t kept_most = std::min(
      settings_.kept_bytes, settings_.budget_bytes - std::min(settings_.budget_bytes, used));
  std::size_t room = kept_most - std::min(kept_most, kept_bytes());
  is_moving_ = true;
  lock.unlock();
  for (Leaving& one : gone) {
    if (room > 0 && one.local.end_and_keep) {
      one.kept = std::make_shared<const engine::KvSnapshot>(one.local.end_and_keep(room));
      room -= std::min(room, one.kept->bytes());
    }
    one.local = {}; // joins the engine's threads and gives the memory back
  }
  lock.lock();
  for (std::size_t i = 0; i < leaving.size(); ++i) {
    if (!leaving[i]->is_retired) leaving[i]->model.kept = std::move(gone[i].kept);
  }
  is_moving_ = false;
  std::erase_if(retired_, [](const EntryPtr& entry) { return !entry->local; });
  changed_.notify_all();
}

std::size_t ModelPool::kept_bytes() const {
  std::size_t sum = 0;
  for (const EntryPtr& entry : entries_) {
    if (entry->model.kept) sum += entry->model.kept->bytes();
  }
  return sum;
}

void ModelPool::release(Entry& entry) {
  const std::lock_guard lock(mutex_);
  entry.last_used = clock_.monotonic();
  if (--entry.leases == 0) changed_.notify_all();
}

void ModelPool::mark_wanted(const std::vector<EntryPtr>& in_the_way) {
  const auto now = clock_.monotonic();
  for (const EntryPtr& entry : in_the_way) {
    if (entry->wanted_until < now) entry->wanted_since = now;
    entry->wanted_until = now + kWishTime;
  }
}

// Whether others had to wait for its memory long enough, so that its next requests wait now.
bool ModelPool::gives_way(const Entry& entry) const {
  const auto now = clock_.monotonic();
  return entry.wanted_until > now && now - entry.wanted_since >= settings_.turn;
}

std::vector<ModelPool::EntryPtr> ModelPool::loaded() const {
  std::vector<EntryPtr> all;
  for (const auto* list : {&entries_, &retired_}) {
    std::ranges::copy_if(*list, std::back_inserter(all),
                         [](const EntryPtr& entry) { return entry->local.has_value(); });
  }
  return all;
}

// When it is to be unloaded if nobody uses it; none: never.
std::optional<nanoseconds> ModelPool::leaves_at(const Entry& entry) const {
  if (entry.is_retired) return entry.last_used;
  if (entry.model.config.is_pinned) return std::nullopt;
  const milliseconds idle =
      entry.keep.value_or(entry.model.config.idle_unload.value_or(settings_.idle_unload));
  const bool never = entry.keep ? idle < milliseconds{0} : idle == milliseconds{0};
  return never ? std::nullopt : std::optional(entry.last_used + idle);
}

void ModelPool::keep_house() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    const auto now = clock_.monotonic();
    std::vector<EntryPtr> leaving;
    std::optional<nanoseconds> next;
    for (const EntryPtr& entry : loaded()) {
      const auto at = entry->leases == 0 ? leaves_at(*entry) : std::nullopt;
      if (at && *at <= now) leaving.push_back(entry);
      if (at && *at > now) next = std::min(next.value_or(*at), *at);
    }
    if (!leaving.empty() && !is_moving_) {
      unload(lock, leaving, 0);
    } else if (next && !is_moving_) {
      changed_.wait_for(lock, *next - now);
    } else {
      changed_.wait(lock);
    }
  }
}

ModelPool::EntryPtr ModelPool::entry_of(std::string_view name) const {
  for (const EntryPtr& entry : entries_) {
    const ModelConfig& config = entry->model.config;
    if (config.name == name || std::ranges::find(config.aliases, name) != config.aliases.end()) {
      return entry;
    }
  }
  return name == "default" && !entries_.empty() ? entries_.front() : nullptr;
}

Result<api::ServedModel> ModelPool::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const EntryPtr entry = entry_of(name)) return served(entry);
  std::string there;
  for (const EntryPtr& entry : entries_) {
    there += (there.empty() ? "" : ", ") + entry->model.config.name;
  }
  return fail(ErrorCode::kNotFound, "there is no model '" + std::string(name) + "' here",
              "there is " + there);
}

std::vector<api::ServedModel> ModelPool::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<api::ServedModel> all;
  for (const EntryPtr& entry : entries_) all.push_back(served(entry));
  return all;
}

api::ServedModel ModelPool::served(const EntryPtr& entry) const {
  api::ServedModel out;
  out.id = entry->model.config.name;
  out.aliases = entry->model.config.aliases;
  out.model = std::make_shared<Front>(const_cast<ModelPool&>(*this), entry);
  out.is_loaded = entry->local.has_value();
  out.loaded_ms = entry->loaded_ms;
  out.file_bytes = entry->model.plan.file_bytes;
  out.memory_bytes = entry->local ? entry->bytes() : entry->model.plan.total_bytes();
  if (const auto at = out.is_loaded ? leaves_at(*entry) : std::nullopt) {
    const auto left = std::chrono::duration_cast<milliseconds>(*at - clock_.monotonic());
    out.expires_ms = clock_.wall_ms() + std::max<std::int64_t>(left.count(), 0);
  }
  return out;
}

bool ModelPool::is_ready() const {
  const std::lock_guard lock(mutex_);
  return has_started_;
}

void ModelPool::keep(std::string_view name, std::optional<milliseconds> idle) {
  const std::lock_guard lock(mutex_);
  if (const EntryPtr entry = entry_of(name)) entry->keep = idle;
  changed_.notify_all();
}

EngineGauges ModelPool::gauges(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const EntryPtr entry = entry_of(name);
  return entry && entry->local && entry->local->gauges ? entry->local->gauges() : EngineGauges{};
}

std::size_t ModelPool::used_bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t used = 0;
  for (const EntryPtr& entry : loaded()) used += entry->bytes();
  return used;
}

} // namespace outpost::app
