#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/serving/room.h"

namespace outpost::app {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Room, IdleModelsLeaveInTheOrderOfTheirLastUse) {
  const Tenant tenants[] = {{30, seconds(3)}, {20, seconds(1)}, {40, seconds(2)}};
  EXPECT_THAT(make_room(tenants, 100, 10).leaving, IsEmpty());
  EXPECT_THAT(make_room(tenants, 100, 20).leaving, ElementsAre(1));
  EXPECT_THAT(make_room(tenants, 100, 50).leaving, ElementsAre(1, 2));
  EXPECT_THAT(make_room(tenants, 100, 100).leaving, ElementsAre(1, 2, 0));
}

TEST(Room, PinnedAndBusyModelsStay) {
  const Tenant tenants[] = {{30, seconds(1), true, false}, {30, seconds(2), false, true}};
  const Room busy = make_room(tenants, 80, 50);
  EXPECT_EQ(busy.kind, Room::Kind::kBusy);
  EXPECT_THAT(busy.leaving, ElementsAre(1)); // whose place is wanted
  EXPECT_EQ(make_room(tenants, 80, 60).kind, Room::Kind::kNever);
  EXPECT_EQ(make_room(tenants, 80, 20).kind, Room::Kind::kFree);
}

TEST(Room, ABudgetThatIsOverdrawnGivesNothing) {
  const Tenant tenants[] = {{90, seconds(1), false, true}, {40, seconds(1)}};
  EXPECT_THAT(make_room(tenants, 100, 10).leaving, ElementsAre(1));
  EXPECT_EQ(make_room(tenants, 100, 20).kind, Room::Kind::kBusy);
  EXPECT_EQ(make_room({}, 100, 101).kind, Room::Kind::kNever);
}

} // namespace
} // namespace outpost::app
