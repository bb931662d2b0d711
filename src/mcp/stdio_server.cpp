#include "mcp/stdio_server.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <list>
#include <poll.h>
#include <unistd.h>

#include "mcp/frames.h"
#include "platform/thread_group.h"

namespace outpost::mcp {
namespace {

constexpr std::size_t kWaitingMax = 64; // requests; more are refused
constexpr std::size_t kWorkers = 4;     // requests under way at once
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

// The requests that wait and those under way.
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
    waiting_.emplace_back(std::move(message), CancelSource());
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
      // What is in a list stays where it is while others join and leave.
      under_way_.splice(under_way_.end(), waiting_, waiting_.begin());
      const auto one = std::prev(under_way_.end());
      lock.unlock();
      const auto answer = server_.handle(one->message, {principal_, one->cancel.token()});
      // A cancelled request gets no answer. A client that does not read shows in take().
      if (answer && !one->cancel.token().cancelled()) (void)write(*answer);
      lock.lock();
      under_way_.erase(one);
    }
  }

  void close(bool cancels) {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (cancels) {
      for (auto* all : {&waiting_, &under_way_}) {
        for (Waiting& one : *all) one.cancel.cancel();
      }
    }
    ready_.notify_all();
  }

private:
  struct Waiting {
    Waiting(Message request, CancelSource source)
        : message(std::move(request)), cancel(std::move(source)) {}
    Message message;
    CancelSource cancel;
  };

  void cancel(const Message& notification) {
    const boost::json::value* id = notification.params.if_contains("requestId");
    if (id == nullptr) return;
    const std::lock_guard lock(mutex_);
    for (auto* all : {&waiting_, &under_way_}) {
      for (Waiting& one : *all) {
        if (one.message.id == *id) one.cancel.cancel();
      }
    }
  }

  Server& server_;
  int output_;
  chat::PrincipalId principal_;
  std::mutex mutex_;
  std::mutex writing_;
  std::condition_variable ready_;
  std::list<Waiting> waiting_;
  std::list<Waiting> under_way_;
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
  platform::ThreadGroup workers(kWorkers, [&](std::size_t) { desk.work(); });
  const Status status = read_all(desk, input, cancel, limits);
  desk.close(!status || cancel.cancelled());
  workers.join();
  return status;
}

} // namespace outpost::mcp
