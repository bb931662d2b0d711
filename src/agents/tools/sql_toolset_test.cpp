#include <gtest/gtest.h>

#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "chat/json_value.h"
#include "store/database.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;
using testing::Shop;

Result<ToolResult> call(SqlToolset& tools, const std::string& tool, json::object arguments,
                        const std::string& request = "a request") {
  return tools.call({"c1", tool, std::move(arguments)}, {{}, request, {}});
}

TEST(SqlToolset, StatesWhatItFound) {
  const Shop shop;
  auto tools = SqlToolset::open(shop.spec());
  ASSERT_TRUE(tools) << tools.error().message;
  const auto status = call(**tools, "order_status", {{"order_id", "A-10001"}});
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->outcome, ToolResult::Outcome::kDone);
  EXPECT_EQ(status->statement, "Order A-10001 is on its way.");
  EXPECT_EQ(chat::json_text(status->content),
            R"({"rows":[{"id":"A-10001","status":"shipped"}],"has_more":false})");
  const auto price = call(**tools, "price", {{"product", "Copper Kettle"}, {"pieces", 3}});
  EXPECT_EQ(price->statement, "3 x Copper Kettle: 81 euros.");
  const auto nothing = call(**tools, "order_status", {{"order_id", "A-99999"}});
  EXPECT_EQ(nothing->outcome, ToolResult::Outcome::kNothing);
  EXPECT_EQ(nothing->statement, "There is no order A-99999.");
}

TEST(SqlToolset, BindsAndNeverPastes) {
  const Shop shop;
  auto tools = SqlToolset::open(shop.spec());
  ASSERT_TRUE(tools);
  for (const char* hostile :
       {"A-10001' OR '1'='1", "'; DROP TABLE orders; --", "A-10001\" UNION SELECT 1,2 --"}) {
    EXPECT_EQ(call(**tools, "order_status", {{"order_id", hostile}})->outcome,
              ToolResult::Outcome::kNothing);
    EXPECT_EQ(call(**tools, "cancel_order", {{"order_id", hostile}})->outcome,
              ToolResult::Outcome::kRefused);
    EXPECT_TRUE(call(**tools, "note", {{"subject", hostile}}));
  }
  EXPECT_EQ(shop.ask("SELECT count(*) FROM orders"), "3");
  EXPECT_EQ(shop.ask("SELECT count(*) FROM orders WHERE status = 'cancelled'"), "0");
  EXPECT_EQ(shop.ask("SELECT subject FROM notes WHERE id = 2"), "'; DROP TABLE orders; --");
}

TEST(SqlToolset, ChangesOnlyUnderItsPreconditions) {
  const Shop shop;
  auto tools = SqlToolset::open(shop.spec());
  ASSERT_TRUE(tools);
  const auto shipped = call(**tools, "cancel_order", {{"order_id", "A-10001"}});
  EXPECT_EQ(shipped->outcome, ToolResult::Outcome::kRefused);
  EXPECT_EQ(shipped->statement, "Order A-10001 can't be cancelled.");
  EXPECT_EQ(shop.ask("SELECT status FROM orders WHERE id = 'A-10001'"), "shipped");
  const auto done = call(**tools, "cancel_order", {{"order_id", "A-10002"}});
  EXPECT_EQ(done->statement, "Order A-10002 is cancelled.");
  EXPECT_EQ(shop.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "cancelled");
  EXPECT_EQ(call(**tools, "cancel_order", {{"order_id", "A-10002"}})->outcome,
            ToolResult::Outcome::kRefused);
}

TEST(SqlToolset, GivesTheRequestToStatements) {
  const Shop shop;
  auto tools = SqlToolset::open(shop.spec());
  ASSERT_TRUE(tools);
  EXPECT_EQ(call(**tools, "note", {{"subject", "broken"}}, "It is broken!")->statement,
            "Noted as 1: broken.");
  EXPECT_EQ(shop.ask("SELECT words FROM notes"), "It is broken!");
}

TEST(SqlToolset, BoundsWhatComesBack) {
  const Shop shop;
  AgentSpec spec = shop.spec();
  spec.tools[0].action.query =
      "WITH RECURSIVE n(id, status) AS (SELECT 1, :order_id UNION ALL SELECT id + 1, status FROM n "
      "WHERE id < 1000) SELECT id, status FROM n";
  auto tools = SqlToolset::open(spec);
  ASSERT_TRUE(tools) << tools.error().message;
  const auto many = call(**tools, "order_status", {{"order_id", "x"}});
  EXPECT_EQ(many->content.at("rows").as_array().size(), SqlLimits{}.rows);
  EXPECT_TRUE(many->content.at("has_more").as_bool());
  const auto wide = call(**tools, "order_status", {{"order_id", std::string(10'000, 'x')}});
  EXPECT_EQ(wide->content.at("rows").as_array().size(), 1u);
}

// Rolls back the whole when a later statement fails.
TEST(SqlToolset, IsAllOrNothing) {
  const Shop shop;
  AgentSpec spec = shop.spec();
  spec.tools[2].action.statements.push_back(
      "INSERT INTO orders SELECT 'A-10001', 'twice', :order_id");
  auto tools = SqlToolset::open(spec);
  ASSERT_TRUE(tools) << tools.error().message;
  EXPECT_FALSE(call(**tools, "cancel_order", {{"order_id", "A-10002"}}));
  EXPECT_EQ(shop.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
}

std::string open_error(const std::function<void(AgentSpec&)>& change) {
  const Shop shop;
  AgentSpec spec = shop.spec();
  change(spec);
  const auto tools = SqlToolset::open(spec);
  return tools ? "opened" : tools.error().message;
}

TEST(SqlToolset, FindsMistakesWhenOpened) {
  EXPECT_NE(open_error([](AgentSpec& s) {
              s.tools[0].action.query = "SELEC 1";
            }).find("tool 'order_status', query:"),
            std::string::npos);
  EXPECT_NE(open_error([](AgentSpec& s) { s.tools[0].action.query = "DELETE FROM orders"; }),
            "opened");
  EXPECT_NE(open_error([](AgentSpec& s) {
              s.tools[0].action.query = "SELECT :oder_id";
            }).find("did you mean 'order_id'?"),
            std::string::npos);
  EXPECT_NE(open_error([](AgentSpec& s) {
              s.tools[0].action.answers.back().say = "{statsu}";
            }).find("{statsu} is neither a column nor a parameter; did you mean 'status'?"),
            std::string::npos);
  EXPECT_NE(open_error([](AgentSpec& s) {
              s.tools[2].action.require[0].query = "DELETE FROM orders";
            }).find("it changes data"),
            std::string::npos);
  EXPECT_NE(open_error([](AgentSpec& s) { s.tools[2].action.statements = {"DROP TABLE orders"}; }),
            "opened");
  EXPECT_NE(open_error([](AgentSpec& s) { s.tools[2].action.statements = {"ATTACH 'x' AS y"}; }),
            "opened");
  EXPECT_NE(open_error([](AgentSpec& s) {
              s.tools[1].tool.parameters[0].kind.lookup = "SELECT 1, 2";
            }).find("must give one column"),
            std::string::npos);
  EXPECT_NE(open_error([](AgentSpec& s) { s.database = "/nowhere.sqlite"; }).find("no database at"),
            std::string::npos);
}

} // namespace
} // namespace outpost::agents
