// The HTTP/1.1 server: one thread does all input and output (Asio coroutines), a few threads run
// the handlers that take time. Limits and the guard come before any handler, and before a body is
// read.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/guard.h"
#include "http/limits.h"
#include "http/router.h"
#include "http/tls.h"

namespace outpost::http {

// What became of a request, for logs and metrics. Told on the I/O thread.
struct RequestRecord {
  std::string id, method, path, principal; // path: the route's pattern; empty: none fitted
  int status = 0;                          // 0: nothing was answered
  std::chrono::nanoseconds duration{0};
  CutCause cut = CutCause::kNone;
};

struct ServerSettings {
  std::string host = "127.0.0.1"; // an address, or "localhost"
  std::uint16_t port = 0;         // 0: any free one
  unsigned handler_threads = 2;
  Limits limits;
  GuardRules guard;
  Authenticator authenticate; // none: everybody is "local"
  std::function<void(const RequestRecord&)> on_request;
  std::shared_ptr<TlsContext> tls; // none: plain HTTP
};

class Server {
public:
  // Listens when this returns. kConflict: somebody else has the port. kPermissionDenied,
  // kInvalidArgument (no such address on this machine).
  static Result<std::unique_ptr<Server>> open(ServerSettings settings, Router router, Clock& clock);
  // Cuts what is left (drain() before it is the polite way) and waits for the handler threads.
  // Exchanges handed on to other threads may outlive it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connection_count() const;
  // Of connections that come from now on. REQUIRES: it was opened with one.
  void set_tls(std::shared_ptr<TlsContext> tls);
  // Takes no new connections or requests from now on; what was accepted goes on.
  void begin_drain();
  // That, and waits for the answers that are being made, `patience`
  // long; what is left then has its tokens set, and a second to say so. Returns whether nothing was
  // left.
  bool drain(std::chrono::milliseconds patience);

private:
  struct Loop;
  explicit Server(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

} // namespace outpost::http
