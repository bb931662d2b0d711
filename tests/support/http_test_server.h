// An HTTP/1.1 server on loopback for tests of clients: answers what the test's handler says, also
// what no decent server would (cut bodies, wrong lengths, floods, silence). One request a
// connection.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/loopback.h"

namespace outpost::test_support {

struct ServerRequest {
  std::string method;
  std::string target;                         // path and query as sent
  std::map<std::string, std::string> headers; // lower-case names
  std::string body;
  [[nodiscard]] std::string header(const std::string& lower_case_name) const;
};

struct ServerResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<std::uint64_t> claimed_length; // Content-Length, if it is to be a lie
  std::optional<std::size_t> cut_after;        // close after so many bytes of the body
  std::size_t piece_bytes = 0; // > 0: send in pieces of so many bytes, with a pause of
  int pause_ms = 0;            // so long after each
  bool silent = false;         // never answer, until the client gives up
  std::string raw;             // if not empty: these bytes and nothing else
};

using ServerHandler = std::function<ServerResponse(const ServerRequest&)>;

class HttpTestServer {
public:
  // The handler is called from several threads, one call at a time.
  explicit HttpTestServer(ServerHandler handler);
  ~HttpTestServer();
  HttpTestServer(const HttpTestServer&) = delete;
  HttpTestServer& operator=(const HttpTestServer&) = delete;

  [[nodiscard]] int port() const { return listener_.port; }
  // "http://127.0.0.1:PORT" + path. Another `host` ("localhost") makes it another origin.
  [[nodiscard]] std::string url(const std::string& path = "",
                                const std::string& host = "127.0.0.1") const;
  [[nodiscard]] std::vector<ServerRequest> requests() const;

private:
  void accept_connections();
  void serve(int fd);

  ServerHandler handler_;
  Listener listener_ = listen_on_loopback();
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_; // guards handler_'s calls, requests_ and workers_
  std::vector<ServerRequest> requests_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

// 200, 206 or 416 for `content`, as Range and If-Range ask.
ServerResponse serve_content(const ServerRequest& request, const std::string& content,
                             const std::string& etag = "\"v1\"");
ServerResponse redirect_to(const std::string& location, int status = 302);

} // namespace outpost::test_support
