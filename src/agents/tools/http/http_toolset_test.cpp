#include <gtest/gtest.h>

#include "agents/spec/agent_spec.h"
#include "agents/tools/http/http_toolset.h"
#include "support/http_test_server.h"

namespace outpost::agents {
namespace {

using test_support::HttpTestServer;
using test_support::ServerRequest;
using test_support::ServerResponse;

ServerResponse answer(const ServerRequest& request) {
  ServerResponse response;
  if (request.target.starts_with("/v1/lost")) response.status = 404;
  if (request.target.starts_with("/v1/away")) {
    response.status = 302;
    response.headers = {{"Location", "/admin"}};
  }
  if (request.target.starts_with("/v1/no")) response.status = 422;
  if (request.target.starts_with("/v1/broken")) response.status = 502;
  if (request.target.starts_with("/v1/garbled")) response.raw = "HT";
  if (request.target.starts_with("/v1/half")) response.cut_after = 5;
  if (request.target.starts_with("/v1/flood"))
    response.body = std::string(5000, 'x');
  else
    response.body = R"({"main": {"temp": 21.5}, "name": "Oslo"})";
  return response;
}

class HttpToolsetTest : public ::testing::Test {
protected:
  // `is_private`: the list lets the loopback address through.
  Result<ToolResult> call(const std::string& tool, boost::json::object arguments,
                          bool is_private = true, const std::string& key = "") {
    const std::string base = server_.url();
    const auto spec = parse_agent(
        "name: a\nmodel: m\nhttp:\n  bytes: 4000\n  allow: [{url: '" + base +
            "/v1/*', methods: [GET, POST], private: " + (is_private ? "true" : "false") +
            "}]\n  tools:\n" +
            tool_text("weather", "GET", "read", base + "/v1/weather?city={city}") +
            tool_text("path", "GET", "read", base + "/v1/{city}") +
            tool_text("at", "POST", "reversible", base + "/v1/{city}") +
            tool_text("report", "POST", "reversible", base + "/v1/report") +
            "      body: {city: '{city}', note: 'from {city}'}\n",
        "a.yaml", "/");
    EXPECT_TRUE(spec) << spec.error().message;
    HttpToolset tools(spec->http, clock_);
    CallContext context;
    context.idempotency_key = key;
    return tools.call({"c1", tool, std::move(arguments)}, context);
  }

  static std::string tool_text(const std::string& name, const std::string& method,
                               const std::string& effect, const std::string& url) {
    return "    - name: " + name + "\n      description: d\n      effect: " + effect +
           "\n      parameters: {city: {required: true}}\n      method: " + method +
           "\n      url: '" + url + "'\n      extract: {temperature: /main/temp, place: /name}\n" +
           "      answer: [say: '{place}: {temperature} degrees']\n      no_rows: No city "
           "{city}.\n";
  }

  HttpTestServer server_{answer};
  SystemClock clock_;
};

TEST_F(HttpToolsetTest, AsksAndTellsWhatCameBack) {
  const auto result = call("weather", {{"city", "Oslo & Co/?"}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->statement, "Oslo: 21.5 degrees");
  EXPECT_EQ(server_.requests().at(0).target, "/v1/weather?city=Oslo%20%26%20Co%2F%3F");
  ASSERT_TRUE(call("report", {{"city", "Os\"lo"}}));
  EXPECT_EQ(server_.requests().at(1).body, R"({"city":"Os\"lo","note":"from Os\"lo"})");
  const auto nothing = call("path", {{"city", "lost"}});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->statement, "No city lost.");
}

TEST_F(HttpToolsetTest, StaysOnItsList) {
  for (const char* way_out : {"..", "../admin", "%2e%2e/admin", "x/../../admin"}) {
    const auto result = call("path", {{"city", way_out}});
    for (const ServerRequest& request : server_.requests()) {
      EXPECT_TRUE(request.target.starts_with("/v1/")) << request.target;
    }
    (void)result; // refused, or a strange name below /v1/
  }
  for (const char* denied : {"..", "../admin", "x/../../admin"}) {
    EXPECT_EQ(call("path", {{"city", denied}}).error().code, ErrorCode::kPermissionDenied);
  }
  const std::size_t before = server_.requests().size();
  EXPECT_FALSE(call("path", {{"city", "away"}})); // a redirect is not followed
  EXPECT_EQ(server_.requests().size(), before + 1);
}

TEST_F(HttpToolsetTest, EffectsCarryTheirKey) {
  ASSERT_TRUE(call("report", {{"city", "Oslo"}}, true, "run1/c1"));
  ASSERT_TRUE(call("weather", {{"city", "Oslo"}}, true, "run1/c2"));
  ASSERT_TRUE(call("report", {{"city", "Oslo"}}));
  const auto requests = server_.requests();
  EXPECT_EQ(requests[0].header("idempotency-key"), "\"run1/c1\"");
  EXPECT_EQ(requests[1].header("idempotency-key"), "");
  EXPECT_EQ(requests[2].header("idempotency-key"), "");
}

// Only a receiver that says no is known not to have done it.
TEST_F(HttpToolsetTest, ErrorsTellWhetherItMayHaveHappened) {
  const auto code = [&](const char* city) { return call("at", {{"city", city}}).error().code; };
  EXPECT_FALSE(may_have_happened(code("no")));
  EXPECT_TRUE(may_have_happened(code("broken")));
  EXPECT_TRUE(may_have_happened(code("away")));
  EXPECT_TRUE(may_have_happened(code("garbled")));
  EXPECT_TRUE(may_have_happened(code("half")));
}

TEST_F(HttpToolsetTest, PrivateAddressesNeedAWord) {
  const auto result = call("weather", {{"city", "Oslo"}}, false);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(HttpToolsetTest, NamesThatLeadHomeAreCaughtWhenConnecting) {
  net::HttpOptions options;
  options.public_only = true;
  net::HttpClient client(clock_, options);
  net::HttpRequest request{.url = *net::Url::parse(server_.url("/v1/x", "localhost"))};
  EXPECT_FALSE(client.fetch_text(request));
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(HttpToolsetTest, AnswersAreBounded) {
  const auto flood = call("path", {{"city", "flood"}});
  ASSERT_FALSE(flood);
  EXPECT_EQ(flood.error().code, ErrorCode::kCorruptData);
}

struct Mistake {
  const char* yaml;
  const char* message;
};
class HttpSectionMistakes : public ::testing::TestWithParam<Mistake> {};
TEST_P(HttpSectionMistakes, NameTheirPlace) {
  const auto spec =
      parse_agent(std::string("name: a\nmodel: m\n") + GetParam().yaml, "a.yaml", "/");
  ASSERT_FALSE(spec);
  EXPECT_NE(spec.error().message.find(GetParam().message), std::string::npos)
      << spec.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    All, HttpSectionMistakes,
    ::testing::Values(
        Mistake{"http: {tools: []}\n", "allow"},
        Mistake{"http:\n  allow: [{url: 'file:///etc/'}]\n  tools: []\n", "a.yaml:4:17"},
        Mistake{"http:\n  allow: [{url: 'https://a.example/', methods: [TRACE]}]\n  tools: []\n",
                "a.yaml:4:49"},
        Mistake{"http:\n  allow: [{url: 'https://a.example/v1/*'}]\n  tools:\n"
                "    - {name: t, description: d, effect: read, url: 'https://b.example/v1/x'}\n",
                "a.yaml:6:7: no place of `allow`"},
        Mistake{"http:\n  allow: [{url: 'https://a.example/v1/*'}]\n  tools:\n"
                "    - {name: t, description: d, effect: read, url: 'https://{host}/v1/x'}\n",
                "after the host"},
        Mistake{
            "http:\n  allow: [{url: 'https://a.example/v1/*'}]\n  tools:\n"
            "    - {name: t, description: d, effect: reversible, url: 'https://a.example/v1/'}\n",
            "a GET has the effect 'read'"}));

} // namespace
} // namespace outpost::agents
