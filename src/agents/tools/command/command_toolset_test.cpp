#include <gtest/gtest.h>

#include "agents/tools/command/command_toolset.h"

namespace outpost::agents {
namespace {

CommandTool shell(const std::string& script) {
  CommandTool command;
  command.tool.name = "run";
  command.run = {"/bin/sh", "-c", script};
  return command;
}

Result<ToolResult> command_call(const CommandTool& command,
                                chat::Confidentiality confidentiality = {}) {
  CommandToolset tools({command}, "/");
  CallContext context;
  context.idempotency_key = "run1/c1";
  context.label.confidentiality = confidentiality;
  context.principal = {"ann"};
  return tools.call({"c1", "run", {{"word", "it's \"so\"\n$(id)"}}}, context);
}

TEST(CommandToolset, SpeaksJsonBothWays) {
  const auto echoed = command_call(shell("cat"));
  ASSERT_TRUE(echoed);
  EXPECT_EQ(echoed->content.at("arguments").at("word"), "it's \"so\"\n$(id)");
  EXPECT_EQ(echoed->content.at("principal"), "ann");
  EXPECT_EQ(echoed->content.at("idempotency_key"), "run1/c1");
  CommandTool told = shell(R"(echo '{"sum": 3}')");
  told.answers = {{{{"sum", "3"}}, "It is {sum}."}, {{}, "Something else."}};
  EXPECT_EQ(command_call(told)->statement, "It is 3.");
  EXPECT_EQ(command_call(shell("echo plain words; echo not shown >&2"))->statement, "plain words");
  EXPECT_EQ(command_call(shell("exit 0"))->outcome, ToolResult::Outcome::kNothing);
}

// A program may be anything; what must stay here is handed to those that the agent file vouches
// for.
TEST(CommandToolset, WhatMustStayHereIsNotHandedOver) {
  constexpr auto kLocalOnly = chat::Confidentiality::kLocalOnly;
  CommandTool command = shell("cat");
  const auto refused = command_call(command, kLocalOnly);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(command_call(command, chat::Confidentiality::kPersonal));
  command.takes_local_only = true;
  EXPECT_TRUE(command_call(command, kLocalOnly));
}

TEST(CommandToolset, HasNothingOfOurEnvironment) {
  ::setenv("OUTPOST_SECRET_FOR_TEST", "secret", 1);
  const auto result = command_call(shell("env"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->statement.find("secret"), std::string::npos);
  EXPECT_NE(result->statement.find("PATH="), std::string::npos);
}

TEST(CommandToolset, IsBounded) {
  CommandTool slow = shell("sleep 60");
  slow.time_limit = std::chrono::milliseconds(100);
  EXPECT_EQ(command_call(slow).error().code, ErrorCode::kTimeout);
  CommandTool loud = shell("while :; do echo flood; done");
  EXPECT_EQ(command_call(loud).error().code, ErrorCode::kCorruptData);
  const auto failed = command_call(shell("echo no such city; exit 4"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(failed.error().message.find("status 4: no such city"), std::string::npos);
}

} // namespace
} // namespace outpost::agents
