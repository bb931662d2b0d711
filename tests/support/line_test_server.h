// A server on loopback for tests of clients of line protocols (IMAP, SMTP): the test says what one
// connection hears and answers, also what no decent server would.
#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/loopback.h"

namespace outpost::test_support {

class LineTestConnection {
public:
  LineTestConnection(int fd, const std::atomic<bool>& stopping) : fd_(fd), stopping_(stopping) {}
  // Without CR LF; nothing when the client is gone or the server stops.
  std::optional<std::string> line();
  // Exactly so many.
  std::optional<std::string> bytes(std::size_t count);
  void send(std::string_view text);

private:
  bool fill();
  int fd_;
  const std::atomic<bool>& stopping_;
  std::string buffer_;
};

class LineTestServer {
public:
  // `serve` is called for each connection, one at a time; it closes when `serve` returns.
  explicit LineTestServer(std::function<void(LineTestConnection&)> serve);
  ~LineTestServer();
  LineTestServer(const LineTestServer&) = delete;
  LineTestServer& operator=(const LineTestServer&) = delete;

  [[nodiscard]] int port() const { return listener_.port; }

private:
  void accept_connections();

  std::function<void(LineTestConnection&)> serve_;
  Listener listener_ = listen_on_loopback();
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
};

} // namespace outpost::test_support
