// Answers in pieces: keep-alives, clients that leave, read slowly or wait too long.
#include <gmock/gmock.h>

#include "http/testing/server_fixture.h"

namespace outpost::http {
namespace {

using ::testing::HasSubstr;
using testing::RawClient;
using testing::ServerFixture;
using testing::Signal;
using ::testing::StartsWith;

constexpr std::string_view kGetStream = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";

class StreamTest : public ServerFixture {
protected:
  void on_stream(Handler handler) { router_.add({"GET", "/stream", std::move(handler)}); }
};

TEST_F(StreamTest, PiecesComeAsChunksAndTheConnectionLives) {
  on_stream([](std::unique_ptr<Exchange> e) {
    e->announce(event_stream_head(), std::string(kEventComment));
    EXPECT_TRUE(e->write(event_data("{\"a\": 1}")));
    EXPECT_TRUE(e->write(event_data("[DONE]")));
    EXPECT_FALSE(e->respond(text_response(500, "too late")));
    e->end();
    EXPECT_FALSE(e->write("after the end"));
  });
  open();
  RawClient c = client();
  for (int i = 0; i < 2; ++i) {
    c.send(kGetStream);
    const std::string answer = c.read_until(kLastChunk);
    EXPECT_THAT(answer, HasSubstr("Content-Type: text/event-stream"));
    EXPECT_THAT(answer, HasSubstr("10\r\ndata: {\"a\": 1}\n\n\r\n"));
    EXPECT_THAT(answer, HasSubstr("data: [DONE]\n\n"));
  }
}

TEST_F(StreamTest, AnErrorBeforeTheFirstPieceIsAPlainAnswer) {
  on_stream([](std::unique_ptr<Exchange> e) {
    e->announce(event_stream_head(), std::string(kEventComment));
    EXPECT_TRUE(e->respond(text_response(400, "no")));
  });
  open();
  EXPECT_THAT(say(kGetStream), StartsWith("HTTP/1.1 400"));
}

TEST_F(StreamTest, HttpOneZeroReadsToTheEnd) {
  on_stream([](std::unique_ptr<Exchange> e) {
    e->announce(json_lines_head(), "");
    e->write("one\n");
    e->write("two\n");
    e->end();
  });
  open();
  const std::string answer =
      say("GET /stream HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\none\ntwo\n"));
}

TEST_F(StreamTest, SilenceIsFilledWithComments) {
  settings_.limits.keep_alive_time = std::chrono::milliseconds(20);
  Signal go;
  on_stream([&](std::unique_ptr<Exchange> e) {
    e->announce(event_stream_head(), std::string(kEventComment));
    go.wait();
    EXPECT_FALSE(e->respond(text_response(400, "too late")));
    e->write(event_data("1"));
    e->end();
  });
  open();
  RawClient c = client();
  c.send(kGetStream);
  EXPECT_THAT(c.read_until(": keep-alive\n\n"), StartsWith("HTTP/1.1 200"));
  c.read_until(": keep-alive\n\n");
  go.set();
  EXPECT_THAT(c.read_until(kLastChunk), HasSubstr("data: 1\n\n"));
}

TEST_F(StreamTest, AClientThatLeavesSetsTheToken) {
  Signal arrived, ended;
  on_stream([&](std::unique_ptr<Exchange> e) {
    e->announce(event_stream_head(), "");
    e->write(event_data("1"));
    arrived.set();
    while (!e->cancel().cancelled()) Signal().wait(std::chrono::milliseconds(1));
    EXPECT_EQ(e->cut_cause(), CutCause::kClientGone);
    ended.set();
  });
  open();
  RawClient c = client();
  c.send(kGetStream);
  ASSERT_TRUE(arrived.wait());
  c.close();
  EXPECT_TRUE(ended.wait());
  EXPECT_TRUE(comes_to_rest());
}

TEST_F(StreamTest, ASlowReaderIsCutAndHoldsNobodyUp) {
  settings_.limits.pending_bytes = 4096;
  settings_.limits.slow_reader_time = std::chrono::milliseconds(50);
  Signal ended;
  std::size_t written = 0;
  on_stream([&](std::unique_ptr<Exchange> e) {
    e->announce(event_stream_head(), "");
    while (e->write(std::string(4096, 'x'))) written += 4096;
    EXPECT_EQ(e->cut_cause(), CutCause::kSlowReader);
    EXPECT_TRUE(e->cancel().cancelled());
    ended.set();
  });
  open();
  RawClient slow = client();
  slow.shrink_receive_buffer();
  slow.send(kGetStream);
  EXPECT_THAT(say("GET /open HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(ended.wait());
  EXPECT_LT(written, std::size_t{64} << 20); // what the two kernels hold, no more
}

TEST_F(StreamTest, ADeadlineSetsTheTokenAndIsNotTheClientsFault) {
  on_stream([this](std::unique_ptr<Exchange> e) {
    e->set_deadline(clock_.monotonic() + std::chrono::milliseconds(20));
    while (!e->cancel().cancelled()) Signal().wait(std::chrono::milliseconds(1));
    EXPECT_EQ(e->cut_cause(), CutCause::kDeadline);
    e->respond(text_response(504, "late"));
  });
  open();
  RawClient c = client();
  c.send(kGetStream);
  EXPECT_THAT(c.read_answer(), StartsWith("HTTP/1.1 504"));
}

TEST_F(StreamTest, AStreamThatIsDroppedIsCutWithoutItsEnd) {
  on_stream([](std::unique_ptr<Exchange> e) {
    e->announce(event_stream_head(), "");
    e->write(event_data("1"));
  });
  open();
  RawClient c = client();
  c.send(kGetStream);
  const std::string answer = c.read_all();
  EXPECT_THAT(answer, HasSubstr("data: 1"));
  EXPECT_FALSE(answer.ends_with(kLastChunk));
}

} // namespace
} // namespace outpost::http
