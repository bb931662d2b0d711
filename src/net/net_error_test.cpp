#include <cerrno>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/http_client.h"
#include "net/net_error.h"
#include "net/network_state.h"

namespace outpost::net {
namespace {

TEST(NetError, NamesTheHostAndTheKind) {
  if (!has_network_interface()) GTEST_SKIP() << "this machine has no network interface";
  const Url url = *Url::parse("https://models.example/file?token=secret");
  const Error unknown = transfer_error(url, CURLE_COULDNT_RESOLVE_HOST, 0, "");
  EXPECT_EQ(unknown.code, ErrorCode::kUnavailable);
  EXPECT_NE(unknown.message.find("cannot find the host 'models.example'"), std::string::npos);
  const Error route = transfer_error(url, CURLE_COULDNT_CONNECT, ENETUNREACH, "");
  EXPECT_NE(route.message.find("no route"), std::string::npos);
  const Error tls = transfer_error(url, CURLE_PEER_FAILED_VERIFICATION, 0, "self-signed");
  EXPECT_NE(tls.message.find("no secure connection"), std::string::npos);
  EXPECT_NE(tls.message.find("self-signed"), std::string::npos);
  for (int code = CURLE_OK + 1; code < CURL_LAST; ++code) {
    const Error error = transfer_error(url, static_cast<CURLcode>(code), 0, "");
    EXPECT_EQ(error.message.find("secret"), std::string::npos) << error.message;
  }
}

enum ChildResult { kSaysOffline = 0, kSaysElse = 1, kCannotIsolate = 2 };

// In a network namespace of its own a process has no interface but a loopback that is down.
int fetch_without_network() {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return kCannotIsolate;
  SystemClock clock;
  HttpClient client(clock);
  const auto text = client.fetch_text(HttpRequest{.url = *Url::parse("http://models.example/")});
  const bool offline = !text && text.error().code == ErrorCode::kUnavailable &&
                       text.error().message.find("offline") != std::string::npos;
  return offline ? kSaysOffline : kSaysElse;
}

TEST(NetError, OfflineSaysOffline) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(fetch_without_network());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kCannotIsolate) {
    GTEST_SKIP() << "this system allows no network namespaces";
  }
  EXPECT_EQ(WEXITSTATUS(status), kSaysOffline);
}

} // namespace
} // namespace outpost::net
