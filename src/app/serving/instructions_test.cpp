#include <gtest/gtest.h>

#include "app/serving/instructions.h"

namespace outpost::app {
namespace {

const chat::ToolDefinition kLook = {"look", "looks", "{}"};

chat::ChatRequest request_with(std::vector<chat::Message> messages,
                               std::vector<chat::ToolDefinition> tools = {}) {
  chat::ChatRequest request;
  request.prompt.messages = std::move(messages);
  request.prompt.tools = std::move(tools);
  return request;
}

TEST(Instructions, StandBeforeTheRequestsOwnAndAreDeclared) {
  const auto out = with_instructions(
      request_with({chat::system_message("Own."), chat::user_message("q")}), "Operator's.");
  EXPECT_EQ(out.prompt.messages[0].text, "Operator's.\n\nOwn.");
  ASSERT_EQ(out.declared.messages.size(), 1u);
  EXPECT_EQ(out.declared.messages[0].text, "Operator's.");
}

TEST(Instructions, WhatTheOperatorDeclaredIsRecognisedAsAWhole) {
  const std::vector<DeclaredPrompt> declared = {{"Help with orders.", {kLook}}, {"", {kLook}}};
  const auto ask = [&](const std::string& system, bool with_tools) {
    std::vector<chat::Message> messages;
    if (!system.empty()) messages.push_back(chat::system_message(system));
    messages.push_back(chat::user_message("q"));
    return with_instructions(
        request_with(std::move(messages),
                     with_tools ? std::vector{kLook} : std::vector<chat::ToolDefinition>()),
        "", declared);
  };
  const auto known = ask("Help with orders.", true);
  EXPECT_EQ(known.declared.tools, std::vector{kLook});
  EXPECT_EQ(known.declared.messages.front().text, "Help with orders.");
  EXPECT_EQ(known.prompt.messages.size(), 2u) << "the request itself stays as it is";
  EXPECT_EQ(ask("", true).declared.tools, std::vector{kLook});
  EXPECT_EQ(ask("Help with orders!", true).declared, chat::Prompt());
  EXPECT_EQ(ask("Help with orders.", false).declared, chat::Prompt());
}

} // namespace
} // namespace outpost::app
