#include <gtest/gtest.h>

#include "agents/memory/fake_memory.h"

namespace outpost::agents {
namespace {

TEST(FakeMemory, KeepsPrincipalsApartAndBudgets) {
  FakeMemory memory;
  const MemoryScope ana{{"ana"}, "clinic"};
  const MemoryScope ben{{"ben"}, "clinic"};
  ASSERT_TRUE(memory.remember(ana, MemoryTurn{"", "My knee hurts", "Noted.", 1, {}}));
  ASSERT_TRUE(
      memory.remember(ana, MemoryFact{0, "user", "lives in", "Lyon", 1, {}, 0, 1, true, {}}));
  ASSERT_TRUE(memory.remember(ben, MemoryTurn{"", "My knee is fine", "Good.", 2, {}}));
  const auto found = memory.recall({ana, "what about my knee?", 600, 3});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->items.size(), 2U);
  EXPECT_EQ(found->text(), "user lives in Lyon\nMy knee hurts / Noted.\n");
  EXPECT_EQ(memory.recall({ana, "what about my knee?", 7, 3})->items.size(), 1U);
  EXPECT_EQ(memory.forget({{"ana"}, "", {}, {}, ""}).value(), 2U);
  EXPECT_EQ(memory.export_lines({"ana"}).value(), "");
  EXPECT_NE(memory.export_lines({"ben"}).value(), "");
}

} // namespace
} // namespace outpost::agents
