#include "http/testing/raw_client.h"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace outpost::http::testing {

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval timeout{5, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    socket_.reset();
  }
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  char bytes[4096];
  const auto count = ::recv(socket_.get(), bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::read_until(std::string_view mark) {
  while (mark.empty() || received_.find(mark) == std::string::npos) {
    if (!fill()) return std::exchange(received_, {});
  }
  const std::size_t end = received_.find(mark) + mark.size();
  std::string out = received_.substr(0, end);
  received_.erase(0, end);
  return out;
}

std::string RawClient::read_answer() {
  std::string head = read_until("\r\n\r\n");
  constexpr std::string_view kField = "Content-Length: ";
  const std::size_t at = head.find(kField);
  if (at == std::string::npos) return head;
  std::size_t length = 0;
  std::from_chars(head.data() + at + kField.size(), head.data() + head.size(), length);
  while (received_.size() < length && fill()) {
  }
  head += received_.substr(0, length);
  received_.erase(0, length);
  return head;
}

void RawClient::finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void RawClient::shrink_receive_buffer() {
  const int bytes = 2048;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

} // namespace outpost::http::testing
