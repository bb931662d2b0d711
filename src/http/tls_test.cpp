#include <fstream>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include "http/testing/self_signed.h"
#include "http/testing/server_fixture.h"
#include "http/tls.h"

namespace outpost::http {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::filesystem::path folder(const char* name) {
  return std::filesystem::path(::testing::TempDir()) / "tls_test" / name;
}

const std::int64_t kNow = SystemClock().wall_ms();

TEST(TlsContext, SaysWhatIsWrongWithAPair) {
  const auto good = testing::make_self_signed(folder("good"));
  const auto other = testing::make_self_signed(folder("other"));
  const auto old = testing::make_self_signed(folder("old"), -60);
  const auto text = folder("good") / "text.pem";
  std::ofstream(text) << "no certificate\n";
  const auto message = [](const auto& certificate, const auto& key) {
    const auto tls = TlsContext::load(certificate, key, kNow);
    return tls ? std::string() : tls.error().message;
  };
  EXPECT_EQ(message(good.certificate, good.key), "");
  EXPECT_THAT(message("/nowhere/c.pem", good.key),
              StartsWith("there is no certificate '/nowhere/c.pem'"));
  EXPECT_THAT(message(good.certificate, "/nowhere/k.pem"), StartsWith("there is no key '/nowhere"));
  EXPECT_THAT(message(text, good.key), HasSubstr("cannot be used as certificate"));
  EXPECT_THAT(message(good.certificate, text), HasSubstr("cannot be used as key"));
  EXPECT_THAT(message(good.certificate, other.key), HasSubstr("mismatch"));
  EXPECT_THAT(message(old.certificate, old.key), HasSubstr("has expired"));
}

class TlsClient {
public:
  explicit TlsClient(std::uint16_t port) : stream_(io_, context_) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream_.handshake(asio::ssl::stream_base::client);
  }
  void send(std::string_view bytes) {
    asio::write(stream_, asio::buffer(bytes.data(), bytes.size()));
  }
  std::string read_until(const std::string& mark) {
    boost::system::error_code error;
    const std::size_t count = asio::read_until(stream_, buffer_, mark, error);
    std::string out(asio::buffers_begin(buffer_.data()),
                    asio::buffers_begin(buffer_.data()) + static_cast<std::ptrdiff_t>(count));
    buffer_.consume(count);
    return out;
  }
  // As a client that goes in peace: its goodbye is sent, the answer to it is not waited for.
  void leave() {
    SSL_shutdown(stream_.native_handle());
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }
  // Serial numbers are alike; the certificate's bytes are not.
  std::string signature() {
    const ASN1_BIT_STRING* bits = nullptr;
    X509_get0_signature(&bits, nullptr, SSL_get0_peer_certificate(stream_.native_handle()));
    return {reinterpret_cast<const char*>(bits->data), static_cast<std::size_t>(bits->length)};
  }

private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
  asio::streambuf buffer_;
};

class TlsServerTest : public testing::ServerFixture {
protected:
  void SetUp() override {
    ServerFixture::SetUp();
    const auto pair = testing::make_self_signed(folder("server"));
    settings_.tls = *TlsContext::load(pair.certificate, pair.key, kNow);
  }
};

TEST_F(TlsServerTest, AnswersOneRequestAfterTheOther) {
  open();
  TlsClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\ntea!\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(client.read_until("\n"), "tea!\n");
  }
  client.send("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\nGET /open HTTP/1.1\r\nHost: "
              "localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_until("hello local"), HasSubstr("200"));
  EXPECT_THAT(client.read_until("open"), HasSubstr("200"));
}

TEST_F(TlsServerTest, AClientThatSpeaksPlainlyIsClosed) {
  open();
  testing::RawClient plain(server_->port());
  plain.send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(plain.read_all(), ::testing::Not(HasSubstr("open")));
  TlsClient client(server_->port()); // and others are served
  client.send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("open"), StartsWith("HTTP/1.1 200"));
}

TEST_F(TlsServerTest, AClientThatLeavesIsNoticed) {
  testing::Signal started, cancelled;
  router_.add({"GET", "/wait", [&](std::unique_ptr<Exchange> exchange) {
                 started.set();
                 const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
                 while (!exchange->cancel().cancelled() && std::chrono::steady_clock::now() < end) {
                   std::this_thread::yield();
                 }
                 if (exchange->cancel().cancelled()) cancelled.set();
               }});
  open();
  TlsClient client(server_->port());
  client.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(started.wait());
  client.leave();
  EXPECT_TRUE(cancelled.wait());
}

TEST_F(TlsServerTest, ANewPairServesNewConnections) {
  open();
  TlsClient before(server_->port());
  const auto pair = testing::make_self_signed(folder("renewed"));
  server_->set_tls(*TlsContext::load(pair.certificate, pair.key, kNow));
  TlsClient after(server_->port());
  EXPECT_NE(before.signature(), after.signature());
  for (TlsClient* client : {&before, &after}) {
    client->send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client->read_until("open"), StartsWith("HTTP/1.1 200"));
  }
}

} // namespace
} // namespace outpost::http
