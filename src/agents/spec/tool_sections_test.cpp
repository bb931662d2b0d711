// The sections of an agent file that give it tools beside its database.
#include <gtest/gtest.h>

#include "agents/spec/agent_spec.h"

namespace outpost::agents {
namespace {

const std::string kHead = "name: a\nmodel: m\n";

std::string error_of(const std::string& rest) {
  const auto spec = parse_agent(kHead + rest, "a.yaml", "/agents");
  return spec ? "" : spec.error().message;
}

TEST(ToolSections, AreRead) {
  const auto spec = parse_agent(kHead + R"(
builtin: {tools: [clock, calculator], utc_offset: "-05:30"}
files: {root: notes, tools: [list, read, write], read_bytes: 1000}
commands:
  - name: convert
    description: Converts
    effect: read
    parameters: {amount: {type: number, required: true}}
    run: [python3, convert.py]
    seconds: 3
    memory_mib: 64
    answer: [say: "{result}"]
mcp:
  - name: calc
    run: [python3, calc.py]
    environment: {MODE: strict}
    prefix: calc_
    only: [add]
    reads: [add]
    examples: {add: ["What is 1 plus 2?"]}
    trust: nothing
    revision: 2025-11-25
  - {name: far, url: "https://mcp.example.org/mcp", key_variable: FAR_KEY}
)",
                                "a.yaml", "/agents");
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->builtin.utc_offset_minutes, -330);
  EXPECT_EQ(spec->builtin.tools, (std::vector<Builtin>{Builtin::kClock, Builtin::kCalculator}));
  EXPECT_EQ(spec->files.root, "/agents/notes");
  EXPECT_EQ(spec->files.tools.size(), 3u);
  EXPECT_EQ(spec->files.read_bytes_max, 1000u);
  ASSERT_EQ(spec->commands.size(), 1u);
  EXPECT_EQ(spec->commands[0].memory_limit_bytes, 64u << 20u);
  EXPECT_EQ(spec->commands[0].tool.parameters.size(), 1u);
  ASSERT_EQ(spec->mcp.size(), 2u);
  EXPECT_FALSE(spec->mcp[0].trusts_first_use);
  EXPECT_EQ(spec->mcp[0].environment.front().second, "strict");
  EXPECT_EQ(spec->mcp[0].examples.at("add").size(), 1u);
  EXPECT_EQ(spec->mcp[1].key_variable, "FAR_KEY");
}

struct SectionMistake {
  const char* yaml; // begins in line 3
  const char* message;
};
class ToolSectionMistakes : public ::testing::TestWithParam<SectionMistake> {};
TEST_P(ToolSectionMistakes, NameTheirPlace) {
  const std::string message = error_of(GetParam().yaml);
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}
INSTANTIATE_TEST_SUITE_P(
    All, ToolSectionMistakes,
    ::testing::Values(
        SectionMistake{"builtin: [clok]\n", "a.yaml:3:11"},
        SectionMistake{"builtin: [clok]\n", "clock"},
        SectionMistake{"builtin: {tools: [clock], utc_offset: 2}\n", "a.yaml:3:39"},
        SectionMistake{"files: {tools: [read]}\n", "root"},
        SectionMistake{"files: {root: x, tools: [delete]}\n", "a.yaml:3:26"},
        SectionMistake{"commands:\n  - {name: c, description: d, effect: read, run: []}\n",
                       "a.yaml:4:50"},
        SectionMistake{"commands:\n  - {name: c, description: d, effect: read}\n", "run"},
        SectionMistake{"mcp: [{name: s}]\n", "needs a program to `run` or a `url`"},
        SectionMistake{"mcp: [{name: s, url: 'ftp://x'}]\n", "a.yaml:3:22"},
        SectionMistake{"mcp: [{name: s, run: [a], revision: 2024-01-01}]\n", "a.yaml:3:37"},
        SectionMistake{"mcp: [{name: s, run: [a]}, {name: s, run: [b]}]\n", "two MCP servers 's'"},
        SectionMistake{"", "an agent needs tools"},
        SectionMistake{"database: x.sqlite\nbuiltin: [clock]\n", "belong together"}));

} // namespace
} // namespace outpost::agents
