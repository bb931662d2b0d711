#include "app/serving/listeners.h"

#include <algorithm>

#include "platform/open_files.h"

namespace outpost::app {
namespace {

constexpr std::size_t kOtherFiles = 512; // models, databases, programs of tools, downloads

std::filesystem::path certificate_of(const ServerConfig& config) {
  return config.listen.tls ? config.listen.tls->certificate : std::filesystem::path();
}

std::filesystem::path key_of(const ServerConfig& config) {
  return config.listen.tls ? config.listen.tls->key : std::filesystem::path();
}

} // namespace

Listeners::Listeners(const ServerConfig& config, Parts parts)
    : config_(config), parts_(std::move(parts)), certificate_(certificate_of(config)),
      key_(key_of(config)) {}

Result<std::unique_ptr<Listeners>> Listeners::open(const ServerConfig& config, Parts parts) {
  auto listeners = std::unique_ptr<Listeners>(new Listeners(config, std::move(parts)));
  OUTPOST_CHECK(listeners->open());
  return listeners;
}

Status Listeners::open() {
  if (config_.listen.tls) {
    OUTPOST_TRY(tls_, load_certificate());
  } else if (!is_loopback(config_.listen.host)) {
    parts_.log.say(LogLevel::kWarning, "no_tls",
                   {{"host", config_.listen.host},
                    {"why", "keys and prompts can be read on the way; set listen.tls or put a "
                            "proxy that ends TLS in front"}});
  }
  OUTPOST_TRY(main_, listen(config_.listen.port));
  if (config_.listen.ollama_port) {
    OUTPOST_TRY(ollama_, listen(*config_.listen.ollama_port));
  }
  return {};
}

// As many connections as there are to be, or as the system lets this process hold.
http::Limits Listeners::limits() const {
  http::Limits limits;
  limits.body_bytes = config_.limits.body_bytes;
  limits.answer_time = config_.limits.answer_time;
  const std::size_t ports = config_.listen.ollama_port ? 2 : 1;
  const std::size_t wanted = limits.connections + limits.spare_connections;
  const std::size_t files = platform::allow_open_files(wanted * ports + kOtherFiles);
  const std::size_t each = files > 2 * kOtherFiles ? (files - kOtherFiles) / ports : files / 4;
  if (each < wanted) {
    limits.spare_connections = std::min(limits.spare_connections, each / 8 + 1);
    limits.connections = each - limits.spare_connections;
  }
  return limits;
}

Result<std::unique_ptr<http::Server>> Listeners::listen(std::uint16_t port) const {
  http::ServerSettings settings;
  settings.host = config_.listen.host;
  settings.port = port;
  settings.limits = limits();
  settings.guard.loopback_hosts_only = is_loopback(config_.listen.host);
  settings.guard.hosts = config_.listen.hosts;
  settings.guard.origins = config_.listen.origins;
  settings.authenticate = parts_.authenticate;
  settings.on_request = parts_.on_request;
  settings.tls = tls_;
  return http::Server::open(std::move(settings), parts_.make_router(), parts_.clock);
}

std::optional<std::uint16_t> Listeners::ollama_port() const {
  return ollama_ ? std::optional(ollama_->port()) : std::nullopt;
}

Result<std::shared_ptr<http::TlsContext>> Listeners::load_certificate() const {
  return http::TlsContext::load(certificate_of(config_), key_of(config_), parts_.clock.wall_ms());
}

void Listeners::look_at_certificate() {
  const bool has_new_certificate = certificate_.has_changed();
  if (!key_.has_changed() && !has_new_certificate) return;
  const auto tls = load_certificate();
  if (!tls) {
    // Of two files that are replaced one after the other, the first change meets the old second.
    parts_.log.say(LogLevel::kError, "certificate", {{"why", tls.error().message}});
    return;
  }
  for (http::Server* server : {main_.get(), ollama_.get()}) {
    if (server != nullptr) server->set_tls(*tls);
  }
  parts_.log.say(LogLevel::kInfo, "certificate", {{"taken", certificate_of(config_).string()}});
}

bool Listeners::drain(std::chrono::milliseconds patience) {
  if (!ollama_) return main_->drain(patience);
  const auto end = parts_.clock.monotonic() + patience;
  ollama_->begin_drain();
  const bool is_done = main_->drain(patience);
  const auto left = std::max(end - parts_.clock.monotonic(), std::chrono::nanoseconds{0});
  return ollama_->drain(std::chrono::duration_cast<std::chrono::milliseconds>(left)) && is_done;
}

} // namespace outpost::app
