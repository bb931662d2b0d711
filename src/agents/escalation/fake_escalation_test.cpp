#include <gtest/gtest.h>

#include "agents/escalation/fake_escalation.h"

namespace outpost::agents {
namespace {

TEST(FakeEscalation, AnswersUnsureStepsInOrderAndKeepsTheOthers) {
  EscalatedAnswer answer;
  answer.text = "Paris";
  FakeEscalation fake(0.5, {answer});
  HardStep step;
  step.probability = 0.7;
  EXPECT_EQ(fake.keeps_local(step), KeptLocal::kSure);
  EXPECT_EQ(fake.ask(step, {}).error().code, ErrorCode::kPermissionDenied);
  step.probability = 0.2;
  EXPECT_EQ(fake.keeps_local(step), std::nullopt);
  EXPECT_EQ(fake.ask(step, {})->text, "Paris");
  EXPECT_EQ(fake.keeps_local(step), KeptLocal::kOffline);
  EXPECT_EQ(fake.asked.size(), 2U);
}

} // namespace
} // namespace outpost::agents
