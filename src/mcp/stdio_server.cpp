#include "mcp/stdio_server.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <poll.h>
#include <unistd.h>

#include "mcp/frames.h"
#include "platform/thread_group.h"

namespace outpost::mcp {
namespace {

constexpr std::size_t kWaitingMax = 64; // requests; more are refused
constexpr int kPollMs = 100;

Status write_all(int fd, std::string text) {
  text += '\n';
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t count = ::write(fd, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return fail(ErrorCode::kIo,
                  std::string("cannot write to the client: ") + std::strerror(errno));
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// The requests that wait and the one under way.
class Desk {
public:
  Desk(Server& server, int output, chat::PrincipalId principal)
      : server_(server), output_(output), principal_(std::move(principal)) {}

  // A request or a notification, from the reading thread.
  Status take(Message message) {
    if (message.kind == Message::Kind::kNotification) {
      if (message.method == "notifications/cancelled") cancel(message);
      return {};
    }
    if (message.kind != Message::Kind::kRequest) return {}; // nothing was asked of the client
    std::unique_lock lock(mutex_);
    if (waiting_.size() == kWaitingMax) {
      lock.unlock();
      return write(error_text(message.id, {kInternalError, "too many requests wait", nullptr}));
    }
    waiting_.push_back({std::move(message), {}});
    ready_.notify_one();
    return {};
  }

  Status write(std::string text) {
    const std::lock_guard lock(writing_);
    return write_all(output_, std::move(text));
  }

  // Answers until close() has been called and, unless cancelled, nothing waits.
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ready_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      Waiting& one = waiting_.front(); // a deque's front stays where it is while others join
      lock.unlock();
      const auto answer = server_.handle(one.message, {principal_, one.cancel.token()});
      // A cancelled request gets no answer. A client that does not read shows in take().
      if (answer && !one.cancel.token().cancelled()) (void)write(*answer);
      lock.lock();
      waiting_.pop_front();
    }
  }

  void close(bool cancels) {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (cancels) {
      for (Waiting& one : waiting_) one.cancel.cancel();
    }
    ready_.notify_all();
  }

private:
  struct Waiting {
    Message message;
    CancelSource cancel;
  };

  void cancel(const Message& notification) {
    const boost::json::value* id = notification.params.if_contains("requestId");
    if (id == nullptr) return;
    const std::lock_guard lock(mutex_);
    for (Waiting& one : waiting_) {
      if (one.message.id == *id) one.cancel.cancel();
    }
  }

  Server& server_;
  int output_;
  chat::PrincipalId principal_;
  std::mutex mutex_;
  std::mutex writing_;
  std::condition_variable ready_;
  std::deque<Waiting> waiting_;
  bool closed_ = false;
};

Status read_all(Desk& desk, int input, const CancelToken& cancel, const MessageLimits& limits) {
  LineFrames frames(limits.bytes);
  std::array<char, 16U << 10U> buffer;
  while (!cancel.cancelled()) {
    pollfd waiting{input, POLLIN, 0};
    if (::poll(&waiting, 1, kPollMs) <= 0) continue;
    const ssize_t count = ::read(input, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    OUTPOST_CHECK(frames.feed({buffer.data(), static_cast<std::size_t>(count)}));
    while (auto line = frames.next()) {
      auto message = parse_message(*line, limits);
      OUTPOST_CHECK(message ? desk.take(*std::move(message))
                            : desk.write(Server::refuse(message.error())));
    }
  }
  return {};
}

} // namespace

Status serve_stdio(Server& server, int input, int output, const chat::PrincipalId& principal,
                   const CancelToken& cancel, const MessageLimits& limits) {
  Desk desk(server, output, principal);
  platform::ThreadGroup worker(1, [&](std::size_t) { desk.work(); });
  const Status status = read_all(desk, input, cancel, limits);
  desk.close(!status || cancel.cancelled());
  worker.join();
  return status;
}

} // namespace outpost::mcp
