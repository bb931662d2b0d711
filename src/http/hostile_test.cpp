// Bytes that are no requests, too large, too slow or cut: each is answered with its status or
// closed, and the server is as before.
#include <gmock/gmock.h>

#include "http/testing/server_fixture.h"

namespace outpost::http {
namespace {

using ::testing::HasSubstr;
using testing::RawClient;
using testing::ServerFixture;
using ::testing::StartsWith;

class HostileTest : public ServerFixture {
protected:
  void SetUp() override {
    ServerFixture::SetUp();
    settings_.limits.header_bytes = 4096;
    settings_.limits.body_bytes = 10'000;
    settings_.limits.header_time = std::chrono::milliseconds(50);
    settings_.limits.body_time = std::chrono::milliseconds(50);
  }
};

struct BadRequest {
  const char* what;
  std::string bytes;
  const char* status; // empty: closed without a word
};

std::vector<BadRequest> bad_requests() {
  using namespace std::string_literals;
  const std::string host = "Host: localhost\r\n";
  const std::string post = "POST /echo HTTP/1.1\r\n" + host;
  return {
      {"nothing", "", ""},
      {"noise", "\0\x01\xff\xfe garbage\r\n\r\n"s, "400"},
      {"a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, "400"},
      {"no version", "GET /echo\r\n\r\n", "400"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
      {"HTTP/0.9", "GET /echo HTTP/0.9\r\n\r\n", "400"},
      {"HTTP/1.7", "GET /echo HTTP/1.7\r\nHost: localhost\r\n\r\n", "400"},
      {"bare line feeds", "GET /echo HTTP/1.1\nHost: localhost\n\n", "400"},
      {"a space before the colon", "GET /echo HTTP/1.1\r\nHost : localhost\r\n\r\n", "400"},
      {"a control byte in a field",
       "GET /echo HTTP/1.1\r\n" + host +
           "X: a\x01"
           "b\r\n\r\n",
       "400"},
      {"a long field",
       "GET /echo HTTP/1.1\r\n" + host + "X: " + std::string(5000, 'x') + "\r\n\r\n", "431"},
      {"many fields",
       [&] {
         std::string many = "GET /echo HTTP/1.1\r\n" + host;
         for (int i = 0; i < 2000; ++i) many += "a: b\r\n";
         return many + "\r\n";
       }(),
       "431"},
      {"a long target", "GET /" + std::string(6000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", "431"},
      {"dots", "GET /a/../echo HTTP/1.1\r\n" + host + "\r\n", "400"},
      {"encoded dots", "GET /a/%2e%2E/echo HTTP/1.1\r\n" + host + "\r\n", "400"},
      {"an encoded NUL", "GET /echo%00 HTTP/1.1\r\n" + host + "\r\n", "400"},
      {"a cut escape", "GET /echo%4 HTTP/1.1\r\n" + host + "\r\n", "400"},
      {"a path of bad UTF-8", "GET /echo%ff HTTP/1.1\r\n" + host + "\r\n", "400"},
      {"a negative length", post + "Content-Length: -1\r\n\r\n", "400"},
      {"a length that is none", post + "Content-Length: 1e3\r\n\r\n", "400"},
      {"a length beyond 64 bits", post + "Content-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "400"},
      {"length and chunks",
       post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"a large body", post + "Content-Length: 10001\r\n\r\n", "413"},
      {"a huge body", post + "Content-Length: 18446744073709551615\r\n\r\n", "413"},
      {"a large chunk", post + "Transfer-Encoding: chunked\r\n\r\nffffff\r\nabc", "413"},
      {"a chunk size that wraps", post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n",
       "400"},
      {"a chunk size that is none", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n",
       "400"},
      {"an expectation", post + "Expect: cake\r\nContent-Length: 2\r\n\r\nab", "417"},
      {"a cut body", post + "Content-Length: 100\r\n\r\nabc", "400"},
  };
}

TEST_F(HostileTest, EachIsRefusedForWhatItIs) {
  open();
  for (const BadRequest& bad : bad_requests()) {
    const std::string answer = say(bad.bytes);
    const std::string status = answer.size() > 12 ? answer.substr(9, 3) : "";
    EXPECT_EQ(status, bad.status) << bad.what << "\n" << answer;
  }
  EXPECT_THAT(say("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(comes_to_rest());
}

TEST_F(HostileTest, HalfRequestsAreGivenUp) {
  open();
  RawClient head = client(), body = client();
  head.send("GET /echo HTTP/1.1\r\nHo");
  body.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nabc");
  EXPECT_EQ(head.read_all(), "");
  EXPECT_EQ(body.read_all(), "");
  EXPECT_TRUE(comes_to_rest());
}

TEST_F(HostileTest, BeyondTheLimitOnlyTheHealthIsToldAndOthersServed) {
  settings_.limits.connections = 2;
  settings_.limits.spare_connections = 4;
  open();
  RawClient first = client(), second = client();
  const std::string get = "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n";
  first.send(get);
  second.send(get);
  EXPECT_THAT(first.read_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(second.read_answer(), StartsWith("HTTP/1.1 200"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(say(get), ::testing::AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After: "),
                                           HasSubstr("Connection: close")));
    EXPECT_THAT(say("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                ::testing::AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Connection: close")));
  }
  std::vector<RawClient> crowd; // of the spare ones
  for (int i = 0; i < 20; ++i) crowd.push_back(client());
  EXPECT_THAT(say(get), StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(crowd.front().read_all(), ""); // the oldest had to go
  first.send(get);
  EXPECT_THAT(first.read_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(HostileTest, BodiesAreBoundedTogether) {
  settings_.limits.body_bytes_total = 15'000;
  settings_.limits.body_time = std::chrono::seconds(5);
  open();
  RawClient holder = client();
  holder.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nabc");
  const std::string post =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n" +
      std::string(9000, 'x');
  std::string answer;
  for (int i = 0; i < 100 && !answer.starts_with("HTTP/1.1 503"); ++i) answer = say(post);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(answer, ::testing::HasSubstr("Retry-After: "));
  holder.close();
  for (int i = 0; i < 100 && !answer.starts_with("HTTP/1.1 200"); ++i) answer = say(post);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

// Every prefix of a good request, and the request with each byte changed: no crash, no stuck
// connection.
TEST_F(HostileTest, CutAndChangedRequestsLeaveNothingBehind) {
  open();
  const std::string good = "POST /echo?a=%20b HTTP/1.1\r\nHost: localhost\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (std::size_t i = 0; i < good.size(); ++i) {
    RawClient cut = client();
    cut.send(good.substr(0, i));
    cut.close();
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 0x15);
    RawClient odd = client();
    odd.send(changed);
    odd.close();
  }
  EXPECT_TRUE(comes_to_rest());
  EXPECT_TRUE(say(good).find("abc") != std::string::npos);
}

} // namespace
} // namespace outpost::http
