#include "support/line_test_server.h"

#include <array>
#include <poll.h>
#include <sys/socket.h>

namespace outpost::test_support {
namespace {

constexpr int kLinePollMs = 20; // how often a waiting thread looks whether the server stops

} // namespace

bool LineTestConnection::fill() {
  while (!stopping_) {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, kLinePollMs) == 0) continue;
    std::array<char, 4096> buffer;
    const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    buffer_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }
  return false;
}

std::optional<std::string> LineTestConnection::line() {
  while (true) {
    const std::size_t end = buffer_.find("\r\n");
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return line;
    }
    if (!fill()) return std::nullopt;
  }
}

std::optional<std::string> LineTestConnection::bytes(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) return std::nullopt;
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

void LineTestConnection::send(std::string_view text) {
  while (!text.empty() && !stopping_) {
    const ssize_t count = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

LineTestServer::LineTestServer(std::function<void(LineTestConnection&)> serve)
    : serve_(std::move(serve)) {
  acceptor_ = std::thread([this] { accept_connections(); });
}

LineTestServer::~LineTestServer() {
  stopping_ = true;
  acceptor_.join();
}

void LineTestServer::accept_connections() {
  while (!stopping_) {
    pollfd waiting{listener_.socket.get(), POLLIN, 0};
    if (::poll(&waiting, 1, kLinePollMs) <= 0) continue;
    const platform::UniqueFd fd(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (fd.get() < 0) continue;
    LineTestConnection connection(fd.get(), stopping_);
    serve_(connection);
    ::shutdown(fd.get(), SHUT_WR);
  }
}

} // namespace outpost::test_support
