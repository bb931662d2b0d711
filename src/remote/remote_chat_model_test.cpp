#include <gtest/gtest.h>

#include "remote/remote_chat_model.h"
#include "support/http_test_server.h"

namespace outpost::remote {
namespace {

using test_support::HttpTestServer;
using test_support::ServerRequest;
using test_support::ServerResponse;

ServerResponse stream_of(const std::vector<std::string>& chunks) {
  ServerResponse response{.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}}};
  for (const std::string& chunk : chunks) response.body += "data: " + chunk + "\n\n";
  return response;
}

const std::vector<std::string> kHello = {
    R"({"choices":[{"delta":{"content":"Hel"}}]})", R"({"choices":[{"delta":{"content":"lo"}}]})",
    R"({"choices":[{"delta":{},"finish_reason":"stop"}]})",
    R"({"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2}})", "[DONE]"};

struct RemoteModelTest : testing::Test {
  SystemClock clock;
  chat::ChatRequest request;
  RemoteModelTest() { request.prompt.messages = {chat::user_message("Hi")}; }

  std::unique_ptr<RemoteChatModel> model_at(const HttpTestServer& server,
                                            const std::function<void(Endpoint&)>& change = {}) {
    Endpoint endpoint{
        .name = "cloud", .url = server.url("/v1"), .model = "big", .key = "secret-key"};
    if (change) change(endpoint);
    return std::move(*RemoteChatModel::make(std::move(endpoint), clock));
  }
  Result<chat::Answer> ask(const ServerResponse& response,
                           const std::function<void(Endpoint&)>& change = {}) {
    const HttpTestServer server([&](const ServerRequest&) { return response; });
    return chat::complete(*model_at(server, change), request);
  }
};

TEST_F(RemoteModelTest, StreamsAnAnswerInPieces) {
  ServerResponse response = stream_of(kHello);
  response.piece_bytes = 7;
  const HttpTestServer server([&](const ServerRequest&) { return response; });
  const auto model = model_at(server);
  std::vector<std::string> deltas;
  chat::Finished finished;
  ASSERT_TRUE(model->chat(request,
                          [&](const chat::Event& event) {
                            if (const auto* text = std::get_if<chat::TextDelta>(&event))
                              deltas.push_back(text->text);
                            if (const auto* end = std::get_if<chat::Finished>(&event))
                              finished = *end;
                          },
                          {}));
  EXPECT_EQ(deltas, (std::vector<std::string>{"Hel", "lo"}));
  EXPECT_EQ(finished.usage.prompt_tokens, 8U);
  const auto sent = server.requests().at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/v1/chat/completions");
  EXPECT_EQ(sent.header("authorization"), "Bearer secret-key");
  EXPECT_NE(sent.body.find(R"("model":"big")"), std::string::npos);
}

TEST_F(RemoteModelTest, TakesAWholeAnswerFromWhoDoesNotStream) {
  const auto answer = ask(
      {.headers = {{"Content-Type", "application/json"}},
       .body =
           R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->text, "Hello");
  EXPECT_EQ(answer->finished.reason, chat::FinishReason::kLength);
}

TEST_F(RemoteModelTest, RefusalsSayWhatTheEndpointSaid) {
  const auto code = [&](int status, const std::string& body) {
    const auto answer = ask({.status = status, .body = body});
    EXPECT_FALSE(answer);
    EXPECT_EQ(answer.error().message.find("secret-key"), std::string::npos);
    return std::string(to_string(answer.error().code));
  };
  EXPECT_EQ(code(401, R"({"error":{"message":"wrong key"}})"), "permission_denied");
  EXPECT_EQ(code(404, ""), "not_found");
  EXPECT_EQ(code(400, R"({"error":{"code":"context_length_exceeded"}})"), "limit_exceeded");
  EXPECT_EQ(code(400, "<html>"), "invalid_argument");
  EXPECT_EQ(code(500, "[[[["), "unavailable");
  EXPECT_EQ(code(504, ""), "timeout");
  const auto answer = ask({.status = 400, .body = R"({"error":{"message":"no tools here"}})"});
  EXPECT_EQ(answer.error().message, "the endpoint 'cloud' answered with status 400: no tools here");
}

TEST_F(RemoteModelTest, AfterRetryAfterTheEndpointIsLeftAlone) {
  const HttpTestServer server([](const ServerRequest&) -> ServerResponse {
    return {.status = 429, .headers = {{"Retry-After", "30"}}};
  });
  const auto model = model_at(server);
  const auto first = chat::complete(*model, request);
  EXPECT_EQ(first.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(first.error().hint, "try again in 30 s");
  EXPECT_EQ(chat::complete(*model, request).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(RemoteModelTest, CutFloodedSilentAndSlowAnswersAreErrors) {
  ServerResponse cut = stream_of(kHello);
  cut.cut_after = 60;
  EXPECT_EQ(ask(cut).error().code, ErrorCode::kIo);
  ServerResponse early_end = stream_of({kHello[0]});
  EXPECT_EQ(ask(early_end).error().code, ErrorCode::kIo);
  ServerResponse cut_at_once = stream_of(kHello);
  cut_at_once.raw = "HTTP/1.1 20";
  EXPECT_EQ(ask(cut_at_once).error().code, ErrorCode::kIo);
  const auto flooded = ask(stream_of(std::vector<std::string>(1000, kHello[0])),
                           [](Endpoint& endpoint) { endpoint.answer_bytes_max = 10'000; });
  EXPECT_EQ(flooded.error().code, ErrorCode::kLimitExceeded);
  const auto silent = ask({.silent = true}, [](Endpoint& endpoint) {
    endpoint.idle_timeout = std::chrono::milliseconds(200);
  });
  EXPECT_EQ(silent.error().code, ErrorCode::kTimeout);
  ServerResponse drop_by_drop = stream_of(kHello);
  drop_by_drop.piece_bytes = 10;
  drop_by_drop.pause_ms = 20;
  const auto slow = ask(drop_by_drop, [](Endpoint& endpoint) {
    endpoint.answer_timeout = std::chrono::milliseconds(50);
  });
  EXPECT_EQ(slow.error().code, ErrorCode::kTimeout);
}

TEST_F(RemoteModelTest, RedirectsToElsewhereAreNotFollowed) {
  const HttpTestServer elsewhere([](const ServerRequest&) { return stream_of(kHello); });
  const auto answer = ask(test_support::redirect_to(elsewhere.url("/v1/chat/completions"), 307));
  EXPECT_EQ(answer.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST_F(RemoteModelTest, CancelEndsTheAnswerNotWithAnError) {
  const HttpTestServer server(
      [](const ServerRequest&) -> ServerResponse { return {.silent = true}; });
  const auto model = model_at(server);
  CancelSource cancel;
  std::thread canceller([&] {
    while (server.requests().empty()) std::this_thread::yield();
    cancel.cancel();
  });
  const auto answer = chat::complete(*model, request, cancel.token());
  canceller.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->finished.reason, chat::FinishReason::kCancelled);
}

TEST_F(RemoteModelTest, ScoresAreACleanError) {
  const HttpTestServer server([](const ServerRequest&) { return ServerResponse{}; });
  const auto model = model_at(server);
  EXPECT_EQ(model->score({}, {}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(model->embed({}, {}).error().code, ErrorCode::kUnsupported);
  EXPECT_GT(*model->count_tokens(request.prompt), 0U);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(RemoteModelTest, ManyAskAtOnce) {
  const HttpTestServer server([](const ServerRequest&) { return stream_of(kHello); });
  const auto model = model_at(server);
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto answer = chat::complete(*model, request);
      if (answer && answer->text == "Hello") ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 8);
}

} // namespace
} // namespace outpost::remote
