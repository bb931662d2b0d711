// One connection: requests read one after the other, each answered before the next is looked at
// (what a client sends ahead waits in the socket). Lives on the I/O thread.
#pragma once
#include <deque>
#include <list>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/random.h"
#include "http/handler_threads.h"
#include "http/server.h"
#include "http/stream.h"

namespace outpost::http {

class Connection;

// What a connection is for: requests of any kind, or, when there are too many of those, one quick
// answer.
enum class ConnectionKind { kFull, kSpare };

// What all connections of a server share; for the I/O thread unless it says otherwise.
struct ConnectionContext {
  ConnectionContext(ServerSettings of_server, Router routes, Clock& time, HandlerThreads& threads)
      : settings(std::move(of_server)), router(std::move(routes)), clock(time), handlers(threads) {}

  const ServerSettings settings;
  const Router router;
  Clock& clock;
  HandlerThreads& handlers;
  const std::uint64_t id_seed = random_seed(); // request ids are this and a counter
  std::uint64_t request_count = 0;
  std::size_t body_bytes = 0; // of all requests at hand
  std::list<Connection*> open;
  std::deque<std::weak_ptr<Connection>> spare;  // those of them that are, in order of arrival
  std::atomic<std::size_t> connection_count{0}; // open.size(), for other threads
  bool is_draining = false;
  std::shared_ptr<TlsContext> tls; // of new connections; null: none
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ConnectionContext> context,
             ConnectionKind kind = ConnectionKind::kFull);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until the client leaves, a limit is reached or the server drains.
  boost::asio::awaitable<void> run();
  // No further request: closes at once when none is at hand, but for a new client that may be about
  // to send its first (`spares_new`).
  void drain(bool spares_new);
  // Sets the token of the answer at hand.
  void cut(CutCause cause);
  // Closes whatever is going on.
  void close();
  [[nodiscard]] bool is_answering() const { return outlet_ != nullptr; }

private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  // A request that is refused before a handler sees it; then the connection ends.
  struct Refusal {
    int status = 0; // 0: there is nobody to tell
    std::string message;
    Headers headers;
  };

  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<std::optional<Refusal>> read_head(Parser& parser);
  boost::asio::awaitable<std::optional<Refusal>> read_body(Parser& parser);
  std::optional<Refusal> take_head(const Parser& parser, Request& request);
  std::optional<Refusal> find_route(Request& request);
  std::optional<Refusal> reserve_body(const Parser& parser);
  boost::asio::awaitable<void> refuse(const Request& request, Refusal refusal);
  boost::asio::awaitable<bool> turn_away(const Request& request, const Response& response,
                                         const Parser& parser);
  boost::asio::awaitable<bool> send_refusal(const Request& request, const Response& response,
                                            Framing framing, bool lingers);
  boost::asio::awaitable<bool> answer(Request request, const Parser& parser);
  boost::asio::awaitable<bool> send_answer();
  boost::asio::awaitable<bool> send(std::string_view bytes);
  boost::asio::awaitable<void> wait_for_news();
  boost::asio::awaitable<void> watch_client(std::shared_ptr<Outlet> outlet);
  boost::asio::awaitable<bool> has_left();
  boost::asio::awaitable<void> stop_watching();
  boost::asio::awaitable<void> linger();
  void start_handler(std::unique_ptr<Exchange> exchange);
  void report(const Request& request, int status, CutCause cut);
  [[nodiscard]] Framing framing(const Request& request, const Parser& parser) const;

  Stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer news_; // ends early when the outlet has something
  std::shared_ptr<ConnectionContext> context_;
  const ConnectionKind kind_;
  std::list<Connection*>::iterator place_; // in context_->open
  std::shared_ptr<Outlet> outlet_;         // of the answer at hand
  const Route* route_ = nullptr;           // of the request at hand
  std::size_t reserved_body_ = 0;          // its share of context_->body_bytes
  int last_status_ = 0;                    // that was sent
  bool has_served_ = false;                // a request, or refused one
  bool is_watched_ = false;                // watch_client() reads
};

} // namespace outpost::http
