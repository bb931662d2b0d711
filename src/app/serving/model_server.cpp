#include "app/serving/model_server.h"

#include <algorithm>

#include "api/anthropic/routes.h"
#include "api/ollama/routes.h"
#include "api/openai/routes.h"
#include "api/operations.h"
#include "api/outpost/routes.h"
#include "api/page/page.h"
#include "api/service.h"
#include "app/serving/model_planning.h"
#include "app/serving/model_pool.h"
#include "base/clock.h"
#include "http/server.h"
#include "security/key_ring.h"

namespace outpost::app {
namespace {

struct Keys {
  security::KeyRing ring;
  std::optional<std::string> first; // made now
};

Result<Keys> open_keys(const ModelServerSettings& settings, const Environment& environment,
                       Clock& clock) {
  Keys keys;
  if (!settings.config.needs_key) return keys;
  if (settings.api_key) {
    OUTPOST_CHECK(keys.ring.add("configured", *settings.api_key, clock.wall_ms()));
    return keys;
  }
  const auto path = environment.data_folder / "keys.json";
  OUTPOST_TRY(keys.ring, security::KeyRing::load(path));
  if (keys.ring.keys().empty()) {
    keys.first = security::new_key();
    OUTPOST_CHECK(keys.ring.add("first", *keys.first, clock.wall_ms()));
    OUTPOST_CHECK(keys.ring.save(path));
  }
  return keys;
}

api::GateLimits gate_limits(const LimitsConfig& limits) {
  return {limits.answers, limits.waiting, std::max(1u, limits.waiting / 4 * 3)};
}

ModelPool::Settings pool_settings(const ServerConfig& config, std::size_t budget_bytes) {
  ModelPool::Settings settings;
  settings.budget_bytes = budget_bytes;
  settings.idle_unload = config.idle_unload;
  return settings;
}

// The parts of a configuration that are built once.
std::vector<std::string> changed_at_next_start(const ServerConfig& before,
                                               const ServerConfig& after) {
  std::vector<std::string> names;
  const auto compare = [&](const char* name, bool is_same) {
    if (!is_same) names.emplace_back(name);
  };
  compare("listen", before.listen == after.listen);
  compare("access.keys", before.needs_key == after.needs_key);
  compare("limits", before.limits == after.limits);
  compare("engine.threads", before.threads == after.threads);
  return names;
}

class Running final : public ModelServer {
public:
  Running(const ModelServerSettings& settings, const Environment& environment)
      : settings_(settings), environment_(environment),
        budget_bytes_(memory_budget(settings.config)),
        pool_(
            pool_settings(settings.config, budget_bytes_),
            [this](const PlannedModel& model) { return open(model); }, clock_),
        gate_(gate_limits(settings.config.limits), clock_) {
    service_.settings.version = settings.version;
    service_.settings.default_max_tokens = settings.config.limits.default_max_tokens;
  }

  Status start() {
    api::add_gate_gauges(metrics_, gate_);
    OUTPOST_TRY(Keys keys, open_keys(settings_, environment_, clock_));
    first_key_ = keys.first;
    const auto ring = std::make_shared<const security::KeyRing>(std::move(keys.ring));
    const ListenConfig& listen = settings_.config.listen;
    OUTPOST_TRY(server_, this->listen(listen.port, ring));
    if (listen.ollama_port) {
      OUTPOST_TRY(ollama_server_, this->listen(*listen.ollama_port, ring));
    }
    OUTPOST_CHECK(serve(settings_.config));
    return pool_.load_at_start(settings_.cancel);
  }

  [[nodiscard]] std::uint16_t port() const override { return server_->port(); }
  [[nodiscard]] std::optional<std::uint16_t> ollama_port() const override {
    return ollama_server_ ? std::optional(ollama_server_->port()) : std::nullopt;
  }
  [[nodiscard]] const std::optional<std::string>& first_key() const override { return first_key_; }
  [[nodiscard]] const std::string& plan_text() const override { return plan_text_; }

  Result<std::vector<std::string>> reload(const ServerConfig& config) override {
    OUTPOST_CHECK(serve(config));
    OUTPOST_CHECK(pool_.load_at_start({}));
    return changed_at_next_start(settings_.config, config);
  }

  bool drain(std::chrono::milliseconds patience) override {
    const auto end = clock_.monotonic() + patience;
    // Both stop accepting before either is waited for.
    if (ollama_server_) ollama_server_->begin_drain();
    const bool is_done = server_->drain(patience);
    if (!ollama_server_) return is_done;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::max(end - clock_.monotonic(), std::chrono::nanoseconds{0}));
    return ollama_server_->drain(left) && is_done;
  }

private:
  http::Router router() {
    http::Router router;
    api::openai::add_routes(router, service_);
    api::anthropic::add_routes(router, service_);
    api::ollama::add_routes(router, service_);
    api::own::add_routes(router, service_);
    api::add_page_routes(router);
    api::add_operation_routes(router, service_);
    return router;
  }

  Result<std::unique_ptr<http::Server>> listen(std::uint16_t port,
                                               std::shared_ptr<const security::KeyRing> ring) {
    const ServerConfig& config = settings_.config;
    http::ServerSettings http;
    http.host = config.listen.host;
    http.port = port;
    http.limits.body_bytes = config.limits.body_bytes;
    http.limits.answer_time = config.limits.answer_time;
    http.guard.loopback_hosts_only = is_loopback(config.listen.host);
    http.guard.hosts = config.listen.hosts;
    http.guard.origins = config.listen.origins;
    if (config.needs_key) {
      http.authenticate = [ring](std::string_view key) { return ring->find(key); };
    }
    http.on_request = [this](const http::RequestRecord& record) {
      api::count_request(metrics_, record.method, record.path, record.status,
                         std::chrono::duration<double>(record.duration).count());
    };
    return http::Server::open(std::move(http), router(), clock_);
  }

  Status serve(const ServerConfig& config) {
    OUTPOST_TRY(auto models, plan_models(config, budget_bytes_, settings_.find_model));
    plan_text_ = describe(models, budget_bytes_);
    for (const PlannedModel& model : models) add_engine_gauges(model.config.name);
    return pool_.serve(std::move(models), pool_settings(config, budget_bytes_));
  }

  Result<LocalModel> open(const PlannedModel& model) {
    ChatModelSettings chat;
    chat.threads = settings_.config.threads;
    chat.context_tokens = model.plan.context_tokens;
    chat.kv_tokens = model.plan.kv_tokens;
    chat.sequences = model.plan.sequences;
    return open_local_model(model.plan.path, model.config.name, chat, environment_);
  }

  void add_engine_gauges(const std::string& model) {
    const auto add = [&](const char* name, const char* help, auto EngineGauges::* member) {
      metrics_.gauge(
          name, help,
          [this, model, member] { return static_cast<double>(pool_.gauges(model).*member); },
          {{"model", model}});
    };
    add("outpost_engine_steps", "Steps of the engine so far.", &EngineGauges::steps);
    add("outpost_engine_rows", "Rows computed so far.", &EngineGauges::rows);
    add("outpost_engine_running", "Requests in the engine's steps.", &EngineGauges::running);
    add("outpost_engine_waiting", "Requests that wait for memory.", &EngineGauges::waiting);
    add("outpost_kv_pages_free", "KV pages that nobody uses.", &EngineGauges::pages_free);
    add("outpost_kv_pages_cached", "Idle KV pages kept for prompts that begin the same way.",
        &EngineGauges::pages_cached);
  }

  // In the order in which they need each other: members are destroyed in reverse.
  const ModelServerSettings settings_;
  const Environment environment_;
  const std::size_t budget_bytes_;
  SystemClock clock_;
  telemetry::Registry metrics_;
  ModelPool pool_;
  api::Gate gate_;
  api::Service service_{pool_, gate_, metrics_, clock_, {}};
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> ollama_server_;
  std::optional<std::string> first_key_;
  std::string plan_text_;
};

} // namespace

Result<std::unique_ptr<ModelServer>> ModelServer::start(const ModelServerSettings& settings,
                                                        const Environment& environment) {
  OUTPOST_CHECK(check_config(settings.config));
  auto running = std::make_unique<Running>(settings, environment);
  OUTPOST_CHECK(running->start());
  return running;
}

} // namespace outpost::app
