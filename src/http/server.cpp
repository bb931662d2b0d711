#include "http/server.h"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "http/await.h"
#include "http/connection.h"
#include "platform/thread_group.h"

namespace outpost::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr std::chrono::milliseconds kAcceptPause{100}; // when there is no descriptor left
constexpr std::chrono::milliseconds kLastWords{1'000};
constexpr std::chrono::milliseconds kFirstWords{500};

Error listen_error(const ServerSettings& settings, const boost::system::error_code& error) {
  const std::string where = fmt::format("{}:{}", settings.host, settings.port);
  if (error == asio::error::address_in_use) {
    return {ErrorCode::kConflict, fmt::format("{} is already in use", where),
            "another server is running there; choose another --port"};
  }
  if (error == asio::error::access_denied) {
    return {ErrorCode::kPermissionDenied, fmt::format("{} may not be used", where),
            "ports below 1024 belong to the system; choose another --port"};
  }
  return {ErrorCode::kInvalidArgument,
          fmt::format("cannot listen on {}: {}", where, error.message()),
          "--host takes an address of this machine"};
}

Result<tcp::acceptor> listen(asio::io_context& io, const ServerSettings& settings) {
  boost::system::error_code error;
  const std::string host = settings.host == "localhost" ? "127.0.0.1" : settings.host;
  const auto address = asio::ip::make_address(host, error);
  tcp::acceptor acceptor(io);
  const tcp::endpoint endpoint(address, settings.port);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(listen_error(settings, error));
  return acceptor;
}

} // namespace

// Everything of a running server; the io_context's destructor ends the coroutines, which hold
// connections, which hold the context.
struct Server::Loop {
  Loop(ServerSettings settings, Router router, Clock& clock)
      : handlers(settings.handler_threads), io(1),
        context(std::make_shared<ConnectionContext>(std::move(settings), std::move(router), clock,
                                                    handlers)) {
    context->tls = context->settings.tls;
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(io);
    while (true) {
      auto [error, socket] = co_await acceptor->async_accept(kAwait);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kAwait);
        continue;
      }
      take(std::move(socket));
    }
  }

  void take(tcp::socket socket) {
    const bool is_full = context->open.size() >= context->settings.limits.connections;
    const auto kind = is_full ? ConnectionKind::kSpare : ConnectionKind::kFull;
    const auto connection = std::make_shared<Connection>(std::move(socket), context, kind);
    if (is_full) keep_among_spare(connection);
    asio::co_spawn(io, connection->run(), asio::detached);
  }

  // The oldest of the spare ones has had its moment: a crowd that says nothing must not keep out
  // whoever asks how the server is.
  void keep_among_spare(const std::shared_ptr<Connection>& connection) {
    std::deque<std::weak_ptr<Connection>>& spare = context->spare;
    while (!spare.empty() && spare.front().expired()) spare.pop_front();
    if (spare.size() >= context->settings.limits.spare_connections) {
      if (const auto oldest = spare.front().lock()) oldest->close();
      spare.pop_front();
    }
    spare.push_back(connection);
  }

  // Those whose connection the kernel has accepted for us are no strangers any more: closing the
  // port would reset them, with the requests they may have sent.
  void accept_the_last() {
    boost::system::error_code error;
    acceptor->non_blocking(true, error);
    while (!error) {
      tcp::socket socket(io);
      acceptor->accept(socket, error);
      if (!error) take(std::move(socket));
    }
  }

  // Runs on the I/O thread and waits for it.
  void call(const std::function<void()>& action) {
    std::promise<void> done;
    asio::post(io, [&] {
      action();
      done.set_value();
    });
    done.get_future().wait();
  }

  void begin_drain() {
    if (context->is_draining) return;
    boost::system::error_code ignored;
    acceptor->cancel(ignored);
    accept_the_last();
    acceptor->close(ignored);
    context->is_draining = true;
    const std::list<Connection*> all = context->open;
    for (Connection* connection : all) connection->drain(true);
    asio::co_spawn(io, drain_silent(), asio::detached);
  }

  // Who has connected just before has a moment for its first words.
  asio::awaitable<void> drain_silent() {
    asio::steady_timer pause(io);
    pause.expires_after(kFirstWords);
    co_await pause.async_wait(kAwait);
    const std::list<Connection*> all = context->open;
    for (Connection* connection : all) connection->drain(false);
  }

  // Whether no answer is at hand any more, waiting up to `patience` for it.
  bool wait_until_idle(std::chrono::milliseconds patience) {
    std::promise<bool> result;
    asio::co_spawn(io, watch_until_idle(patience, result), asio::detached);
    return result.get_future().get();
  }

  asio::awaitable<void> watch_until_idle(std::chrono::milliseconds patience,
                                         std::promise<bool>& result) {
    asio::steady_timer tick(io);
    const auto end = context->clock.monotonic() + patience;
    while (!context->open.empty() && context->clock.monotonic() < end) {
      tick.expires_after(std::chrono::milliseconds(10));
      co_await tick.async_wait(kAwait);
    }
    result.set_value(context->open.empty());
  }

  HandlerThreads handlers;
  asio::io_context io;
  std::shared_ptr<ConnectionContext> context;
  std::optional<tcp::acceptor> acceptor;
  std::uint16_t port = 0;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
  std::optional<platform::ThreadGroup> thread;
};

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

Result<std::unique_ptr<Server>> Server::open(ServerSettings settings, Router router, Clock& clock) {
  auto loop = std::make_unique<Loop>(std::move(settings), std::move(router), clock);
  OUTPOST_TRY(loop->acceptor, listen(loop->io, loop->context->settings));
  boost::system::error_code ignored;
  loop->port = loop->acceptor->local_endpoint(ignored).port();
  loop->work.emplace(loop->io.get_executor());
  asio::co_spawn(loop->io, loop->accept(), asio::detached);
  Loop* running = loop.get();
  loop->thread.emplace(1, [running](std::size_t) { running->io.run(); });
  return std::unique_ptr<Server>(new Server(std::move(loop)));
}

Server::~Server() {
  loop_->call([this] {
    loop_->begin_drain();
    const std::list<Connection*> all = loop_->context->open;
    for (Connection* connection : all) {
      connection->cut(CutCause::kClientGone);
      connection->close();
    }
  });
  loop_->wait_until_idle(kLastWords);
  loop_->work.reset();
  loop_->io.stop();
  loop_->thread.reset();
}

std::uint16_t Server::port() const { return loop_->port; }

std::size_t Server::connection_count() const {
  return loop_->context->connection_count.load(std::memory_order_relaxed);
}

void Server::set_tls(std::shared_ptr<TlsContext> tls) {
  loop_->call([&] { loop_->context->tls = std::move(tls); });
}

void Server::begin_drain() {
  loop_->call([this] { loop_->begin_drain(); });
}

bool Server::drain(std::chrono::milliseconds patience) {
  begin_drain();
  if (loop_->wait_until_idle(patience)) return true;
  loop_->call([this] {
    for (Connection* connection : loop_->context->open) connection->cut(CutCause::kStopping);
  });
  loop_->wait_until_idle(kLastWords);
  return false;
}

} // namespace outpost::http
