#include <gmock/gmock.h>

#include "api/page/page.h"
#include "api/testing/api_fixture.h"

namespace outpost::api {
namespace {

using ::testing::HasSubstr;

class PageTest : public testing::ApiFixture {
protected:
  void SetUp() override {
    serve({}, [](http::Router& router, Service&) { add_page_routes(router); });
  }
};

TEST_F(PageTest, IsWholeAndRunsNothingButItsOwnScript) {
  const auto page = ask("GET", "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("text/html"));
  EXPECT_THAT(page.head, HasSubstr("default-src 'none'; script-src 'self'"));
  EXPECT_THAT(page.body, HasSubstr("</html>"));
  EXPECT_EQ(page.body.find("<script>"), std::string::npos) << "the policy forbids inline scripts";
  EXPECT_EQ(page.body.find("style="), std::string::npos);
  const auto script = ask("GET", "/page.js");
  EXPECT_THAT(script.head, HasSubstr("text/javascript"));
  EXPECT_THAT(script.body, HasSubstr("sessionStorage"));
  EXPECT_EQ(script.body.find("innerHTML"), std::string::npos) << "answers are text, never markup";
  EXPECT_THAT(ask("GET", "/page.css").head, HasSubstr("text/css"));
}

} // namespace
} // namespace outpost::api
