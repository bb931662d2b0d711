#include "support/http_test_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>

namespace outpost::test_support {
namespace {

constexpr int kPollMs = 20; // how often a waiting thread looks whether the server stops

void lower_case(std::string& text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
}

// Reads until the blank line and the announced body are there; nothing if the client gives up.
std::optional<ServerRequest> read_request(int fd, const std::atomic<bool>& stopping) {
  std::string data;
  std::size_t head_end = std::string::npos;
  std::size_t body_length = 0;
  ServerRequest request;
  while (!stopping) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, kPollMs) == 0) continue;
    std::array<char, 4096> buffer;
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) return std::nullopt;
    data.append(buffer.data(), static_cast<std::size_t>(count));
    if (head_end == std::string::npos) {
      head_end = data.find("\r\n\r\n");
      if (head_end == std::string::npos) continue;
      const std::size_t first_space = data.find(' ');
      const std::size_t second_space = data.find(' ', first_space + 1);
      request.method = data.substr(0, first_space);
      request.target = data.substr(first_space + 1, second_space - first_space - 1);
      for (std::size_t at = data.find("\r\n") + 2; at < head_end;) {
        const std::size_t end = data.find("\r\n", at);
        const std::string line = data.substr(at, end - at);
        const std::size_t colon = line.find(": ");
        std::string name = line.substr(0, colon);
        lower_case(name);
        request.headers[name] = colon == std::string::npos ? "" : line.substr(colon + 2);
        at = end + 2;
      }
      const std::string length = request.header("content-length");
      body_length = length.empty() ? 0 : std::stoul(length);
    }
    if (data.size() >= head_end + 4 + body_length) {
      request.body = data.substr(head_end + 4);
      return request;
    }
  }
  return std::nullopt;
}

bool send_all(int fd, std::string_view bytes, const std::atomic<bool>& stopping) {
  while (!bytes.empty() && !stopping) {
    pollfd waiting{fd, POLLOUT, 0};
    if (::poll(&waiting, 1, kPollMs) == 0) continue;
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return bytes.empty();
}

// Whether the peer closed within about `ms`.
bool closed_within(int fd, int ms, const std::atomic<bool>& stopping) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  while (!stopping && std::chrono::steady_clock::now() < end) {
    pollfd waiting{fd, POLLIN | POLLRDHUP, 0};
    if (::poll(&waiting, 1, std::min(ms, kPollMs)) > 0) return true;
  }
  return stopping;
}

std::string head_of(const ServerResponse& response) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " Test\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  head +=
      "Content-Length: " + std::to_string(response.claimed_length.value_or(response.body.size())) +
      "\r\n";
  return head + "Connection: close\r\n\r\n";
}

void send_response(int fd, const ServerRequest& request, const ServerResponse& response,
                   const std::atomic<bool>& stopping) {
  if (response.silent) {
    while (!closed_within(fd, 1000, stopping)) {
    }
    return;
  }
  if (!response.raw.empty()) {
    (void)send_all(fd, response.raw, stopping);
    return;
  }
  if (!send_all(fd, head_of(response), stopping) || request.method == "HEAD") return;
  std::string_view body = response.body;
  if (response.cut_after) body = body.substr(0, *response.cut_after);
  const std::size_t piece = response.piece_bytes > 0 ? response.piece_bytes : body.size();
  while (!body.empty()) {
    if (!send_all(fd, body.substr(0, piece), stopping)) return;
    body.remove_prefix(std::min(piece, body.size()));
    if (response.pause_ms > 0 && closed_within(fd, response.pause_ms, stopping)) return;
  }
}

} // namespace

std::string ServerRequest::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

HttpTestServer::HttpTestServer(ServerHandler handler) : handler_(std::move(handler)) {
  acceptor_ = std::thread([this] { accept_connections(); });
}

HttpTestServer::~HttpTestServer() {
  stopping_ = true;
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
}

void HttpTestServer::accept_connections() {
  while (!stopping_) {
    pollfd waiting{listener_.socket.get(), POLLIN, 0};
    if (::poll(&waiting, 1, kPollMs) <= 0) continue;
    const int fd = ::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const std::lock_guard lock(mutex_);
    workers_.emplace_back([this, fd] { serve(fd); });
  }
}

void HttpTestServer::serve(int fd) {
  const platform::UniqueFd connection(fd);
  const auto request = read_request(fd, stopping_);
  if (!request) return;
  ServerResponse response;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(*request);
    response = handler_(*request);
  }
  send_response(fd, *request, response, stopping_);
  ::shutdown(fd, SHUT_WR);
}

std::string HttpTestServer::url(const std::string& path, const std::string& host) const {
  return "http://" + host + ":" + std::to_string(port()) + path;
}

std::vector<ServerRequest> HttpTestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

ServerResponse serve_content(const ServerRequest& request, const std::string& content,
                             const std::string& etag) {
  ServerResponse response;
  response.headers = {{"ETag", etag}, {"Accept-Ranges", "bytes"}};
  const std::string range = request.header("range");
  const std::string condition = request.header("if-range");
  constexpr std::string_view kPrefix = "bytes=";
  if (!range.starts_with(kPrefix) || (!condition.empty() && condition != etag)) {
    response.body = content;
    return response;
  }
  const std::size_t first = std::stoul(range.substr(kPrefix.size()));
  const std::string total = std::to_string(content.size());
  if (first >= content.size()) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", "bytes */" + total);
    return response;
  }
  response.status = 206;
  response.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                     std::to_string(content.size() - 1) + "/" +
                                                     total);
  response.body = content.substr(first);
  return response;
}

ServerResponse redirect_to(const std::string& location, int status) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Location", location}};
  return response;
}

} // namespace outpost::test_support
