#include "app/model_server.h"

#include <algorithm>
#include <system_error>

#include "api/anthropic/routes.h"
#include "api/ollama/routes.h"
#include "api/openai/routes.h"
#include "api/operations.h"
#include "api/outpost/routes.h"
#include "api/page/page.h"
#include "api/service.h"
#include "app/call_profiles.h"
#include "app/chat_model.h"
#include "base/clock.h"
#include "http/server.h"
#include "platform/cpu.h"
#include "security/key_ring.h"

namespace outpost::app {
namespace {

constexpr std::uint32_t kKvTokens = 32768; // a server's default, where memory allows

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

struct Keys {
  security::KeyRing ring;
  std::optional<std::string> first; // made now
};

Result<Keys> open_keys(const ModelServerSettings& settings, const Environment& environment,
                       Clock& clock) {
  Keys keys;
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

class Running final : public ModelServer {
public:
  Status open(const ModelServerSettings& settings, const Environment& environment) {
    OUTPOST_TRY(Keys keys, open_keys(settings, environment, clock_));
    first_key_ = keys.first;
    service_.settings.version = settings.version;
    OUTPOST_CHECK(listen(settings, std::move(keys.ring)));
    return load(settings, environment);
  }

  [[nodiscard]] std::uint16_t port() const override { return server_->port(); }
  [[nodiscard]] const std::optional<std::string>& first_key() const override { return first_key_; }
  [[nodiscard]] const std::string& plan_text() const override { return plan_text_; }
  bool drain(std::chrono::milliseconds patience) override { return server_->drain(patience); }

  explicit Running(const api::GateLimits& limits) : gate_(limits, clock_) {}

private:
  Status listen(const ModelServerSettings& settings, security::KeyRing ring) {
    http::ServerSettings http;
    http.host = settings.host;
    http.port = settings.port;
    http.guard.loopback_hosts_only = is_loopback(settings.host);
    http.guard.hosts = settings.hosts;
    http.guard.origins = settings.origins;
    if (settings.needs_key) {
      http.authenticate = [ring = std::move(ring)](std::string_view key) { return ring.find(key); };
    }
    http.on_request = [this](const http::RequestRecord& record) {
      api::count_request(metrics_, record.method, record.path, record.status,
                         std::chrono::duration<double>(record.duration).count());
    };
    http::Router router;
    api::openai::add_routes(router, service_);
    api::anthropic::add_routes(router, service_);
    api::ollama::add_routes(router, service_);
    api::own::add_routes(router, service_);
    api::add_page_routes(router);
    api::add_operation_routes(router, service_);
    api::add_gate_gauges(metrics_, gate_);
    OUTPOST_TRY(server_, http::Server::open(std::move(http), std::move(router), clock_));
    return {};
  }

  Status load(const ModelServerSettings& settings, const Environment& environment) {
    ChatModelSettings chat{settings.threads, settings.context_tokens, settings.kv_tokens, false};
    if (chat.kv_tokens == 0) {
      chat.kv_tokens = kKvTokens;
      chat.lowers_kv_to_memory = true;
    }
    OUTPOST_TRY(LocalModel local,
                open_local_model(settings.model.path, settings.model.name, chat, environment));
    plan_text_ = local.plan_text;
    add_engine_gauges(local.gauges, settings.model.name);
    api::ServedModel served;
    served.id = settings.model.name;
    served.aliases = settings.model.aliases;
    OUTPOST_TRY(served.model,
                with_planned_calls(std::move(local.model), settings.model.path, environment));
    served.loaded_ms = clock_.wall_ms();
    served.memory_bytes = local.memory_bytes;
    std::error_code ignored;
    served.file_bytes = std::filesystem::file_size(settings.model.path, ignored);
    models_.add(std::move(served));
    return {};
  }

  void add_engine_gauges(const std::function<EngineGauges()>& gauges, const std::string& model) {
    const auto add = [&](const char* name, const char* help, auto EngineGauges::* member) {
      metrics_.gauge(name, help, [gauges, member] { return static_cast<double>(gauges().*member); },
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
  SystemClock clock_;
  telemetry::Registry metrics_;
  api::LoadedModels models_{1};
  api::Gate gate_;
  api::Service service_{models_, gate_, metrics_, clock_, {}};
  std::unique_ptr<http::Server> server_;
  std::optional<std::string> first_key_;
  std::string plan_text_;
};

} // namespace

Result<std::unique_ptr<ModelServer>> ModelServer::start(const ModelServerSettings& settings,
                                                        const Environment& environment) {
  if (!settings.needs_key && !is_loopback(settings.host)) {
    return fail(ErrorCode::kInvalidArgument,
                "without a key the server listens on loopback only, not on " + settings.host,
                "leave --no-key out, or --host");
  }
  api::GateLimits limits;
  limits.waiting_max = settings.waiting_max;
  limits.waiting_per_principal_max = std::max(1u, settings.waiting_max / 4 * 3);
  auto running = std::make_unique<Running>(limits);
  OUTPOST_CHECK(running->open(settings, environment));
  return running;
}

} // namespace outpost::app
