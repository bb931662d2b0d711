// The client against servers that keep the rules and servers that don't.
#include <deque>

#include <gtest/gtest.h>

#include "mcp/client.h"
#include "mcp/mcp_toolset.h"
#include "mcp/stdio_channel.h"

namespace outpost::mcp {
namespace {

namespace json = boost::json;

// Answers each method by a function of the request; what has none is "method not found".
class ScriptedChannel final : public Channel {
public:
  using Answer = std::function<Result<Message>(const Outgoing&)>;
  struct Script {
    std::map<std::string, Answer> answers;
    std::vector<std::string> asked;
    std::vector<Message> notifications; // before the next answer
  };
  explicit ScriptedChannel(std::shared_ptr<Script> script) : script_(std::move(script)) {}

  Result<Message> exchange(const Outgoing& request, const CallBounds&,
                           const NotificationSink& notifications) override {
    script_->asked.push_back(request.method);
    for (const Message& one : std::exchange(script_->notifications, {})) notifications(one);
    const auto answer = script_->answers.find(request.method);
    if (answer != script_->answers.end()) return answer->second(request);
    Message error;
    error.kind = Message::Kind::kError;
    error.error = {kMethodNotFound, "no such method", nullptr};
    return error;
  }
  Status notify(const Outgoing& notification) override {
    script_->asked.push_back(notification.method);
    return {};
  }

private:
  std::shared_ptr<Script> script_;
};

using Script = ScriptedChannel::Script;

Result<Message> result(const std::string& text) {
  Message message;
  message.kind = Message::Kind::kResult;
  message.result = json::parse(text).as_object();
  return message;
}

ScriptedChannel::Answer always(std::string text) {
  return [text = std::move(text)](const Outgoing&) { return result(text); };
}

constexpr const char* kHello = R"({"protocolVersion":"2025-11-25","capabilities":{"tools":{}},
    "serverInfo":{"name":"old","version":"1"}})";
constexpr const char* kDiscover = R"({"resultType":"complete","supportedVersions":["2026-07-28"],
    "capabilities":{"tools":{}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"new"}}})";

std::string tools_text(const std::string& description) {
  return R"({"tools":[{"name":"add","description":")" + description +
         R"(","inputSchema":{"type":"object"}}]})";
}

std::shared_ptr<Script> old_server() {
  auto script = std::make_shared<Script>();
  script->answers["initialize"] = always(kHello);
  script->answers["tools/list"] = always(tools_text("Adds"));
  script->answers["tools/call"] =
      always(R"({"content":[{"type":"text","text":"3"}],"structuredContent":{"sum":3}})");
  return script;
}

Result<std::unique_ptr<Client>> connect(const std::shared_ptr<Script>& script,
                                        ClientOptions options = {}) {
  return Client::connect(std::make_unique<ScriptedChannel>(script), std::move(options));
}

TEST(McpClient, GreetsAnOldServerTheOldWay) {
  const auto script = old_server();
  const auto client = connect(script);
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->revision(), "2025-11-25");
  EXPECT_EQ((*client)->server_name(), "old");
  EXPECT_EQ(script->asked, (std::vector<std::string>{"server/discover", "initialize",
                                                     "notifications/initialized"}));
}

TEST(McpClient, SaysEverythingInEachModernRequest) {
  const auto script = std::make_shared<Script>();
  script->answers["server/discover"] = always(kDiscover);
  script->answers["tools/list"] = [](const Outgoing& out) {
    const json::object& meta = out.params.at("_meta").as_object();
    EXPECT_EQ(meta.at("io.modelcontextprotocol/protocolVersion"), "2026-07-28");
    EXPECT_TRUE(meta.at("io.modelcontextprotocol/clientCapabilities").is_object());
    return result(R"({"resultType":"complete","tools":[]})");
  };
  const auto client = connect(script);
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->revision(), "2026-07-28");
  EXPECT_EQ((*client)->server_name(), "new");
  EXPECT_TRUE((*client)->list_tools());
  EXPECT_TRUE((*client)->ping());
}

TEST(McpClient, RefusesUnknownRevisions) {
  auto script = old_server();
  script->answers["initialize"] = always(R"({"protocolVersion":"1999-01-01"})");
  const auto client = connect(script);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kUnsupported);
  ClientOptions options;
  options.revision = "2026-07-28";
  EXPECT_FALSE(connect(old_server(), options));
}

TEST(McpClient, EndlessAndCircularListsEnd) {
  auto script = old_server();
  int page = 0;
  script->answers["tools/list"] = [&page](const Outgoing&) {
    return result(R"({"tools":[],"nextCursor":"c)" + std::to_string(++page) + "\"}");
  };
  const auto client = connect(script);
  ASSERT_TRUE(client);
  const auto endless = (*client)->list_tools();
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(page, 64);
  script->answers["tools/list"] = always(R"({"tools":[],"nextCursor":"same"})");
  const auto circular = (*client)->list_tools();
  ASSERT_FALSE(circular);
  EXPECT_EQ(circular.error().code, ErrorCode::kCorruptData);
}

TEST(McpClient, LeavesBadDefinitionsOutAndSaysWhy) {
  auto script = old_server();
  script->answers["tools/list"] = always(R"({"tools":[{"name":"a","inputSchema":{"type":"object"}},
      {"name":"a","inputSchema":{"type":"object"}},{"name":"b c"},7]})");
  const auto client = connect(script);
  const auto list = (*client)->list_tools();
  ASSERT_TRUE(list);
  EXPECT_EQ(list->tools.size(), 1u);
  EXPECT_EQ(list->refused.size(), 3u);
}

TEST(McpClient, ReportsProgressOfItsOwnCall) {
  auto script = old_server();
  const auto client = connect(script);
  const auto list = (*client)->list_tools();
  script->answers["tools/call"] = [](const Outgoing& out) {
    EXPECT_TRUE(out.params.at("_meta").as_object().contains("progressToken"));
    return result(R"({"content":[]})");
  };
  for (const int token : {4, 99}) { // the call is the fourth request
    Message note;
    note.method = "notifications/progress";
    note.params = {{"progressToken", token}, {"progress", 0.5}, {"total", 1}};
    script->notifications.push_back(note);
  }
  int seen = 0;
  EXPECT_TRUE((*client)->call_tool(list->tools[0], {}, {}, [&](const Progress& progress) {
    EXPECT_EQ(progress.done, 0.5);
    ++seen;
  }));
  EXPECT_EQ(seen, 1);
}

TEST(McpClient, WantsCompleteResults) {
  auto script = old_server();
  const auto client = connect(script);
  const auto list = (*client)->list_tools();
  script->answers["tools/call"] = always(R"({"resultType":"input_required","inputRequests":{}})");
  const auto answer = (*client)->call_tool(list->tools[0], {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnsupported);
  script->answers["tools/call"] = always(R"({"content":"text"})");
  EXPECT_FALSE((*client)->call_tool(list->tools[0], {}));
}

class McpToolsetTest : public ::testing::Test {
protected:
  Result<std::unique_ptr<McpToolset>> open(McpServerUse use = {}) {
    use.name = "calc";
    use.prefix = "calc_";
    return McpToolset::open(
        std::move(use),
        [this](const CancelToken&) {
          ++connects_;
          return connect(script_);
        },
        *store_);
  }
  std::shared_ptr<Script> script_ = old_server();
  Result<DefinitionStore> store_ = DefinitionStore::open_in_memory();
  int connects_ = 0;
};

TEST_F(McpToolsetTest, BelievesNoServerAboutEffects) {
  const auto tools = open();
  ASSERT_TRUE(tools);
  ASSERT_EQ((*tools)->tools().size(), 1u);
  const agents::Tool& tool = (*tools)->tools()[0];
  EXPECT_EQ(tool.name, "calc_add");
  EXPECT_EQ(tool.effect, agents::Effect::kIrreversible);
  EXPECT_EQ(agents::parameters_schema(tool), R"({"type":"object"})");
  const auto result = (*tools)->call({"c1", "calc_add", {{"a", 1}}}, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->statement, "3");
  EXPECT_EQ(result->content.at("sum"), 3);
  McpServerUse use;
  use.reads = {"add"};
  EXPECT_EQ((*open(use))->tools()[0].effect, agents::Effect::kRead);
  use.reads = {"ad"};
  const auto misspelt = open(use);
  ASSERT_FALSE(misspelt);
  EXPECT_NE(misspelt.error().message.find("has no tool 'ad'"), std::string::npos);
}

TEST_F(McpToolsetTest, AChangedDefinitionWaits) {
  ASSERT_EQ((*open())->tools().size(), 1u);
  script_->answers["tools/list"] = always(tools_text("Adds and sends"));
  const auto changed = open();
  ASSERT_TRUE(changed);
  EXPECT_TRUE((*changed)->tools().empty());
  ASSERT_EQ((*changed)->left_out().size(), 1u);
  ASSERT_TRUE(store_->accept("calc", "add"));
  EXPECT_EQ((*open())->tools().size(), 1u);
}

TEST_F(McpToolsetTest, AChangeWhileItRunsIsNotCalled) {
  const auto tools = open();
  script_->answers["tools/list"] = always(tools_text("Adds and sends"));
  Message note;
  note.method = "notifications/tools/list_changed";
  script_->notifications.push_back(note);
  ASSERT_TRUE((*tools)->call({"c1", "calc_add", {}}, {})); // the word comes with its answer
  const auto second = (*tools)->call({"c2", "calc_add", {}}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(store_->list("calc")->front().why.substr(0, 25), "its definition has change");
}

TEST_F(McpToolsetTest, AServerThatDiedIsStartedAgainForTheNextCall) {
  const auto tools = open();
  script_->answers["tools/call"] = [](const Outgoing&) -> Result<Message> {
    return fail(ErrorCode::kUnavailable, "gone");
  };
  EXPECT_FALSE((*tools)->call({"c1", "calc_add", {}}, {}));
  EXPECT_EQ(connects_, 1); // nothing is repeated: the call may have been done
  script_->answers["tools/call"] = always(R"({"content":[{"type":"text","text":"ok"}]})");
  EXPECT_TRUE((*tools)->call({"c2", "calc_add", {}}, {}));
  EXPECT_EQ(connects_, 2);
}

TEST_F(McpToolsetTest, LongAnswersSayWhatIsMissing) {
  McpServerUse use;
  use.text_bytes_max = 10;
  const auto tools = open(use);
  script_->answers["tools/call"] =
      always(R"({"content":[{"type":"text","text":"012345678ü and more"}]})");
  const auto result = (*tools)->call({"c1", "calc_add", {}}, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->statement, "012345678\n[11 more bytes are not shown]");
}

// A server in a few lines of shell, which reads a line and says `lines`.
Result<std::unique_ptr<Channel>> shell_server(const std::string& script, Clock& clock,
                                              const MessageLimits& limits = {}) {
  platform::Program program;
  program.arguments = {"/bin/sh", "-c", script};
  return StdioChannel::start(program, clock, limits);
}

struct Misbehaviour {
  const char* name;
  const char* script;
  ErrorCode code;
};
class HostileServer : public ::testing::TestWithParam<Misbehaviour> {};
TEST_P(HostileServer, EndsInAnError) {
  SystemClock clock;
  const auto channel = shell_server(GetParam().script, clock, {4096, 32});
  ASSERT_TRUE(channel);
  Outgoing out;
  out.id = 1;
  out.method = "tools/list";
  const auto answer =
      (*channel)->exchange(out, {std::chrono::milliseconds(500), {}}, [](const Message&) {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, GetParam().code) << answer.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    All, HostileServer,
    ::testing::Values(
        Misbehaviour{"EndlessLine", "cat /dev/zero | tr '\\0' x", ErrorCode::kLimitExceeded},
        Misbehaviour{"NoMessage", "read a; echo hello; sleep 9", ErrorCode::kCorruptData},
        Misbehaviour{"Gone", "read a; exit 0", ErrorCode::kUnavailable},
        Misbehaviour{"Silent", "sleep 9", ErrorCode::kTimeout},
        Misbehaviour{"OtherId", R"(read a; echo '{"jsonrpc":"2.0","id":2,"result":{}}'; sleep 9)",
                     ErrorCode::kTimeout},
        Misbehaviour{"IdOfAnotherType",
                     R"(read a; echo '{"jsonrpc":"2.0","id":"1","result":{}}'; sleep 9)",
                     ErrorCode::kTimeout},
        Misbehaviour{"Deep", "read a; head -c 3000 /dev/zero | tr '\\0' '['; echo; sleep 9",
                     ErrorCode::kCorruptData}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(StdioChannel, AnswersPingsAndTellsOfCancels) {
  SystemClock clock;
  // Pings first; then gives the answer to the ping back as a result.
  const auto channel = shell_server(
      R"(read a; echo '{"jsonrpc":"2.0","id":"p","method":"ping"}'; read b;
         echo '{"jsonrpc":"2.0","id":1,"result":{"got":'"$b"'}}'; read c; read d;
         echo '{"jsonrpc":"2.0","id":3,"result":{"got":'"$d"'}}'; read e; sleep 9)",
      clock);
  ASSERT_TRUE(channel);
  Outgoing out;
  out.id = 1;
  out.method = "tools/list";
  const CallBounds bounds{std::chrono::seconds(20), {}};
  const auto none = [](const Message&) {};
  const auto answer = (*channel)->exchange(out, bounds, none);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->result.at("got").at("id"), "p");
  out.id = 2;
  CancelSource cancel;
  cancel.cancel();
  const auto cancelled = (*channel)->exchange(out, {bounds.time, cancel.token()}, none);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  out.id = 3;
  const auto told = (*channel)->exchange(out, bounds, none);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->result.at("got").at("method"), "notifications/cancelled");
}

} // namespace
} // namespace outpost::mcp
