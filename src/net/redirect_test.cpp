#include <gtest/gtest.h>

#include "net/redirect.h"

namespace outpost::net {
namespace {

TEST(Redirect, NeverFromHttpsToHttp) {
  const Url from = *Url::parse("https://hub.example/file");
  const auto down = redirect_target(from, "http://hub.example/file");
  ASSERT_FALSE(down);
  EXPECT_EQ(down.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(redirect_target(from, "https://cdn.example/file"));
  EXPECT_TRUE(redirect_target(*Url::parse("http://hub.example/"), "https://hub.example/"));
}

TEST(Redirect, NeverToAnotherScheme) {
  const Url from = *Url::parse("http://hub.example/file");
  for (const char* to : {"file:///etc/passwd", "ftp://hub.example/", "gopher://hub.example/", ""}) {
    const auto target = redirect_target(from, to);
    EXPECT_TRUE(!target || target->same_origin(from)) << to;
  }
}

TEST(Redirect, SecretsStayWithTheirOrigin) {
  const HeaderList headers = {
      {"Authorization", "Bearer s"}, {"X-Api-Key", "s"}, {"Cookie", "s"}, {"accept", "a"}};
  const Url from = *Url::parse("https://hub.example/a");
  EXPECT_EQ(headers_for_redirect(headers, from, *Url::parse("https://hub.example/b")), headers);
  const HeaderList expected = {{"accept", "a"}};
  for (const char* to : {"https://cdn.example/b", "https://hub.example:444/b",
                         "http://hub.example/b", "https://hub.example.evil.example/"}) {
    EXPECT_EQ(headers_for_redirect(headers, from, *Url::parse(to)), expected) << to;
  }
}

} // namespace
} // namespace outpost::net
