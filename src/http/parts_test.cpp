#include <gtest/gtest.h>

#include "http/router.h"
#include "http/target.h"

namespace outpost::http {
namespace {

TEST(Target, IsTakenApartAndDecoded) {
  const auto target = parse_target("/v1//models/org%2Fname%20x/?q=a+b%26c&flag&=lost");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "models", "org/name x"}));
  EXPECT_EQ(target->parameter("q"), "a b&c");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_FALSE(target->parameter("lost"));
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_EQ(parse_target("http://host:1/a")->segments.size(), 1u);
  EXPECT_TRUE(parse_target("http://host")->segments.empty());
}

TEST(Target, RefusesWhatIsOdd) {
  for (const char* bad : {"", "*", "a", "host:443", "ftp://x/", "/%", "/%4", "/%zz", "/a/..", "/.",
                          "/%01", "/?x=%ff"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
  EXPECT_EQ(parse_target("/" + std::string(kTargetBytesMax, 'a')).error().code,
            ErrorCode::kLimitExceeded);
}

TEST(Router, FindsTheRouteAndItsParameters) {
  Router router;
  router.add({"GET", "/v1/models", {}});
  router.add({"GET", "/v1/models/{model...}", {}});
  router.add({"GET", "/v1/responses/{id}", {}});
  router.add({"DELETE", "/v1/responses/{id}", {}});
  EXPECT_EQ(router.match("GET", {"v1", "models"}).route->pattern, "/v1/models");
  EXPECT_EQ(router.match("HEAD", {"v1", "models"}).route->pattern, "/v1/models");
  const Match rest = router.match("GET", {"v1", "models", "a", "b"});
  ASSERT_TRUE(rest.route);
  EXPECT_EQ(rest.parameters.at(0), std::pair(std::string("model"), std::string("a/b")));
  EXPECT_EQ(router.match("DELETE", {"v1", "responses", "7"}).parameters.at(0).second, "7");
  EXPECT_EQ(router.match("POST", {"v1", "responses", "7"}).allowed, "GET, DELETE");
  EXPECT_FALSE(router.match("GET", {"v1"}).route);
  EXPECT_FALSE(router.match("GET", {"v1", "responses", "7", "x"}).route);
}

TEST(Response, FieldsCannotBeInjected) {
  Response response = text_response(200, "x");
  response.headers.add("X-Echo", "a\r\nSet-Cookie: b");
  Framing framing;
  framing.body_bytes = 1;
  framing.now_ms = 784'111'777'000; // the example of RFC 9110
  const std::string head = head_bytes(response, framing);
  EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(head.find("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos);
}

} // namespace
} // namespace outpost::http
