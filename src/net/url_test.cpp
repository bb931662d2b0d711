#include <gtest/gtest.h>

#include "net/url.h"

namespace outpost::net {
namespace {

TEST(Url, SplitsAndNormalises) {
  const auto url = Url::parse("HTTPS://Example.ORG/a/./b/../c?x=1#part");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->scheme(), "https");
  EXPECT_EQ(url->host(), "example.org");
  EXPECT_EQ(url->port(), 443);
  EXPECT_EQ(url->path(), "/a/c");
  EXPECT_EQ(url->shown(), "https://example.org/a/c?...");
}

TEST(Url, RefusesWhatCouldBeReadTwoWays) {
  for (const char* text :
       {"", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "https:///path",
        "http://user:secret@example.org/", "http://good.example\\@evil.example/",
        "http://example.org/a b", "http://example.org/\r\nX: y", "http://[::1", "http://a:99999/",
        "gopher://example.org/", "javascript:alert(1)", "//example.org/"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
  EXPECT_EQ(Url::parse("http://a/" + std::string(10'000, 'x')).error().code,
            ErrorCode::kLimitExceeded);
}

TEST(Url, ResolvesAsALocationHeader) {
  const Url base = *Url::parse("https://example.org/a/b?x=1");
  EXPECT_EQ(base.resolve("/c")->text(), "https://example.org/c");
  EXPECT_EQ(base.resolve("c")->text(), "https://example.org/a/c");
  EXPECT_EQ(base.resolve("//other.example/c")->host(), "other.example");
  EXPECT_EQ(base.resolve("http://example.org:8080/")->port(), 8080);
  EXPECT_FALSE(base.resolve("file:///etc/passwd"));
  EXPECT_FALSE(base.resolve("https://user@example.org/"));
}

TEST(Url, OriginIsSchemeHostAndPort) {
  const Url base = *Url::parse("https://example.org/a");
  EXPECT_TRUE(base.same_origin(*Url::parse("https://EXAMPLE.org:443/b")));
  EXPECT_FALSE(base.same_origin(*Url::parse("https://example.org:444/a")));
  EXPECT_FALSE(base.same_origin(*Url::parse("http://example.org/a")));
  EXPECT_FALSE(base.same_origin(*Url::parse("https://example.org.evil.example/a")));
}

TEST(Url, PercentEncodesASegment) {
  EXPECT_EQ(percent_encode("a-Z.9_~"), "a-Z.9_~");
  EXPECT_EQ(percent_encode("refs/pr 1?\xC3\xA9"), "refs%2Fpr%201%3F%C3%A9");
}

} // namespace
} // namespace outpost::net
