#include "mcp/http_channel.h"

#include <algorithm>
#include <span>
#include <utility>

#include "mcp/frames.h"
#include "mcp/header_values.h"
#include "mcp/revision.h"

namespace outpost::mcp {
namespace {

constexpr int kOtherMessagesMax = 10'000;
constexpr std::size_t kSessionBytesMax = 256;
constexpr std::chrono::milliseconds kGoodbyeTime{std::chrono::seconds(2)};

bool is_event_stream(const net::HttpResponse& response) {
  return response.headers.find("Content-Type").value_or("").starts_with("text/event-stream");
}

// Visible ASCII, as the specification wants it; anything else could end the header field.
bool is_session_id(std::string_view text) {
  return !text.empty() && text.size() <= kSessionBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
}

// Takes the body as it comes, and ends the transfer when the answer is there.
class AnswerSink final : public net::BodySink {
public:
  using Taker = std::function<Result<bool>(Message)>; // true: that was the answer
  AnswerSink(const MessageLimits& limits, Taker take)
      : limits_(limits), take_(std::move(take)), events_(limits.bytes) {}

  Status begin(const net::HttpResponse& response) override {
    streams_ = is_event_stream(response);
    session = response.headers.find("Mcp-Session-Id").value_or("");
    return {};
  }
  Status write(std::span<const std::byte> bytes) override {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!streams_) {
      body_ += text; // bounded by the request's limit
      return {};
    }
    OUTPOST_CHECK(events_.feed(text));
    while (auto data = events_.next()) {
      OUTPOST_CHECK(give(*data));
      if (answered_) return fail(ErrorCode::kCancelled, "answered"); // no need of what follows
    }
    return {};
  }
  Status finish() { return streams_ || body_.empty() ? Status() : give(body_); }
  [[nodiscard]] bool answered() const { return answered_; }

  std::string session; // that the server gave with this answer

private:
  Status give(std::string_view text) {
    OUTPOST_TRY(Message message, parse_message(text, limits_));
    OUTPOST_TRY(answered_, take_(std::move(message)));
    return {};
  }

  MessageLimits limits_;
  Taker take_;
  EventFrames events_;
  std::string body_;
  bool streams_ = false;
  bool answered_ = false;
};

// An answer that is not 2xx: the error message that it may hold (modern servers send one), else
// what the status says.
Result<Message> read_refusal(const net::HttpResponse& response, const Outgoing& request,
                             bool had_session) {
  auto message = parse_message(response.error_text);
  if (message && message->kind == Message::Kind::kError) {
    message->id = request.id;
    return *std::move(message);
  }
  if (response.status == 404 && had_session) {
    return fail(ErrorCode::kUnavailable, "the MCP server has ended the session");
  }
  const bool may_be_old =
      response.status == 400 || response.status == 404 || response.status == 405;
  if (may_be_old && request.method == "server/discover") {
    Message old;
    old.kind = Message::Kind::kError;
    old.id = request.id;
    old.error = {kMethodNotFound, "status " + std::to_string(response.status), nullptr};
    return old;
  }
  OUTPOST_CHECK(net::check_status(response));
  return fail(ErrorCode::kCorruptData, response.url.shown() + " gave no answer");
}

} // namespace

HttpChannel::HttpChannel(HttpEndpoint endpoint, Clock& clock, const MessageLimits& limits)
    : endpoint_(std::move(endpoint)), clock_(clock), limits_(limits),
      client_(clock, endpoint_.http), replies_(clock, endpoint_.http) {}

HttpChannel::~HttpChannel() {
  if (session_.empty()) return;
  Outgoing nothing;
  nothing.revision = revision_;
  net::HttpRequest request = post(nothing, {kGoodbyeTime, {}});
  request.method = "DELETE";
  request.body.clear();
  (void)client_.fetch_text(request); // a courtesy: the server's own time limit does the same
}

net::HttpRequest HttpChannel::post(const Outgoing& out, const CallBounds& bounds) const {
  net::HttpRequest request{.url = endpoint_.url};
  request.method = "POST";
  request.headers = endpoint_.headers;
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("Accept", "application/json, text/event-stream");
  if (!out.revision.empty()) request.headers.emplace_back("MCP-Protocol-Version", out.revision);
  if (!session_.empty()) request.headers.emplace_back("Mcp-Session-Id", session_);
  if (out.revision == kModernRevision) {
    request.headers.emplace_back("Mcp-Method", out.method);
    if (!out.name.empty()) request.headers.emplace_back("Mcp-Name", header_text(out.name));
    request.headers.insert(request.headers.end(), out.header_values.begin(),
                           out.header_values.end());
  }
  request.body = out.text();
  request.redirects = net::RedirectPolicy::kSameOrigin;
  request.limits.body_bytes = 4 * std::uint64_t{limits_.bytes}; // notifications come beside it
  request.limits.connect_timeout = std::min(request.limits.connect_timeout, bounds.time);
  request.limits.idle_timeout = bounds.time;
  return request;
}

Status HttpChannel::refuse(const Message& asked) {
  const std::string text =
      asked.method == "ping"
          ? result_text(asked.id, {})
          : error_text(asked.id, {kMethodNotFound, "not offered by this client", nullptr});
  Outgoing shell;
  shell.revision = revision_;
  net::HttpRequest request = post(shell, {std::chrono::seconds(10), {}});
  request.body = text;
  OUTPOST_CHECK(replies_.fetch_text(request));
  return {};
}

Result<Message> HttpChannel::exchange(const Outgoing& request, const CallBounds& bounds,
                                      const NotificationSink& notifications) {
  revision_ = request.revision;
  const auto deadline = clock_.monotonic() + bounds.time;
  Message answer;
  int others = 0;
  AnswerSink sink(limits_, [&](Message message) -> Result<bool> {
    const bool is_answer =
        message.kind == Message::Kind::kResult || message.kind == Message::Kind::kError;
    if (is_answer && message.id != request.id) {
      return fail(ErrorCode::kCorruptData, "the MCP server answered another request than asked");
    }
    if (is_answer) {
      answer = std::move(message);
      return true;
    }
    if (++others > kOtherMessagesMax || clock_.monotonic() >= deadline) {
      return fail(ErrorCode::kTimeout, "the MCP server talks on without an answer");
    }
    if (message.kind == Message::Kind::kRequest)
      OUTPOST_CHECK(refuse(message));
    else
      notifications(message);
    return false;
  });
  const auto response = client_.fetch(post(request, bounds), sink, bounds.cancel);
  if (!sink.answered()) {
    if (!response) return fail(response.error());
    if (response->status < 200 || response->status > 299) {
      const bool had_session = response->status == 404 && !std::exchange(session_, {}).empty();
      return read_refusal(*response, request, had_session);
    }
    OUTPOST_CHECK(sink.finish());
  }
  if (!sink.answered()) {
    return fail(ErrorCode::kUnavailable,
                endpoint_.url.shown() + " ended without an answer to " + request.method);
  }
  if (request.method == "initialize" && is_session_id(sink.session)) session_ = sink.session;
  return answer;
}

Status HttpChannel::notify(const Outgoing& notification) {
  OUTPOST_CHECK(client_.fetch_text(post(notification, {std::chrono::seconds(30), {}})));
  return {};
}

} // namespace outpost::mcp
