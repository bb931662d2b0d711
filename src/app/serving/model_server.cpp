#include "app/serving/model_server.h"

#include <algorithm>
#include <set>

#include "api/agents/agent_directory.h"
#include "api/agents/routes.h"
#include "api/anthropic/routes.h"
#include "api/ollama/routes.h"
#include "api/openai/routes.h"
#include "api/operations.h"
#include "api/outpost/routes.h"
#include "api/page/page.h"
#include "api/service.h"
#include "app/call_profiles.h"
#include "app/catalog_shelf.h"
#include "app/key_file.h"
#include "app/serving/access.h"
#include "app/serving/agent_host.h"
#include "app/serving/classed_model.h"
#include "app/serving/larger_model.h"
#include "app/serving/listeners.h"
#include "app/serving/mcp_endpoint.h"
#include "app/serving/model_planning.h"
#include "app/serving/model_pool.h"
#include "app/serving/prompt_log.h"
#include "app/serving/refusal_tally.h"
#include "base/clock.h"
#include "net/local_services.h"

namespace outpost::app {
namespace {

api::GateLimits gate_limits(const LimitsConfig& limits) {
  return {limits.answers, limits.waiting, std::max(1u, limits.waiting / 4 * 3), limits.answer_time};
}

ModelPool::Settings pool_settings(const ServerConfig& config, std::size_t budget_bytes) {
  ModelPool::Settings settings;
  settings.budget_bytes = budget_bytes;
  settings.idle_unload = config.idle_unload;
  settings.kept_bytes = std::min<std::size_t>(config.kept_bytes, budget_bytes / 4);
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
  compare("agents", before.agents == after.agents);
  compare("engine.threads", before.threads == after.threads);
  compare("engine.memory", before.memory_bytes == after.memory_bytes);
  compare("engine.power", before.power == after.power);
  return names;
}

double in_milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(std::chrono::round<std::chrono::microseconds>(time).count()) / 1000;
}

class Running final : public ModelServer {
public:
  Running(const ModelServerSettings& settings, const Environment& environment)
      : settings_(settings), environment_(environment),
        budget_bytes_(memory_budget(settings.config)),
        log_(settings.config.log, settings.log, clock_),
        watched_keys_(settings.api_key || !settings.config.needs_key ? std::filesystem::path()
                                                                     : key_file(environment_)),
        pool_(
            pool_settings(settings.config, budget_bytes_),
            [this](const PlannedModel& model) { return load(model); }, clock_),
        gate_(gate_limits(settings.config.limits), clock_) {
    service_.shelf = &shelf_;
    service_.settings.version = settings.version;
    service_.settings.default_max_tokens = settings.config.limits.default_max_tokens;
  }

  Status start() {
    api::add_gate_gauges(metrics_, gate_);
    if (settings_.config.needs_key) {
      OUTPOST_TRY(access_, Access::open({key_file(environment_), settings_.api_key,
                                         settings_.config.key_limits},
                                        clock_));
      service_.quota = access_.get();
    }
    OUTPOST_CHECK(load_agents());
    OUTPOST_TRY(listeners_, Listeners::open(settings_.config, parts()));
    OUTPOST_CHECK(serve(settings_.config));
    OUTPOST_CHECK(host_agents());
    OUTPOST_CHECK(pool_.load_at_start(settings_.cancel));
    if (settings_.config.listen.announces) announce();
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return listeners_->port(); }
  [[nodiscard]] std::optional<std::uint16_t> ollama_port() const override {
    return listeners_->ollama_port();
  }
  [[nodiscard]] std::optional<std::string> first_key() const override {
    return access_ ? access_->first_key() : std::nullopt;
  }
  [[nodiscard]] const std::string& plan_text() const override { return plan_text_; }
  [[nodiscard]] EventLog& log() override { return log_; }

  Status reload(const ServerConfig& config) override {
    OUTPOST_CHECK(serve(config));
    OUTPOST_CHECK(pool_.load_at_start({}));
    if (access_) access_->set_limits(config.key_limits);
    log_.set(config.log);
    log_.say(LogLevel::kInfo, "reload", {{"models", config.models.size()}});
    for (const std::string& name : changed_at_next_start(settings_.config, config)) {
      log_.say(LogLevel::kWarning, "reload", {{"at_next_start", name}});
    }
    return {};
  }

  void look_at_files() override {
    listeners_->look_at_certificate();
    if (!watched_keys_.has_changed()) return;
    const Status read = access_->reload();
    if (read)
      return log_.say(LogLevel::kInfo, "keys", {{"taken", key_file(environment_).string()}});
    log_.say(LogLevel::kError, "keys", {{"why", read.error().message}});
  }

  bool drain(std::chrono::milliseconds patience) override {
    log_.say(LogLevel::kInfo, "drain",
             {{"running", gate_.running()}, {"waiting", gate_.waiting()}});
    announcement_.reset();
    const bool is_done = listeners_->drain(patience);
    if (!is_done) log_.say(LogLevel::kWarning, "drain", {{"why", "some answers were cut"}});
    return is_done;
  }

private:
  // A server that nobody is told of is as good: a failure is only said.
  void announce() {
    net::LocalService service;
    service.name = "Outpost";
    service.port = listeners_->port();
    service.text = {"path=/v1", settings_.config.listen.tls ? "tls=1" : "tls=0"};
    auto announcement = net::ServiceAnnouncement::start(service);
    if (announcement) {
      announcement_ = *std::move(announcement);
      log_.say(LogLevel::kInfo, "announce", {{"name", service.name}});
    } else {
      log_.say(LogLevel::kWarning, "announce", {{"why", announcement.error().message}});
    }
  }

  Listeners::Parts parts() {
    http::Authenticator authenticate;
    if (access_) authenticate = [this](std::string_view key) { return access_->caller(key); };
    return {[this] { return router(); }, std::move(authenticate),
            [this](const http::RequestRecord& record) { count(record); }, log_, clock_};
  }

  http::Router router() {
    http::Router router;
    api::openai::add_routes(router, service_);
    api::anthropic::add_routes(router, service_);
    api::ollama::add_routes(router, service_);
    api::own::add_routes(router, service_);
    if (agents_) {
      api::add_agent_routes(router, service_, *agents_);
      mcp_.add_routes(router);
    }
    api::add_page_routes(router);
    api::add_operation_routes(router, service_);
    return router;
  }

  void count(const http::RequestRecord& record) {
    api::count_request(metrics_, record.method, record.path, record.status,
                       std::chrono::duration<double>(record.duration).count());
    const bool is_refused = record.status == 503 || record.status == 429;
    if (is_refused) {
      if (const auto refused = refusals_.add(clock_.monotonic())) {
        log_.say(LogLevel::kWarning, "refused",
                 {{"requests", *refused}, {"waiting", gate_.waiting()}});
      }
    }
    const LogLevel level =
        record.status >= 500 && !is_refused ? LogLevel::kWarning : LogLevel::kInfo;
    if (!log_.tells(level)) return;
    log_.say(level, "request",
             {{"id", record.id},
              {"method", record.method},
              {"path", record.path},
              {"key", record.principal},
              {"status", record.status},
              {"ms", in_milliseconds(record.duration)},
              {"cut", http::to_string(record.cut)}});
  }

  Status load_agents() {
    if (settings_.config.agents.empty()) return {};
    for (const std::filesystem::path& file : settings_.config.agents) {
      OUTPOST_TRY(const auto names, models_of(file));
      agent_models_.insert(names.begin(), names.end());
    }
    OUTPOST_TRY(agents_,
                AgentHost::open(
                    environment_, [this](const std::string& name) { return agent_model(name); },
                    [this](const std::string& name, const chat::PrincipalId& principal) {
                      return may_have(name, principal);
                    },
                    clock_));
    return {};
  }

  [[nodiscard]] chat::WorkClass work_class(const std::string& principal) const {
    return access_ ? access_->work_class(principal) : chat::WorkClass::kInteractive;
  }

  [[nodiscard]] Status may_have(const std::string& name, const chat::PrincipalId& principal) const {
    OUTPOST_TRY(const api::ServedModel served, pool_.find(name));
    const EngineGauges gauges = pool_.gauges(name);
    const std::size_t used = pool_.used_bytes();
    return may_have_larger({settings_.config.power, work_class(principal.value), gauges.running,
                            gauges.waiting, served.is_loaded, served.memory_bytes,
                            budget_bytes_ - std::min(budget_bytes_, used)});
  }

  Result<AgentHost::ServedAgentModel> agent_model(const std::string& name) {
    OUTPOST_TRY(const api::ServedModel served, pool_.find(name));
    OUTPOST_TRY(const std::filesystem::path file, settings_.find_model(name));
    OUTPOST_TRY(const agents::CallingProfile profile, load_profile(file, environment_));
    return AgentHost::ServedAgentModel{served.model, profile};
  }

  // Over the models in service, which are loaded when an agent asks one.
  Status host_agents() {
    if (!agents_) return {};
    for (const std::filesystem::path& file : settings_.config.agents) {
      OUTPOST_CHECK(agents_->add(file));
    }
    for (const api::AgentInfo& agent : agents_->list()) {
      log_.say(LogLevel::kInfo, "agent", {{"name", agent.name}, {"model", agent.model}});
    }
    directory_.add(*agents_);
    OUTPOST_TRY(auto tools, agents_->toolset());
    mcp_.serve(std::move(tools));
    return {};
  }

  // Models that agents name are served whether or not the configuration lists them.
  [[nodiscard]] ServerConfig with_agent_models(ServerConfig config) const {
    for (const std::string& name : agent_models_) {
      const bool is_there = std::any_of(
          config.models.begin(), config.models.end(), [&name](const ModelConfig& model) {
            return model.name == name ||
                   std::ranges::find(model.aliases, name) != model.aliases.end();
          });
      if (is_there) continue;
      ModelConfig model;
      model.model = model.name = name;
      config.models.push_back(std::move(model));
    }
    return config;
  }

  Status serve(const ServerConfig& asked) {
    const ServerConfig config = with_agent_models(asked);
    OUTPOST_TRY(auto models, plan_models(config, budget_bytes_, settings_.find_model));
    plan_text_ = describe(models, budget_bytes_);
    for (const PlannedModel& model : models) add_engine_gauges(model.config.name);
    return pool_.serve(std::move(models), pool_settings(config, budget_bytes_));
  }

  // The model, with calls of tools as its profile says.
  Result<LocalModel> open_model(const PlannedModel& model, const ChatModelSettings& settings) {
    OUTPOST_TRY(LocalModel local,
                open_local_model(model.plan.path, model.config.name, settings, environment_));
    local.model = with_classes(std::move(local.model), [this](const std::string& principal) {
      return work_class(principal);
    });
    OUTPOST_TRY(local.model,
                with_planned_calls(std::move(local.model), model.plan.path, environment_));
    local.model = with_prompt_log(std::move(local.model), log_);
    return local;
  }

  Result<LocalModel> load(const PlannedModel& model) {
    ChatModelSettings chat;
    chat.threads = settings_.config.threads;
    chat.context_tokens = model.plan.context_tokens;
    chat.kv_tokens = model.plan.kv_tokens;
    chat.sequences = model.plan.sequences;
    chat.turns = &turns_;
    chat.kept = model.kept;
    chat.populates_kv = settings_.config.power == PowerMode::kPerformance;
    const auto began = clock_.monotonic();
    auto local = open_model(model, chat);
    if (local) {
      log_.say(LogLevel::kInfo, "load",
               {{"model", model.config.name},
                {"ms", in_milliseconds(clock_.monotonic() - began)},
                {"bytes", local->memory_bytes}});
    } else {
      log_.say(LogLevel::kError, "load",
               {{"model", model.config.name}, {"why", local.error().message}});
    }
    return local;
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
    add("outpost_engine_drafted", "Of these rows, tokens that were looked up and might not come.",
        &EngineGauges::drafted);
    add("outpost_engine_accepted", "Of these drafted tokens, those that came.",
        &EngineGauges::accepted);
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
  EventLog log_;
  RefusalTally refusals_;
  WatchedFile watched_keys_;
  telemetry::Registry metrics_;
  std::unique_ptr<Access> access_; // none: no key is asked for
  platform::CoreTurns turns_;
  ModelPool pool_;
  api::AgentDirectory directory_{pool_, clock_};
  std::set<std::string> agent_models_;
  std::unique_ptr<AgentHost> agents_; // none: no agents are served
  McpEndpoint mcp_{service_};         // where agents are served; after what runs in the gate
  api::Gate gate_;
  CatalogShelf shelf_{environment_};
  api::Service service_{directory_, gate_, metrics_, clock_, {}};
  std::unique_ptr<Listeners> listeners_;
  std::unique_ptr<net::ServiceAnnouncement> announcement_; // none: nobody is told
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

Result<std::string> check_server(const ServerConfig& config, const ModelFinder& find_model) {
  OUTPOST_CHECK(check_config(config));
  if (const auto& tls = config.listen.tls) {
    OUTPOST_CHECK(http::TlsContext::load(tls->certificate, tls->key, SystemClock().wall_ms()));
  }
  const std::size_t budget = memory_budget(config);
  OUTPOST_TRY(const auto models, plan_models(config, budget, find_model));
  return describe(models, budget);
}

} // namespace outpost::app
