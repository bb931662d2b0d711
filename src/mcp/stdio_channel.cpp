#include "mcp/stdio_channel.h"

namespace outpost::mcp {
namespace {

constexpr std::chrono::milliseconds kTick{50}; // how soon a cancel is seen
constexpr std::chrono::milliseconds kWriteTime{std::chrono::seconds(10)};
// Of one exchange, beside its answer: a peer that talks on without answering is ended.
constexpr int kOtherLinesMax = 10'000;

} // namespace

Result<std::unique_ptr<Channel>> StdioChannel::start(const platform::Program& program, Clock& clock,
                                                     const MessageLimits& limits) {
  OUTPOST_TRY(auto child, platform::ChildProcess::start(program, true));
  return std::unique_ptr<Channel>(new StdioChannel(std::move(child), clock, limits));
}

Status StdioChannel::send(const std::string& text) {
  return child_->write(text + "\n", kWriteTime);
}

Status StdioChannel::notify(const Outgoing& notification) { return send(notification.text()); }

Result<std::optional<Message>> StdioChannel::receive() {
  auto line = frames_.next();
  if (!line) {
    OUTPOST_TRY(const std::string bytes, child_->read(kTick));
    OUTPOST_CHECK(frames_.feed(bytes));
    line = frames_.next();
  }
  if (!line) return std::optional<Message>();
  auto message = parse_message(*line, limits_);
  if (!message) {
    return fail(ErrorCode::kCorruptData,
                "the MCP server wrote what is no message: " + message.error().message);
  }
  return std::optional(*std::move(message));
}

// Nothing that a server may ask a client for was offered to it; an answer to its ping is due.
Status StdioChannel::refuse(const Message& request) {
  if (request.method == "ping") return send(result_text(request.id, {}));
  return send(error_text(request.id, {kMethodNotFound, "not offered by this client", nullptr}));
}

void StdioChannel::tell_cancelled(const boost::json::value& id, const char* reason) {
  // A server that is gone needs no word.
  (void)send(notification_text("notifications/cancelled", {{"requestId", id}, {"reason", reason}}));
}

Result<Message> StdioChannel::exchange(const Outgoing& request, const CallBounds& bounds,
                                       const NotificationSink& notifications) {
  OUTPOST_CHECK(send(request.text()));
  const auto deadline = clock_.monotonic() + bounds.time;
  for (int others = 0; others <= kOtherLinesMax;) {
    if (bounds.cancel.cancelled()) {
      tell_cancelled(request.id, "cancelled");
      return fail(ErrorCode::kCancelled, request.method + " was cancelled");
    }
    if (clock_.monotonic() >= deadline) {
      tell_cancelled(request.id, "timeout");
      return fail(ErrorCode::kTimeout, "the MCP server did not answer " + request.method +
                                           " within " + std::to_string(bounds.time.count()) +
                                           " ms");
    }
    OUTPOST_TRY(auto message, receive());
    if (!message) continue;
    ++others;
    switch (message->kind) {
    case Message::Kind::kRequest: OUTPOST_CHECK(refuse(*message)); break;
    case Message::Kind::kNotification: notifications(*message); break;
    case Message::Kind::kResult:
    case Message::Kind::kError:
      // Answers to requests that were given up may come late.
      if (message->id == request.id) return *std::move(message);
    }
  }
  return fail(ErrorCode::kLimitExceeded, "the MCP server sent " + std::to_string(kOtherLinesMax) +
                                             " messages and no answer to " + request.method);
}

} // namespace outpost::mcp
