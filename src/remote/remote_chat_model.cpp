#include "remote/remote_chat_model.h"

#include <optional>

#include "remote/answer_reader.h"
#include "remote/chat_body.h"
#include "remote/event_reader.h"
#include "remote/refusal.h"
#include "remote/token_guess.h"

namespace outpost::remote {
namespace {

constexpr std::size_t kEventBytesMax = 1U << 20U;
constexpr std::size_t kIdleClientsMax = 8;

// Reads an answer as it comes, as events or, from a server that does not stream, as a whole.
class AnswerSink final : public net::BodySink {
public:
  AnswerSink(AnswerReader& reader, const Endpoint& endpoint, Clock& clock)
      : reader_(reader), endpoint_(endpoint), clock_(clock),
        end_(clock.monotonic() + endpoint.answer_timeout),
        events_(kEventBytesMax, [this](std::string_view data) { return reader_.read(data); }) {}

  Status begin(const net::HttpResponse& response) override {
    const auto type = response.headers.find("Content-Type");
    is_stream_ = type && type->starts_with("text/event-stream");
    return {};
  }

  Status write(std::span<const std::byte> bytes) override {
    if (clock_.monotonic() > end_) {
      return fail(ErrorCode::kTimeout, "the answer of the endpoint '" + endpoint_.name +
                                           "' takes longer than its answer_timeout");
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (is_stream_) return events_.read(text);
    whole_ += text; // bounded by the request's limits
    return {};
  }

  void was_sent() override { was_sent_ = true; }

  Status finish() { return is_stream_ ? Status() : reader_.read_whole(whole_); }

  // Whether the endpoint may have worked for us all the same, and count it, shows in the code.
  Error told_apart(Error error) const {
    const bool is_line = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout;
    if (is_line && !was_sent_) error.code = ErrorCode::kUnavailable;
    if (error.code == ErrorCode::kUnavailable && was_sent_) error.code = ErrorCode::kIo;
    return error;
  }

private:
  AnswerReader& reader_;
  const Endpoint& endpoint_;
  Clock& clock_;
  std::chrono::nanoseconds end_;
  EventReader events_;
  bool is_stream_ = false;
  bool was_sent_ = false;
  std::string whole_;
};

Status cancelled_answer(const chat::EventSink& sink) {
  sink(chat::Finished{.reason = chat::FinishReason::kCancelled});
  return {};
}

} // namespace

RemoteChatModel::RemoteChatModel(Endpoint endpoint, net::Url url, Clock& clock)
    : endpoint_(std::move(endpoint)), url_(std::move(url)), clock_(clock) {}

Result<std::unique_ptr<RemoteChatModel>> RemoteChatModel::make(Endpoint endpoint, Clock& clock) {
  if (endpoint.model.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "the endpoint '" + endpoint.name + "' has no model to ask for");
  }
  OUTPOST_TRY(net::Url url, address_of(endpoint, "/chat/completions"));
  return std::unique_ptr<RemoteChatModel>(
      new RemoteChatModel(std::move(endpoint), std::move(url), clock));
}

chat::ModelInfo RemoteChatModel::info() const {
  return {.name = endpoint_.model,
          .context_tokens = endpoint_.context_tokens,
          .has_chat_template = true,
          .tool_format = "openai"};
}

net::HttpRequest RemoteChatModel::http_request(std::string body) const {
  net::HttpRequest request{.url = url_, .method = "POST", .body = std::move(body)};
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", "text/event-stream, application/json"}};
  if (!endpoint_.key.empty())
    request.headers.emplace_back("Authorization", "Bearer " + endpoint_.key);
  request.redirects = net::RedirectPolicy::kSameOrigin;
  request.limits.body_bytes = endpoint_.answer_bytes_max;
  request.limits.connect_timeout = endpoint_.connect_timeout;
  request.limits.idle_timeout = endpoint_.idle_timeout;
  return request;
}

Status RemoteChatModel::check_welcome() {
  const std::lock_guard lock(mutex_);
  const auto wait = not_before_ - clock_.monotonic();
  if (wait.count() <= 0) return {};
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return fail(ErrorCode::kUnavailable,
              "the endpoint '" + endpoint_.name + "' asked to be left alone",
              "try again in " + std::to_string(seconds) + " s");
}

void RemoteChatModel::leave_alone(const net::HttpResponse& response) {
  const auto wait = retry_after(response);
  if (!wait) return;
  const std::lock_guard lock(mutex_);
  not_before_ = std::max(not_before_, clock_.monotonic() + *wait);
}

std::unique_ptr<net::HttpClient> RemoteChatModel::take_client() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto client = std::move(idle_.back());
      idle_.pop_back();
      return client;
    }
  }
  net::HttpOptions options;
  options.ca_file = endpoint_.ca_file;
  return std::make_unique<net::HttpClient>(clock_, std::move(options));
}

void RemoteChatModel::give_back(std::unique_ptr<net::HttpClient> client) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleClientsMax) idle_.push_back(std::move(client));
}

Status RemoteChatModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                             const CancelToken& cancel) {
  if (cancel.cancelled()) return cancelled_answer(sink);
  OUTPOST_TRY(std::string body, chat_body(request, endpoint_));
  OUTPOST_CHECK(check_welcome());
  const std::uint32_t prompt_tokens = tokens_guessed(body.size());
  AnswerReader reader(sink, request.constraint.has_value());
  AnswerSink answer(reader, endpoint_, clock_);
  auto client = take_client();
  const auto response = client->fetch(http_request(std::move(body)), answer, cancel);
  if (!response) {
    // The connection is in an unknown state and goes with the client.
    if (response.error().code == ErrorCode::kCancelled) return cancelled_answer(sink);
    return fail(answer.told_apart(response.error()));
  }
  give_back(std::move(client));
  if (response->status < 200 || response->status > 299) {
    leave_alone(*response);
    return fail(refusal(endpoint_, *response));
  }
  OUTPOST_CHECK(answer.finish());
  answer.was_sent();
  const Status finished = reader.finish(prompt_tokens);
  return finished ? finished : Status(fail(answer.told_apart(finished.error())));
}

Result<std::vector<chat::Score>> RemoteChatModel::score(const chat::ScoreRequest& /*request*/,
                                                        const CancelToken& /*cancel*/) {
  return fail(ErrorCode::kUnsupported,
              "the endpoint '" + endpoint_.name + "' does not score texts: its API cannot",
              "choose with a local model, or by words alone");
}

Result<std::uint32_t> RemoteChatModel::count_tokens(const chat::Prompt& prompt) {
  constexpr std::size_t kAroundEach = 16; // role and separators, in bytes
  std::size_t bytes = prompt.text.size();
  for (const chat::Message& message : prompt.messages) {
    bytes += message.text.size() + kAroundEach;
    for (const chat::ToolCall& call : message.tool_calls) {
      bytes += call.name.size() + call.arguments.size() + kAroundEach;
    }
  }
  for (const chat::ToolDefinition& tool : prompt.tools) {
    bytes += tool.name.size() + tool.description.size() + tool.parameters.size() + kAroundEach;
  }
  return tokens_guessed(bytes);
}

} // namespace outpost::remote
