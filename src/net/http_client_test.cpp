#include <chrono>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>

#include <gtest/gtest.h>

#include "net/http_client.h"
#include "support/http_test_server.h"

namespace outpost::net {
namespace {

using test_support::HttpTestServer;
using test_support::redirect_to;
using test_support::serve_content;
using test_support::ServerRequest;
using test_support::ServerResponse;

class RecordingSink final : public BodySink {
public:
  Status begin(const HttpResponse& response) override {
    first_byte = response.first_byte;
    total = response.total_bytes;
    ++begun;
    return {};
  }
  Status write(std::span<const std::byte> bytes) override {
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (on_write) return on_write();
    return {};
  }
  std::string body;
  std::uint64_t first_byte = 0;
  std::optional<std::uint64_t> total;
  int begun = 0;
  std::function<Status()> on_write;
};

class HttpClientTest : public testing::Test {
protected:
  static HttpRequest get(const std::string& url) {
    HttpRequest request{.url = *Url::parse(url)};
    request.limits.body_bytes = 10 << 20;
    return request;
  }
  Result<HttpResponse> fetch(const std::string& url) { return client.fetch(get(url), sink); }

  SystemClock clock;
  HttpClient client{clock};
  RecordingSink sink;
};

TEST_F(HttpClientTest, StreamsABody) {
  const std::string content(3 << 20, 'x');
  HttpTestServer server(
      [&](const ServerRequest& request) { return serve_content(request, content); });
  const auto response = fetch(server.url("/file?name=1"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(sink.body, content);
  EXPECT_EQ(sink.total, content.size());
  EXPECT_EQ(sink.begun, 1);
  EXPECT_EQ(server.requests().at(0).target, "/file?name=1");
  EXPECT_EQ(server.requests().at(0).header("accept-encoding"), "");
}

TEST_F(HttpClientTest, AnEmptyBodyIsBegunToo) {
  HttpTestServer server([](const ServerRequest&) { return ServerResponse{}; });
  ASSERT_TRUE(fetch(server.url("/")));
  EXPECT_EQ(sink.begun, 1);
}

TEST_F(HttpClientTest, PostsABody) {
  HttpTestServer server([](const ServerRequest& request) {
    return ServerResponse{.body = request.method + ":" + request.body};
  });
  HttpRequest request = get(server.url("/"));
  request.method = "POST";
  request.body = "{}";
  request.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(client.fetch_text(request).value_or("failed"), "POST:{}");
}

TEST_F(HttpClientTest, ContinuesARange) {
  HttpTestServer server(
      [](const ServerRequest& request) { return serve_content(request, "0123456789"); });
  HttpRequest request = get(server.url("/"));
  request.range_from = 4;
  request.if_range = "\"v1\"";
  ASSERT_TRUE(client.fetch(request, sink));
  EXPECT_EQ(sink.body, "456789");
  EXPECT_EQ(sink.first_byte, 4u);
  EXPECT_EQ(sink.total, 10u);
}

TEST_F(HttpClientTest, AChangedFileComesWhole) {
  HttpTestServer server(
      [](const ServerRequest& request) { return serve_content(request, "abcdef", "\"v2\""); });
  HttpRequest request = get(server.url("/"));
  request.range_from = 4;
  request.if_range = "\"v1\"";
  ASSERT_TRUE(client.fetch(request, sink));
  EXPECT_EQ(sink.body, "abcdef");
  EXPECT_EQ(sink.first_byte, 0u);
}

TEST_F(HttpClientTest, RefusesAnotherRangeThanAsked) {
  for (const char* range : {"bytes 3-9/10", "bytes 4-8/10", "bytes 4-9/9", "nonsense", ""}) {
    HttpTestServer server([&](const ServerRequest&) {
      return ServerResponse{.status = 206, .headers = {{"Content-Range", range}}, .body = "456789"};
    });
    HttpRequest request = get(server.url("/"));
    request.range_from = 4;
    const auto response = client.fetch(request, sink);
    ASSERT_FALSE(response) << range;
    EXPECT_EQ(response.error().code, ErrorCode::kCorruptData);
    EXPECT_EQ(sink.body, "");
  }
}

TEST_F(HttpClientTest, ACutBodyIsAnErrorThatSaysSo) {
  HttpTestServer server([](const ServerRequest&) {
    return ServerResponse{.body = std::string(1000, 'x'), .cut_after = 300};
  });
  const auto response = fetch(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(response.error().message.find("was cut"), std::string::npos)
      << response.error().message;
  EXPECT_EQ(sink.body.size(), 300u);
}

TEST_F(HttpClientTest, BodiesAreBoundedAnnouncedOrNot) {
  HttpTestServer announced(
      [](const ServerRequest&) { return ServerResponse{.body = "0123456789"}; });
  HttpTestServer hidden([](const ServerRequest&) {
    return ServerResponse{.raw = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789"};
  });
  for (const HttpTestServer* server : {&announced, &hidden}) {
    HttpRequest request = get(server->url("/"));
    request.limits.body_bytes = 9;
    const auto response = client.fetch(request, sink);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kLimitExceeded);
    request.limits.body_bytes = 10;
    EXPECT_TRUE(client.fetch(request, sink));
  }
}

TEST_F(HttpClientTest, HeadersAreBounded) {
  HttpTestServer one_line([](const ServerRequest&) {
    return ServerResponse{.headers = {{"X-Long", std::string(70'000, 'x')}}};
  });
  HttpTestServer many([](const ServerRequest&) {
    ServerResponse response;
    for (int i = 0; i < 5000; ++i) response.headers.emplace_back("X-Many", "some value");
    return response;
  });
  HttpTestServer interim([](const ServerRequest&) {
    std::string raw;
    for (int i = 0; i < 3000; ++i) raw += "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n";
    return ServerResponse{.raw = raw};
  });
  for (const HttpTestServer* server : {&one_line, &many, &interim}) {
    const auto response = fetch(server->url("/"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kLimitExceeded) << response.error().message;
  }
}

TEST_F(HttpClientTest, RedirectsAreFollowedWithoutSecretsAcrossOrigins) {
  HttpTestServer cdn(
      [](const ServerRequest& request) { return serve_content(request, "content"); });
  HttpTestServer hub([&](const ServerRequest& request) {
    return redirect_to(request.target == "/a" ? "/b" : cdn.url("/file"));
  });
  HttpRequest request = get(hub.url("/a"));
  request.headers = {{"Authorization", "Bearer secret"}, {"X-Api-Key", "secret"}};
  request.range_from = 3;
  const auto response = client.fetch(request, sink);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(sink.body, "tent");
  EXPECT_EQ(response->url.port(), cdn.port());
  ASSERT_EQ(hub.requests().size(), 2u);
  EXPECT_EQ(hub.requests().at(1).header("authorization"), "Bearer secret");
  EXPECT_EQ(cdn.requests().at(0).header("authorization"), "");
  EXPECT_EQ(cdn.requests().at(0).header("x-api-key"), "");
  EXPECT_EQ(cdn.requests().at(0).header("range"), "bytes=3-");
}

TEST_F(HttpClientTest, SameOriginPolicyReturnsTheRedirect) {
  HttpTestServer hub([&](const ServerRequest& request) {
    auto response = redirect_to(request.target == "/a" ? "/b" : "http://localhost:1/elsewhere");
    response.headers.emplace_back("X-Linked-Size", "7");
    return response;
  });
  HttpRequest request = get(hub.url("/a"));
  request.method = "HEAD";
  request.redirects = RedirectPolicy::kSameOrigin;
  const auto response = client.fetch(request, sink);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->headers.find_number("x-linked-size"), 7u);
  EXPECT_EQ(hub.requests().size(), 2u);
}

TEST_F(HttpClientTest, ARedirectLoopEnds) {
  HttpTestServer server([](const ServerRequest&) { return redirect_to("/again"); });
  const auto response = fetch(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(server.requests().size(), 6u);
}

TEST_F(HttpClientTest, AForeignSchemeInARedirectIsRefused) {
  HttpTestServer server([](const ServerRequest&) { return redirect_to("file:///etc/hostname"); });
  const auto response = fetch(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(sink.begun, 0);
}

TEST_F(HttpClientTest, WhatAPostCarriesIsNotRepeatedElsewhere) {
  HttpTestServer server([](const ServerRequest&) { return redirect_to("/other", 307); });
  HttpRequest request = get(server.url("/"));
  request.method = "POST";
  request.body = "secret";
  const auto response = client.fetch(request, sink);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(HttpClientTest, StatusesBecomeErrorsThatSayWhat) {
  const std::vector<std::pair<int, ErrorCode>> cases = {
      {401, ErrorCode::kPermissionDenied}, {403, ErrorCode::kPermissionDenied},
      {404, ErrorCode::kNotFound},         {429, ErrorCode::kUnavailable},
      {418, ErrorCode::kCorruptData},      {503, ErrorCode::kUnavailable}};
  for (const auto& [status, code] : cases) {
    const int answered = status;
    HttpTestServer server([answered](const ServerRequest&) {
      return ServerResponse{.status = answered, .body = std::string(100'000, 'e')};
    });
    const auto response = fetch(server.url("/x"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->error_text.size(), 4096u);
    const Status checked = check_status(*response);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, code);
    EXPECT_NE(checked.error().message.find(std::to_string(status)), std::string::npos);
    EXPECT_EQ(sink.begun, 0);
  }
}

TEST_F(HttpClientTest, SilenceEndsByTheIdleTimeout) {
  HttpTestServer server([](const ServerRequest&) { return ServerResponse{.silent = true}; });
  HttpRequest request = get(server.url("/"));
  request.limits.idle_timeout = std::chrono::milliseconds(50);
  const auto response = client.fetch(request, sink);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
}

TEST_F(HttpClientTest, ASlowBodyLivesAsLongAsItMoves) {
  HttpTestServer server([](const ServerRequest&) {
    return ServerResponse{.body = "0123456789", .piece_bytes = 1, .pause_ms = 30};
  });
  HttpRequest request = get(server.url("/"));
  request.limits.idle_timeout = std::chrono::milliseconds(200); // shorter than the whole takes
  ASSERT_TRUE(client.fetch(request, sink));
  EXPECT_EQ(sink.body, "0123456789");
}

TEST_F(HttpClientTest, CancelIsPrompt) {
  HttpTestServer server([](const ServerRequest&) { return ServerResponse{.silent = true}; });
  CancelSource source;
  std::thread canceller([&] {
    while (server.requests().empty()) std::this_thread::yield();
    source.cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto response = client.fetch(get(server.url("/")), sink, source.token());
  canceller.join();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST_F(HttpClientTest, AnErrorOfTheSinkEndsTheTransfer) {
  HttpTestServer server([](const ServerRequest&) { return ServerResponse{.body = "0123456789"}; });
  sink.on_write = []() -> Status { return fail(ErrorCode::kResourceExhausted, "disk full"); };
  const auto response = fetch(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "disk full");
}

TEST_F(HttpClientTest, ARefusedConnectionSaysSo) {
  // A bound socket that does not listen refuses, and nobody else can take its port meanwhile.
  const platform::UniqueFd bound(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(bound.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::getsockname(bound.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto refused = fetch("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("refused"), std::string::npos) << refused.error().message;
}

TEST_F(HttpClientTest, AnswersThatAreNotHttpAreRefused) {
  for (const char* raw : {"SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc\r\n\r\n",
                          "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"}) {
    HttpTestServer server([&](const ServerRequest&) { return ServerResponse{.raw = raw}; });
    EXPECT_FALSE(fetch(server.url("/"))) << raw;
  }
}

TEST_F(HttpClientTest, ALineBreakInAHeaderIsRefused) {
  HttpTestServer server([](const ServerRequest&) { return ServerResponse{}; });
  HttpRequest request = get(server.url("/"));
  request.headers = {{"X-A", "b\r\nX-Injected: c"}};
  const auto response = client.fetch(request, sink);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(server.requests().empty());
}

} // namespace
} // namespace outpost::net
