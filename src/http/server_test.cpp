#include <gmock/gmock.h>

#include "http/testing/server_fixture.h"
#include "platform/thread_group.h"

namespace outpost::http {
namespace {

using ::testing::HasSubstr;
using testing::RawClient;
using testing::ServerFixture;
using testing::Signal;
using ::testing::StartsWith;

class ServerTest : public ServerFixture {};

constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  open();
  RawClient c = client();
  for (int i = 0; i < 3; ++i) {
    c.send(post("/echo", "body " + std::to_string(i)));
    const std::string answer = c.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Request-Id: "));
    EXPECT_TRUE(answer.ends_with("body " + std::to_string(i)));
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  open();
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += post("/echo", "<" + std::to_string(i) + ">");
  const std::string answers = say(requests + "GET /open HTTP/1.1\r\nHost: localhost\r\n"
                                             "Connection: close\r\n\r\n");
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answers.find("<" + std::to_string(i) + ">", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_TRUE(answers.ends_with("open"));
}

TEST_F(ServerTest, ChunkedBodiesExpectContinueHeadAndHttp10) {
  open();
  RawClient c = client();
  c.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
         "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(c.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  c.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_TRUE(c.read_answer().ends_with("\r\n\r\nabcde"));
  EXPECT_THAT(say("HEAD /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              ::testing::AllOf(HasSubstr("Content-Length: 11"), ::testing::EndsWith("\r\n\r\n")));
  EXPECT_THAT(say("GET /echo HTTP/1.0\r\nHost: localhost\r\n\r\n"), HasSubstr("Connection: close"));
}

TEST_F(ServerTest, UnknownPathsAndMethodsAreSaidSo) {
  router_.set_error_shape("/api", [](int, std::string_view message) {
    return "{\"api\": \"" + std::string(message) + "\"}";
  });
  open();
  EXPECT_THAT(say("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              ::testing::AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("\"error\"")));
  EXPECT_THAT(say("GET /api/x HTTP/1.1\r\nHost: localhost\r\n\r\n"), HasSubstr("{\"api\": "));
  EXPECT_THAT(say("PUT /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              ::testing::AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, POST")));
}

TEST_F(ServerTest, KeysAreAskedForBeforeTheBodyIsRead) {
  settings_.authenticate = [](std::string_view key) -> std::optional<Caller> {
    if (key == "secret") return Caller{"ann", static_cast<std::uint8_t>(Right::kUse)};
    if (key == "watcher") return Caller{"bob", static_cast<std::uint8_t>(Right::kObserve)};
    return std::nullopt;
  };
  open();
  RawClient c = client();
  c.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_THAT(c.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(say("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(say("GET /echo HTTP/1.1\r\nHost: localhost\r\nx-api-key: watcher\r\n\r\n"),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(say("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 401"));
  for (const char* field :
       {"Authorization: Bearer secret", "authorization: bearer secret", "x-api-key: secret"}) {
    EXPECT_THAT(say("GET /echo HTTP/1.1\r\nHost: localhost\r\n" + std::string(field) + "\r\n\r\n"),
                HasSubstr("hello ann"))
        << field;
  }
  EXPECT_THAT(say("GET /echo HTTP/1.1\r\nHost: localhost\r\nx-api-key: secre\r\n\r\n"),
              StartsWith("HTTP/1.1 401"));
}

TEST_F(ServerTest, WhoIsNotAdmittedIsToldSoBeforeItsBodyIsAskedFor) {
  Route route{"POST", "/full",
              [](std::unique_ptr<Exchange> e) { e->respond(text_response(200, "handled")); }};
  route.admit = [](const Request& request) -> std::optional<Response> {
    if (request.headers.find("X-Welcome")) return std::nullopt;
    Response full = text_response(503, "full");
    full.headers.add("Retry-After", "7");
    return full;
  };
  router_.add(std::move(route));
  open();
  RawClient c = client();
  for (int i = 0; i < 3; ++i) { // a short body is dropped, the connection goes on
    c.send(post("/full", "a body"));
    const std::string answer = c.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 7\r\n"));
    EXPECT_TRUE(answer.ends_with("full"));
  }
  c.send("POST /full HTTP/1.1\r\nHost: localhost\r\nX-Welcome: 1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(c.read_answer().ends_with("handled"));
  for (const char* body : {"Content-Length: 1000000", "Transfer-Encoding: chunked",
                           "Content-Length: 5\r\nExpect: 100-continue"}) {
    RawClient large = client();
    large.send("POST /full HTTP/1.1\r\nHost: localhost\r\n" + std::string(body) + "\r\n\r\n");
    EXPECT_THAT(large.read_until("full"),
                ::testing::AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Connection: close")))
        << body;
  }
}

TEST_F(ServerTest, ForeignHostsAndOriginsAreRefused) {
  settings_.guard.origins = {"https://chat.example.org"};
  open();
  const auto with = [&](const std::string& fields) {
    return say("GET /echo HTTP/1.1\r\n" + fields + "\r\n\r\n").substr(9, 3);
  };
  EXPECT_EQ(with("Host: localhost:8642"), "200");
  EXPECT_EQ(with("Host: 127.0.0.1"), "200");
  EXPECT_EQ(with("Host: [::1]:80"), "200");
  EXPECT_EQ(with("Host: evil.example.org"), "403");
  EXPECT_EQ(with("Host: localhost.evil.org"), "403");
  EXPECT_EQ(with("Host: localhost:80@evil.org"), "403");
  EXPECT_EQ(with("X: y"), "403");
  EXPECT_EQ(with("Host: localhost\r\nHost: localhost"), "403");
  EXPECT_EQ(with("Host: localhost\r\nOrigin: http://evil.org"), "403");
  EXPECT_EQ(with("Host: localhost\r\nOrigin: null"), "403");
  EXPECT_EQ(with("Host: localhost:8642\r\nOrigin: http://localhost:8642"), "200");
  EXPECT_EQ(with("Host: localhost\r\nOrigin: https://chat.example.org"), "200");
  const std::string preflight = say("OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\n"
                                    "Origin: https://chat.example.org\r\n\r\n");
  EXPECT_THAT(preflight, HasSubstr("Access-Control-Allow-Origin: https://chat.example.org"));
}

TEST_F(ServerTest, APortInUseIsAConflict) {
  open();
  ServerSettings again;
  again.port = server_->port();
  const auto second = Server::open(again, router_, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  again.host = "203.0.113.7";
  EXPECT_EQ(Server::open(again, router_, clock_).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ServerTest, AnUnansweredExchangeIsAnInternalError) {
  router_.add({"GET", "/drop", [](std::unique_ptr<Exchange>) {}});
  open();
  EXPECT_THAT(say("GET /drop HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 500"));
}

TEST_F(ServerTest, DrainFinishesWhatWasAcceptedAndTakesNoMore) {
  Signal arrived, go;
  router_.add({"GET", "/slow", [&](std::unique_ptr<Exchange> e) {
                 arrived.set();
                 go.wait();
                 e->respond(text_response(200, "whole"));
               }});
  open();
  RawClient idle = client();
  idle.send(kGet);
  (void)idle.read_answer();
  RawClient busy = client();
  busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(arrived.wait());
  const std::uint16_t port = server_->port();
  platform::ThreadGroup drainer(
      1, [&](std::size_t) { EXPECT_TRUE(server_->drain(std::chrono::seconds(5))); });
  EXPECT_EQ(idle.read_all(), ""); // closed
  EXPECT_FALSE(RawClient(port).send(kGet) && RawClient(port).read_all() != "");
  go.set();
  EXPECT_TRUE(busy.read_all().ends_with("whole"));
}

TEST_F(ServerTest, DrainTellsWhatTakesTooLong) {
  Signal ended;
  router_.add({"GET", "/long", [&](std::unique_ptr<Exchange> e) {
                 while (!e->cancel().cancelled()) Signal().wait(std::chrono::milliseconds(2));
                 EXPECT_EQ(e->cut_cause(), CutCause::kStopping);
                 e->respond(text_response(503, "stopping"));
                 ended.set();
               }});
  open();
  RawClient c = client();
  c.send("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n");
  Signal().wait(std::chrono::milliseconds(30));
  EXPECT_FALSE(server_->drain(std::chrono::milliseconds(20)));
  EXPECT_TRUE(ended.wait());
  EXPECT_TRUE(c.read_all().ends_with("stopping"));
}

} // namespace
} // namespace outpost::http
