#include <gtest/gtest.h>

#include "security/approval_book.h"

namespace outpost::security {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

ApprovalRequest request() {
  return {.principal = "ann",
          .agent = "desk",
          .policy = "p1",
          .run_id = "run-1",
          .call_id = "c1",
          .tool = "cancel_order",
          .tool_version = "v1",
          .arguments = R"({"order_id":"A-10002","reason":"late"})",
          .role = "",
          .by_another = true,
          .expires_ms = kNow + 1000,
          .nonce = "n1"};
}

class ApprovalBookTest : public ::testing::Test {
protected:
  std::string approved(const ApprovalRequest& of) {
    const auto id = book.ask(of, kNow);
    EXPECT_TRUE(id) << id.error().message;
    EXPECT_TRUE(book.answer(*id, true, {"bea", "admin"}, kNow));
    return *id;
  }
  ApprovalBook book = *ApprovalBook::open_in_memory();
};

TEST_F(ApprovalBookTest, IsAnsweredOnceAndUsedOnce) {
  const auto id = book.ask(request(), kNow);
  ASSERT_TRUE(id);
  EXPECT_EQ(*book.ask(request(), kNow + 1), *id);
  EXPECT_EQ(book.list(true, kNow)->size(), 1u);
  EXPECT_EQ(book.spend(*id, request(), kNow).error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(book.answer(id->substr(0, 6), true, {"bea", ""}, kNow));
  EXPECT_EQ(book.answer(*id, false, {"bea", ""}, kNow).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(book.spend(*id, request(), kNow));
  EXPECT_EQ(book.spend(*id, request(), kNow).error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(book.find(*id, kNow)->state, ApprovalState::kUsed);
  EXPECT_TRUE(book.list(true, kNow)->empty());
}

TEST_F(ApprovalBookTest, IsForWhomPolicySays) {
  ApprovalRequest asked = request();
  asked.role = "manager";
  const auto id = book.ask(asked, kNow);
  EXPECT_EQ(book.answer(*id, true, {"ann", "manager"}, kNow).error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(book.answer(*id, true, {"bea", "clerk"}, kNow).error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_TRUE(book.answer(*id, true, {"bea", "manager"}, kNow));
  asked.by_another = false;
  asked.nonce = "n2";
  const auto own = book.ask(asked, kNow);
  EXPECT_TRUE(book.answer(*own, true, {"ann", "manager"}, kNow));
}

TEST_F(ApprovalBookTest, TimeoutIsNo) {
  const auto id = book.ask(request(), kNow);
  EXPECT_EQ(book.find(*id, kNow + 1000)->state, ApprovalState::kExpired);
  EXPECT_FALSE(book.answer(*id, true, {"bea", ""}, kNow + 1000));
  ApprovalRequest other = request();
  other.nonce = "n2";
  const std::string late = approved(other);
  EXPECT_FALSE(book.spend(late, other, kNow + 1000)) << "approved, and used too late";
}

TEST_F(ApprovalBookTest, ARefusalHoldsForTheSameCall) {
  const auto id = book.ask(request(), kNow);
  EXPECT_TRUE(book.answer(*id, false, {"bea", ""}, kNow));
  ApprovalRequest again = request();
  again.nonce = "n2";
  again.run_id = "run-2";
  again.expires_ms += 5000;
  const auto second = book.ask(again, kNow + 10);
  ASSERT_TRUE(second);
  EXPECT_NE(*second, *id);
  EXPECT_EQ(book.find(*second, kNow + 10)->state, ApprovalState::kRefused);
  again.arguments = R"({"order_id":"A-10003"})";
  again.nonce = "n3";
  EXPECT_EQ(book.find(*book.ask(again, kNow), kNow)->state, ApprovalState::kWaiting);
}

// Every way in which a call can differ from the one that was approved.
std::vector<ApprovalRequest> mutations() {
  std::vector<ApprovalRequest> all;
  const auto add = [&all](auto&& change) {
    ApprovalRequest changed = request();
    change(changed);
    all.push_back(std::move(changed));
  };
  using Text = std::string ApprovalRequest::*;
  for (const Text field :
       {&ApprovalRequest::principal, &ApprovalRequest::agent, &ApprovalRequest::policy,
        &ApprovalRequest::run_id, &ApprovalRequest::call_id, &ApprovalRequest::tool,
        &ApprovalRequest::tool_version, &ApprovalRequest::arguments, &ApprovalRequest::role,
        &ApprovalRequest::nonce}) {
    add([&](ApprovalRequest& r) { (r.*field).clear(), (r.*field) += '\0'; });
    add([&](ApprovalRequest& r) { (r.*field) += ' '; });
    add([&](ApprovalRequest& r) { (r.*field) += '1'; });
    add([&](ApprovalRequest& r) { (r.*field) = " " + r.*field; });
    add([&](ApprovalRequest& r) { (r.*field) += "\u200b"; }); // zero width
    add([&](ApprovalRequest& r) { (r.*field) += "\u0430"; }); // a Cyrillic twin
    add([&](ApprovalRequest& r) { (r.*field).append(1, '\0'); });
    add([&](ApprovalRequest& r) { (r.*field) = "2:" + r.*field; }); // like a length
  }
  for (std::size_t i = 0; i < request().arguments.size(); ++i) { // each byte of the arguments
    add([&](ApprovalRequest& r) { r.arguments[i] = static_cast<char>(r.arguments[i] ^ 1); });
    add([&](ApprovalRequest& r) { r.arguments.erase(i, 1); });
    add([&](ApprovalRequest& r) { r.arguments.insert(i, 1, '0'); });
  }
  add([](ApprovalRequest& r) { r.arguments = R"({"reason":"late","order_id":"A-10002"})"; });
  add([](ApprovalRequest& r) { r.arguments = R"({"order_id":"\u0410-10002","reason":"late"})"; });
  add([](ApprovalRequest& r) { std::swap(r.tool, r.agent); });
  add([](ApprovalRequest& r) { std::swap(r.principal, r.agent); });
  add([](ApprovalRequest& r) { r.by_another = false; });
  for (const std::int64_t by : {-1, 1, 86'400'000, -86'400'000}) {
    add([by](ApprovalRequest& r) { r.expires_ms += by; });
  }
  return all;
}

TEST_F(ApprovalBookTest, NoMutationOfAnApprovedCallRuns) {
  const std::string id = approved(request());
  const auto all = mutations();
  ASSERT_GE(all.size(), 200u);
  for (const ApprovalRequest& changed : all) {
    const Status spent = book.spend(id, changed, kNow);
    ASSERT_FALSE(spent) << canonical_bytes(changed);
    EXPECT_EQ(spent.error().code, ErrorCode::kPermissionDenied);
    EXPECT_NE(approval_digest(changed), approval_digest(request()));
  }
  for (const std::int64_t late : {1000, 1001, 86'400'000}) {
    EXPECT_FALSE(book.spend(id, request(), kNow + late));
  }
  EXPECT_TRUE(book.spend(id, request(), kNow)) << "none of them used it up";
  for (int replay = 0; replay < 20; ++replay) EXPECT_FALSE(book.spend(id, request(), kNow));
}

} // namespace
} // namespace outpost::security
