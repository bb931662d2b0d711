// Agents over HTTP: as models, as runs, and the approvals they wait for.
#include <gtest/gtest.h>

#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "api/agents/agent_directory.h"
#include "api/agents/routes.h"
#include "api/openai/routes.h"
#include "api/testing/loaded_models.h"
#include "chat/fake_model.h"
#include "http/server.h"
#include "http/testing/raw_client.h"

namespace outpost::api {
namespace {

namespace json = boost::json;

// One agent, the shop's, whose irreversible calls need an approval.
class ShopService final : public AgentService {
public:
  ShopService() {
    agents::AgentSpec spec = shop_.spec();
    agents::ApprovalRule rule;
    rule.effects = {agents::Effect::kIrreversible};
    spec.approvals = {rule};
    tools_ = *agents::SqlToolset::open(spec);
    agents::AgentParts parts{model_, *tools_, log_, clock_, 1};
    parts.approvals = &approvals_;
    agent_ = *agents::Agent::open(std::move(spec), parts);
  }

  [[nodiscard]] std::vector<AgentInfo> list() const override {
    return {{"shop", "a shop", "fake", tools_->tools()}};
  }
  Result<agents::RunOutcome> run(std::string_view agent, agents::Session& session,
                                 const std::string& request,
                                 const agents::RunOptions& options) override {
    if (agent != "shop") return fail(ErrorCode::kNotFound, "there is no such agent");
    const std::lock_guard lock(mutex_);
    return agent_->run(session, request, options);
  }
  Result<agents::RunOutcome> resume(const std::string& id,
                                    const agents::RunOptions& options) override {
    const std::lock_guard lock(mutex_);
    return agent_->resume(id, options);
  }
  Result<agents::ReplayReport> replay(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    return agent_->replay(id);
  }
  Status cancel(const std::string& id) override {
    CancelSource cancelled;
    cancelled.cancel();
    OUTPOST_CHECK(resume(id, {{}, cancelled.token(), {}}));
    return {};
  }
  [[nodiscard]] agents::RunLog& log() override { return log_; }
  [[nodiscard]] security::ApprovalBook& approvals() override { return book_; }

private:
  agents::testing::Shop shop_;
  chat::FakeModel model_{{}, [](const auto&) { return -5.0; }};
  SystemClock clock_;
  agents::RunLog log_ = *agents::RunLog::open_in_memory();
  security::ApprovalBook book_ = *security::ApprovalBook::open_in_memory();
  agents::BookApprovals approvals_{book_, clock_};
  std::unique_ptr<agents::SqlToolset> tools_;
  std::mutex mutex_; // an agent runs one request at a time
  std::unique_ptr<agents::Agent> agent_;
};

struct Reply {
  int status = 0;
  std::string body;
  [[nodiscard]] json::value json() const { return json::parse(body); }
  [[nodiscard]] std::string text(std::string_view key) const {
    return std::string(json().at(key).as_string());
  }
};

class AgentApiTest : public ::testing::Test {
protected:
  void SetUp() override {
    directory_.add(agents_);
    http::Router router;
    openai::add_routes(router, service_);
    add_agent_routes(router, service_, agents_);
    http::ServerSettings settings;
    // The key is the principal's name; "boss" may do everything.
    settings.authenticate = [](std::string_view key) -> std::optional<http::Caller> {
      if (key.empty()) return std::nullopt;
      return http::Caller{std::string(key), static_cast<std::uint8_t>(key == "boss" ? 7 : 1)};
    };
    auto server = http::Server::open(std::move(settings), std::move(router), clock_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  Reply ask(std::string_view key, std::string_view method, std::string_view path,
            std::string_view body = {}) {
    http::testing::RawClient client(server_->port());
    client.send(std::string(method) + " " + std::string(path) +
                " HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " + std::string(key) +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                std::string(body));
    const std::string head = client.read_until("\r\n\r\n");
    return {head.size() > 12 ? std::stoi(head.substr(9, 3)) : 0, client.read_all()};
  }

  SystemClock clock_;
  telemetry::Registry metrics_;
  testing::LoadedModels models_{0};
  ShopService agents_;
  AgentDirectory directory_{models_, clock_};
  Gate gate_{{.slots = 4, .waiting_max = 8, .waiting_per_principal_max = 6}, clock_};
  Service service_{directory_, gate_, metrics_, clock_, {}};
  std::unique_ptr<http::Server> server_;
};

TEST_F(AgentApiTest, IsAModelOfTheOpenAiApi) {
  EXPECT_NE(ask("ann", "GET", "/v1/models").body.find("agent:shop"), std::string::npos);
  const Reply reply = ask("ann", "POST", "/v1/chat/completions",
                          R"({"model":"agent:shop","messages":[{"role":"user","content":)"
                          R"("Where is order A-10001?"}]})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at_pointer("/choices/0/message/content").as_string(),
            "Order A-10001 is on its way.");
  const Reply stream =
      ask("ann", "POST", "/v1/chat/completions",
          R"({"model":"agent:shop","stream":true,"messages":[{"role":"user","content":)"
          R"("Where is order A-10003?"}]})");
  EXPECT_NE(stream.body.find("Order A-10003 is placed."), std::string::npos) << stream.body;
  EXPECT_NE(stream.body.find("[DONE]"), std::string::npos);
  EXPECT_EQ(ask("ann", "POST", "/v1/chat/completions",
                R"({"model":"agent:nobody","messages":[{"role":"user","content":"x"}]})")
                .status,
            404);
}

TEST_F(AgentApiTest, GoesOnWithItsQuestion) {
  const Reply reply =
      ask("ann", "POST", "/v1/chat/completions",
          R"({"model":"agent:shop","messages":[{"role":"user","content":"Where is my order?"}]})");
  EXPECT_EQ(reply.json().at_pointer("/choices/0/message/content").as_string(), "Which order?");
  constexpr std::string_view kAnswer =
      R"({"model":"agent:shop","messages":[{"role":"user","content":"Where is my order?"},)"
      R"({"role":"assistant","content":"Which order?"},{"role":"user","content":"10003"}]})";
  EXPECT_NE(ask("ann", "POST", "/v1/chat/completions", kAnswer).body.find("A-10003 is placed"),
            std::string::npos);
}

TEST_F(AgentApiTest, ListsAgentsAndRunsThem) {
  const Reply agents = ask("ann", "GET", "/v1/agents");
  EXPECT_EQ(agents.json().at_pointer("/data/0/id").as_string(), "shop");
  const Reply run =
      ask("ann", "POST", "/v1/runs", R"({"agent":"shop","input":"Where is order A-10001?"})");
  ASSERT_EQ(run.status, 200) << run.body;
  EXPECT_EQ(run.text("status"), "done");
  const std::string path = "/v1/runs/" + run.text("id");
  EXPECT_EQ(ask("ann", "GET", path).text("output"), "Order A-10001 is on its way.");
  EXPECT_NE(ask("ann", "GET", path + "/events").body.find("call_started"), std::string::npos);
  EXPECT_TRUE(ask("ann", "POST", path + "/replay").json().at("same").as_bool());
  EXPECT_EQ(ask("bea", "GET", path).status, 404) << "somebody else's run is not there";
  EXPECT_EQ(ask("bea", "POST", path + "/cancel").status, 404);
  EXPECT_EQ(ask("ann", "POST", path + "/cancel").status, 409) << "it has ended";
  EXPECT_TRUE(ask("bea", "GET", "/v1/runs").json().at("data").as_array().empty());
  EXPECT_EQ(ask("ann", "POST", "/v1/runs", R"({"agent":"x","input":"y"})").status, 404);
  EXPECT_EQ(ask("ann", "POST", "/v1/runs", R"({"agent":"shop"})").status, 400);
  const Reply stream =
      ask("ann", "POST", "/v1/runs",
          R"({"agent":"agent:shop","input":"Where is order A-10001?","stream":true})");
  for (const char* kind : {"run_started", "call_finished", "run_finished", "[DONE]"}) {
    EXPECT_NE(stream.body.find(kind), std::string::npos) << kind;
  }
}

TEST_F(AgentApiTest, WaitsForAnApproval) {
  const Reply run =
      ask("ann", "POST", "/v1/runs", R"({"agent":"shop","input":"Please cancel order A-10002"})");
  ASSERT_EQ(run.status, 200) << run.body;
  ASSERT_EQ(run.text("status"), "waiting");
  const std::string path = "/v1/approvals/" + run.text("approval");
  EXPECT_EQ(ask("ann", "GET", "/v1/approvals").status, 403);
  EXPECT_EQ(ask("ann", "POST", path + "/approve").status, 403);
  EXPECT_EQ(ask("boss", "GET", "/v1/approvals").json().at("data").as_array().size(), 1u);
  EXPECT_EQ(ask("boss", "POST", path + "/approve").text("status"), "approved");
  EXPECT_EQ(ask("boss", "POST", path + "/refuse").status, 409);
  const std::string runs = "/v1/runs/" + run.text("id");
  EXPECT_EQ(ask("ann", "POST", runs + "/resume").text("output"), "Order A-10002 is cancelled.");
  EXPECT_EQ(ask("ann", "POST", runs + "/resume").status, 409);
}

} // namespace
} // namespace outpost::api
