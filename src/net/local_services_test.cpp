#include <algorithm>

#include <gtest/gtest.h>

#include "net/local_services.h"

namespace outpost::net {
namespace {

TEST(LocalServices, OneThatIsToldOfIsFoundAndOneThatHasGoneIsNot) {
  SystemClock clock;
  const LocalService service{"Outpost of a test", 18642, {"path=/v1", "tls=0"}, "", ""};
  const auto is_it = [&](const LocalService& other) {
    return other.name == service.name && other.port == service.port &&
           std::ranges::find(other.text, "path=/v1") != other.text.end();
  };
  auto announcement = ServiceAnnouncement::start(service);
  if (!announcement) GTEST_SKIP() << announcement.error().message;
  bool was_found = false;
  for (int round = 0; round < 10 && !was_found; ++round) {
    const auto found = find_local_services(std::chrono::milliseconds(500), clock, {});
    if (!found) GTEST_SKIP() << found.error().message;
    was_found = std::ranges::any_of(*found, is_it);
  }
  if (!was_found) GTEST_SKIP() << "no interface here carries multicast";
  announcement->reset();
  const auto found = find_local_services(std::chrono::milliseconds(300), clock, {});
  EXPECT_TRUE(found && std::ranges::none_of(*found, is_it));
}

TEST(LocalServices, ACancelEndsTheSearch) {
  SystemClock clock;
  CancelSource cancel;
  cancel.cancel();
  const auto began = clock.monotonic();
  (void)find_local_services(std::chrono::seconds(20), clock, cancel.token());
  EXPECT_LT(clock.monotonic() - began, std::chrono::seconds(5));
}

} // namespace
} // namespace outpost::net
