// RemoteChatModel: any OpenAI-compatible endpoint as a ChatModel: a larger model on this machine, a
// vLLM server, a cloud, another Outpost. It chats (text, tools, answers under a JSON schema);
// scores, tokens and embeddings are kUnsupported.
//
// Nothing is asked twice by itself: whoever calls decides whether another try is worth its price.
// After a refusal with Retry-After the endpoint is left alone for that time.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "chat/chat_model.h"
#include "net/http_client.h"
#include "remote/endpoint.h"

namespace outpost::remote {

// Thread-safe; each call in progress has a connection of its own, which is kept for the next.
class RemoteChatModel final : public chat::ChatModel {
public:
  // `clock` outlives the model. Errors: those of address_of(); kInvalidArgument without a model.
  // Connects to nothing.
  static Result<std::unique_ptr<RemoteChatModel>> make(Endpoint endpoint, Clock& clock);

  [[nodiscard]] chat::ModelInfo info() const override;
  // Errors: those of chat_body, of net::HttpClient::fetch and refusal(), and of
  // AnswerReader::finish; kTimeout beyond the endpoint's answer_timeout. kUnavailable: it was not
  // asked, or said so; kIo: the line was cut after that, and it may have worked for us.
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override;
  // An estimate from the bytes, rather too many: an endpoint counts only what is paid for.
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

private:
  RemoteChatModel(Endpoint endpoint, net::Url url, Clock& clock);
  [[nodiscard]] net::HttpRequest http_request(std::string body) const;
  [[nodiscard]] Status check_welcome();
  void leave_alone(const net::HttpResponse& response);
  std::unique_ptr<net::HttpClient> take_client();
  void give_back(std::unique_ptr<net::HttpClient> client);

  const Endpoint endpoint_;
  const net::Url url_;
  Clock& clock_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<net::HttpClient>> idle_; // guarded by mutex_
  std::chrono::nanoseconds not_before_{0};             // guarded by mutex_; monotonic
};

} // namespace outpost::remote
