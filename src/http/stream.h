// The bytes of a connection, over TLS or not, as one stream for Asio's and Beast's algorithms.
// Lives on the I/O thread.
#pragma once
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "http/tls.h"

namespace outpost::http {

class Stream {
public:
  using executor_type = boost::beast::tcp_stream::executor_type;

  // `tls` null: bytes as they are.
  Stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<TlsContext> tls);

  executor_type get_executor() { return tcp().get_executor(); }
  boost::asio::ip::tcp::socket& socket() { return tcp().socket(); }
  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }

  // Of the reads and writes begun from now on; over, they fail and the stream is closed.
  template <class Duration>
  void expires_after(Duration time) {
    tcp().expires_after(time);
  }
  void expires_never() { tcp().expires_never(); }
  void close() { tcp().close(); }

  // Before the first byte; nothing to do without TLS. False: the client did not agree.
  boost::asio::awaitable<bool> shake_hands();
  // Tells the client that nothing will follow.
  boost::asio::awaitable<void> say_goodbye();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, Completion>(
        [this](auto handler, const Buffers& into) {
          if (tls_) return tls_->async_read_some(into, std::move(handler));
          plain_->async_read_some(into, std::move(handler));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, Completion>(
        [this](auto handler, const Buffers& from) {
          if (tls_) return tls_->async_write_some(from, std::move(handler));
          plain_->async_write_some(from, std::move(handler));
        },
        token, buffers);
  }

private:
  using Completion = void(boost::system::error_code, std::size_t);
  using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

  boost::beast::tcp_stream& tcp() { return tls_ ? tls_->next_layer() : *plain_; }

  std::shared_ptr<TlsContext> context_; // that tls_ was made from
  std::optional<boost::beast::tcp_stream> plain_;
  std::optional<TlsStream> tls_; // one of the two is there
};

} // namespace outpost::http
