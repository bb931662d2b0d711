#include "http/stream.h"

#include <boost/asio/ssl/stream_base.hpp>

#include "http/await.h"

namespace outpost::http {
namespace {

namespace asio = boost::asio;
constexpr std::chrono::seconds kGoodbyeTime{1};

} // namespace

Stream::Stream(asio::ip::tcp::socket socket, std::shared_ptr<TlsContext> tls)
    : context_(std::move(tls)) {
  if (context_) {
    tls_.emplace(std::move(socket), context_->context());
  } else {
    plain_.emplace(std::move(socket));
  }
}

asio::awaitable<bool> Stream::shake_hands() {
  if (!tls_) co_return true;
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAwait);
  co_return !error;
}

asio::awaitable<void> Stream::say_goodbye() {
  if (!tls_ || !socket().is_open()) co_return;
  expires_after(kGoodbyeTime);
  (void)co_await tls_->async_shutdown(kAwait);
}

} // namespace outpost::http
