#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "mcp/http_endpoint.h"
#include "mcp/server.h"
#include "mcp/stdio_server.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

class EchoToolset final : public agents::Toolset {
public:
  explicit EchoToolset(std::size_t tools = 1) {
    for (std::size_t i = 0; i < tools; ++i) {
      agents::Tool tool;
      tool.name = i == 0 ? "echo" : "echo" + std::to_string(i);
      tool.description = "Says it again";
      tools_.push_back(tool);
    }
  }
  [[nodiscard]] const std::vector<agents::Tool>& tools() const override { return tools_; }
  Result<agents::ToolResult> call(const agents::Call& call,
                                  const agents::CallContext& context) override {
    if (call.arguments.contains("fail")) return fail(ErrorCode::kUnavailable, "no such luck");
    while (call.arguments.contains("wait") && !context.cancel.cancelled())
      std::this_thread::yield();
    agents::ToolResult result;
    result.statement = context.principal.value + " said it";
    result.content = call.arguments;
    return result;
  }

private:
  std::vector<agents::Tool> tools_;
};

constexpr const char* kMeta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
    "io.modelcontextprotocol/clientCapabilities":{}})";

Message ask(Server& server, const std::string& text) {
  const auto message = parse_message(text);
  EXPECT_TRUE(message) << text;
  const auto answer = server.handle(*message, {chat::PrincipalId{"ann"}, {}});
  EXPECT_TRUE(answer) << text;
  return answer ? *parse_message(*answer) : Message();
}

std::string modern(const std::string& method, const std::string& params = "") {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params +
         (params.empty() ? "" : ",") + kMeta + "}}";
}

std::string old(const std::string& method, const std::string& params = "") {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params + "}}";
}

TEST(McpServer, ShakesHandsWithOldClients) {
  EchoToolset tools;
  Server server(tools, {"outpost", "1", ""});
  EXPECT_EQ(ask(server, old("initialize", R"("protocolVersion":"2025-06-18")"))
                .result.at("protocolVersion"),
            "2025-06-18");
  EXPECT_EQ(ask(server, old("initialize", R"("protocolVersion":"2031-01-01")"))
                .result.at("protocolVersion"),
            "2025-11-25");
  EXPECT_EQ(ask(server, old("ping")).kind, Message::Kind::kResult);
  EXPECT_EQ(ask(server, old("server/discover")).error.code, kMethodNotFound);
}

TEST(McpServer, ServesModernClientsByEachRequest) {
  EchoToolset tools;
  Server server(tools, {"outpost", "1", ""});
  const Message discovered = ask(server, modern("server/discover"));
  EXPECT_EQ(discovered.result.at("resultType"), "complete");
  EXPECT_EQ(discovered.result.at("supportedVersions").at(0), "2026-07-28");
  const Message list = ask(server, modern("tools/list"));
  EXPECT_EQ(list.result.at("tools").at(0).at("name"), "echo");
  EXPECT_TRUE(list.result.contains("ttlMs"));
  EXPECT_EQ(ask(server, modern("ping")).error.code, kMethodNotFound);
  EXPECT_EQ(ask(server, modern("initialize")).error.code, kMethodNotFound);
  const Message lacking =
      ask(server,
          old("tools/list", R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"})"));
  EXPECT_EQ(lacking.error.code, kInvalidParams);
  const Message future =
      ask(server,
          old("tools/list", R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2031-01-01"})"));
  EXPECT_EQ(future.error.code, kUnsupportedProtocolVersion);
  EXPECT_EQ(future.error.data.at("requested"), "2031-01-01");
}

TEST(McpServer, CallsForWhoAsks) {
  EchoToolset tools;
  Server server(tools, {});
  const Message answer =
      ask(server, modern("tools/call", R"("name":"echo","arguments":{"a":[1]})"));
  EXPECT_EQ(answer.result.at("content").at(0).at("text"), "ann said it");
  EXPECT_EQ(answer.result.at("structuredContent").at("a").at(0), 1);
  const Message failed = ask(server, old("tools/call", R"("name":"echo","arguments":{"fail":1})"));
  EXPECT_EQ(failed.result.at("isError"), true);
  EXPECT_EQ(ask(server, old("tools/call", R"("name":"shell")")).error.code, kInvalidParams);
  EXPECT_EQ(ask(server, old("tools/call")).error.code, kInvalidParams);
  EXPECT_EQ(ask(server, old("tools/call", R"("name":"echo","arguments":[])")).error.code,
            kInvalidParams);
}

TEST(McpServer, ListsInPages) {
  EchoToolset tools(120);
  Server server(tools, {});
  std::size_t count = 0;
  std::string cursor;
  int pages = 0;
  do {
    const Message page =
        ask(server, old("tools/list", cursor.empty() ? "" : R"("cursor":")" + cursor + "\""));
    count += page.result.at("tools").as_array().size();
    const json::value* next = page.result.if_contains("nextCursor");
    cursor = next == nullptr ? "" : std::string(next->as_string());
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(count, 120u);
  EXPECT_EQ(pages, 3);
  for (const char* bad : {"\"x\"", "\"0\"", "\"120\"", "\"99999999999999\"", "7"}) {
    EXPECT_EQ(ask(server, old("tools/list", std::string("\"cursor\":") + bad)).error.code,
              kInvalidParams)
        << bad;
  }
}

http::Request post(const std::string& body, std::vector<http::Headers::Field> fields = {}) {
  http::Request request;
  request.method = "POST";
  request.body = body;
  request.principal = "ann";
  for (auto& [name, value] : fields) request.headers.add(name, value);
  return request;
}

TEST(McpEndpoint, ComparesHeadersWithTheBody) {
  EchoToolset tools;
  Server server(tools, {});
  const std::string call = modern("tools/call", R"("name":"echo","arguments":{})");
  const std::vector<http::Headers::Field> right = {
      {"mcp-protocol-version", "2026-07-28"}, {"mcp-method", "tools/call"}, {"mcp-name", "echo"}};
  EXPECT_EQ(answer_post(server, post(call, right), {}).status, 200);
  for (std::size_t i = 0; i < right.size(); ++i) {
    auto wrong = right;
    wrong[i].second = "other";
    const http::Response refused = answer_post(server, post(call, wrong), {});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(parse_message(refused.body)->error.code, kHeaderMismatch);
    wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(answer_post(server, post(call, wrong), {}).status, 400);
  }
}

TEST(McpEndpoint, StatusesAreThoseOfTheSpecification) {
  EchoToolset tools;
  Server server(tools, {});
  EXPECT_EQ(answer_post(server, post(old("ping")), {}).status, 200);
  EXPECT_EQ(answer_post(server, post("{"), {}).status, 400);
  EXPECT_EQ(answer_post(server, post(old("ping"), {{"mcp-protocol-version", "1"}}), {}).status,
            400);
  EXPECT_EQ(
      answer_post(server, post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"), {})
          .status,
      202);
  EXPECT_EQ(answer_post(server,
                        post(modern("nonsense"),
                             {{"mcp-protocol-version", "2026-07-28"}, {"mcp-method", "nonsense"}}),
                        {})
                .status,
            404);
}

// A client's ends of two pipes, with the server between.
class StdioServerTest : public ::testing::Test {
protected:
  StdioServerTest() {
    EXPECT_EQ(::pipe(to_), 0);
    EXPECT_EQ(::pipe(from_), 0);
    serving_ = std::thread([this] {
      status_ = serve_stdio(server_, to_[0], from_[1], chat::PrincipalId{"ann"}, {}, {4096, 32});
      ::close(from_[1]);
    });
  }
  ~StdioServerTest() override {
    if (serving_.joinable()) finish();
    ::close(to_[0]);
    ::close(from_[0]);
  }
  void say(const std::string& line) const {
    EXPECT_EQ(::write(to_[1], (line + "\n").data(), line.size() + 1),
              static_cast<ssize_t>(line.size() + 1));
  }
  // The next line that it says.
  std::string hear() const {
    std::string line;
    char c = 0;
    while (::read(from_[0], &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  // Everything it said, after the end of its input.
  std::string finish() {
    ::close(to_[1]);
    std::string all;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(from_[0], buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    serving_.join();
    return all;
  }

  EchoToolset tools_;
  Server server_{tools_, {}};
  int to_[2] = {};
  int from_[2] = {};
  Status status_;
  std::thread serving_;
};

TEST_F(StdioServerTest, AnswersLineByLine) {
  say(old("ping"));
  say("nonsense");
  say(old("tools/call", R"("name":"echo")"));
  const std::string all = finish();
  EXPECT_TRUE(status_);
  EXPECT_NE(all.find(R"("result":{})"), std::string::npos);
  EXPECT_NE(all.find("-32700"), std::string::npos);
  EXPECT_NE(all.find("ann said it"), std::string::npos);
}

TEST_F(StdioServerTest, ACancelledCallEndsWithoutAnAnswer) {
  say(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"wait":1}}})");
  say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
  say(old("ping"));
  const std::string all = finish();
  EXPECT_EQ(all.find("\"id\":7"), std::string::npos);
  EXPECT_NE(all.find("\"id\":1"), std::string::npos);
}

TEST_F(StdioServerTest, ASlowCallKeepsNobodyWaiting) {
  say(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"wait":1}}})");
  say(R"({"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"echo"}})");
  EXPECT_NE(hear().find("\"id\":8"), std::string::npos); // 7 goes on until it is cancelled
  say(old("ping"));
  EXPECT_NE(hear().find("\"id\":1"), std::string::npos);
  say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
  EXPECT_EQ(finish(), "");
}

TEST_F(StdioServerTest, AnEndlessLineEndsIt) {
  say(std::string(10'000, 'x'));
  finish();
  ASSERT_FALSE(status_);
  EXPECT_EQ(status_.error().code, ErrorCode::kLimitExceeded);
}

} // namespace
} // namespace outpost::mcp
