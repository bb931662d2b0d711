// The ports of a server: HTTP with its limits, guard, keys and TLS, on one port or two.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "app/config/server_config.h"
#include "app/serving/event_log.h"
#include "app/serving/watched_file.h"
#include "http/server.h"

namespace outpost::app {

class Listeners {
public:
  struct Parts {
    std::function<http::Router()> make_router; // one for each port
    http::Authenticator authenticate;          // none: everybody may do everything
    std::function<void(const http::RequestRecord&)> on_request;
    EventLog& log;
    Clock& clock;
  };
  // Listens when this returns. The errors of http::Server and http::TlsContext.
  static Result<std::unique_ptr<Listeners>> open(const ServerConfig& config, Parts parts);

  [[nodiscard]] std::uint16_t port() const { return main_->port(); }
  [[nodiscard]] std::optional<std::uint16_t> ollama_port() const;
  // Takes up a certificate and key that were changed on disk; a pair that is wrong is said so, and
  // the old one stays.
  void look_at_certificate();
  // See http::Server. Both ports stop accepting before either is waited for.
  bool drain(std::chrono::milliseconds patience);

private:
  Listeners(const ServerConfig& config, Parts parts);
  Status open();
  [[nodiscard]] http::Limits limits() const;
  [[nodiscard]] Result<std::unique_ptr<http::Server>> listen(std::uint16_t port) const;
  [[nodiscard]] Result<std::shared_ptr<http::TlsContext>> load_certificate() const;

  const ServerConfig config_;
  const Parts parts_;
  WatchedFile certificate_, key_;
  std::shared_ptr<http::TlsContext> tls_;
  std::unique_ptr<http::Server> main_, ollama_;
};

} // namespace outpost::app
