#include <gtest/gtest.h>

#include "chat/fake_model.h"

namespace outpost::chat {
namespace {

TEST(Label, JoinTakesTheLowerTrustAndTheCloserConfidentiality) {
  Label secret = operator_label("policy");
  secret.confidentiality = Confidentiality::kLocalOnly;
  const Label web = tool_label("web");
  const Label both = join(secret, web);
  EXPECT_EQ(both.trust, Trust::kUntrusted);
  EXPECT_EQ(both.source, Source::kTool);
  EXPECT_EQ(both.origin, "web");
  EXPECT_EQ(both.confidentiality, Confidentiality::kLocalOnly);
  EXPECT_EQ(join(web, secret), both);
}

TEST(Chat, RolesAndReasonsHaveStableNames) {
  for (const Role role : {Role::kSystem, Role::kUser, Role::kAssistant, Role::kTool}) {
    EXPECT_EQ(parse_role(to_string(role)), role);
  }
  EXPECT_FALSE(parse_role("developer"));
  EXPECT_EQ(to_string(FinishReason::kToolCalls), "tool_calls");
}

TEST(FakeModel, FollowsItsScriptAndSaysWhenItEnds) {
  FakeModel model({{"It is there.", {}, {}}, {"", {{"call00001", "find", "{}"}}, {}}});
  ChatRequest request;
  request.prompt.messages.push_back(user_message("Where is it?"));
  const auto first = complete(model, request);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "It is there.");
  EXPECT_EQ(first->finished.usage.prompt_tokens, 4u);
  const auto second = complete(model, request);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->tool_calls.at(0).name, "find");
  EXPECT_EQ(second->finished.reason, FinishReason::kToolCalls);
  EXPECT_FALSE(complete(model, request));
  EXPECT_EQ(model.requests().size(), 3u);
}

TEST(FakeModel, HonoursCancelAndScores) {
  FakeModel model({{"never", {}, {}}},
                  [](const ScoreItem& item) { return item.continuation == "yes" ? -0.1 : -3.0; });
  CancelSource source;
  source.cancel();
  const auto answer = complete(model, {}, source.token());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->finished.reason, FinishReason::kCancelled);
  EXPECT_EQ(answer->text, "");
  const auto scores = model.score({{}, {{{}, "yes"}, {{}, "no"}}}, {});
  ASSERT_TRUE(scores);
  EXPECT_GT(scores->at(0).log_probability, scores->at(1).log_probability);
}

} // namespace
} // namespace outpost::chat
