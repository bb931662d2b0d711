#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "agents/spec/agent_spec.h"
#include "agents/testing/shop.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// The message when `from` in a good agent file is replaced by `to`.
std::string message_after(const std::string& from, const std::string& to) {
  const auto spec = parse_agent(replaced(testing::shop_agent_yaml(), from, to), "shop.yaml", "/x");
  return spec ? "accepted" : spec.error().message;
}

TEST(AgentFile, MemoryMayHaveAModelForItsEmbeddings) {
  const auto read = [](const std::string& section) {
    return parse_agent(testing::shop_agent_yaml() + "\nmemory: " + section + "\n", "a.yaml", "/x");
  };
  EXPECT_EQ(read("{}")->memory.embeddings, "");
  EXPECT_EQ(read("{embeddings: minilm}")->memory.embeddings, "minilm");
  EXPECT_FALSE(read("{embeddings: [minilm]}"));
}

TEST(AgentFile, ReadsIntoTypes) {
  const auto spec = parse_agent(testing::shop_agent_yaml(), "shop.yaml", "/srv");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->name, "shop");
  EXPECT_EQ(spec->database, "/srv/shop.sqlite");
  EXPECT_EQ(spec->budgets.tool_calls, 3u);
  EXPECT_EQ(spec->budgets.time, std::chrono::seconds(60));
  ASSERT_EQ(spec->tools.size(), 4u);
  EXPECT_EQ(spec->tools[2].tool.effect, Effect::kIrreversible);
  EXPECT_EQ(spec->tools[2].action.require.size(), 2u);
  const Parameter& pieces = spec->tools[1].tool.parameters.at(1);
  EXPECT_EQ(pieces.kind.type, ValueType::kInteger);
  EXPECT_EQ(pieces.kind.maximum, 99);
  EXPECT_EQ(
      parameters_schema(spec->tools[0].tool),
      R"({"type":"object","properties":{"order_id":{"type":"string","description":"order number",)"
      R"("pattern":"^(A-\\d{5})$","maxLength":200,"examples":["A-10001"]}},"required":["order_id"],)"
      R"("additionalProperties":false})");
}

struct Mistake {
  const char* from;
  const char* to;
  const char* message; // a part of it
};

class AgentFileMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(AgentFileMistakes, AreNamedWithTheirPlace) {
  const std::string message = message_after(GetParam().from, GetParam().to);
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    All, AgentFileMistakes,
    ::testing::Values(
        Mistake{"model: fake", "modle: fake",
                "shop.yaml:2:1: an agent has no 'model'; is 'modle' meant to be it?"},
        Mistake{
            "instructions:", "instrutions:",
            "shop.yaml:4:1: unknown key 'instrutions' in an agent; did you mean 'instructions'?"},
        Mistake{"effect: read", "effect: raed",
                "'raed' is none of read, reversible, irreversible; did you mean 'read'?"},
        Mistake{"steps: 5", "steps: five", "'five' is not a number"},
        Mistake{"steps: 5", "steps: 0", "expected a whole number from 1 to 1000, here is 0"},
        Mistake{"kind: product,", "kind: prodcut,",
                "'prodcut' is not among the values; did you mean 'product'?"},
        Mistake{"'A-\\d{5}'", "'A-\\d{5'", "expected '}'"},
        Mistake{"name: price", "name: order_status", "there are two tools 'order_status'"},
        Mistake{"name: price", "name: the price", "'the price' is not a name"},
        Mistake{"    query: SELECT id, status", "    transaction: SELECT id, status",
                "a transaction as a mapping, here is a value"},
        Mistake{"    no_rows: \"There is no order", "    hint: \"There is no order",
                "unknown key 'hint' in a tool"},
        Mistake{"type: integer, minimum", "type: string, minimum",
                "minimum and maximum are for numbers"},
        Mistake{"- say: \"Order {id} is {status}.\"", "- {when: {status: x}, say: y}",
                "the last answer must have no 'when'"},
        Mistake{"parameters: {order_id: {kind: order_id, required: true}}\n    query",
                "parameters: {request: {required: true}}\n    query", "can't be a parameter"}));

TEST(AgentFile, MissingFileIsNotFound) {
  const auto spec = load_agent_file("/nowhere/agent.yaml");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::kNotFound);
}

TEST(AgentFile, TheSupportDeskIsOne) {
  const auto spec =
      load_agent_file(std::string(OUTPOST_SOURCE_DIR) + "/examples/support-desk/agent.yaml");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->tools.size(), 6u);
}

// What docs/agents.md shows as an agent file is one.
TEST(AgentFile, TheExampleOfTheDocsIsOne) {
  std::ifstream file(std::string(OUTPOST_SOURCE_DIR) + "/docs/agents.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string docs = text.str();
  const std::size_t begin = docs.find("```yaml\n") + 8;
  const auto spec = parse_agent(docs.substr(begin, docs.find("```", begin) - begin), "docs", "/x");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->tools.size(), 2u);
}

} // namespace
} // namespace outpost::agents
