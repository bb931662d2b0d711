// Calls at once: each has a copy of its own, or waits for one.
#include <atomic>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "agents/tools/toolset_pool.h"

namespace outpost::agents {
namespace {

// Says which copy it is; a call of "slow" stays until it is let go.
class Copy final : public Toolset {
public:
  Copy(std::string name, std::latch& begun, std::latch& let_go)
      : name_(std::move(name)), begun_(begun), let_go_(let_go) {}

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  Result<ToolResult> call(const Call& call, const CallContext&) override {
    if (call.tool == "slow") {
      begun_.count_down();
      let_go_.wait();
    }
    ToolResult result;
    result.content = name_;
    return result;
  }

private:
  std::string name_;
  std::latch& begun_;
  std::latch& let_go_;
  std::vector<Tool> tools_;
};

class PoolTest : public ::testing::Test {
protected:
  static Call named(std::string tool) {
    Call call;
    call.tool = std::move(tool);
    return call;
  }
  ToolsetPool pool_of(ToolsetPool::Open open, std::size_t most) {
    return {std::make_unique<Copy>("first", begun_, let_go_), std::move(open), most};
  }
  // A slow call on a thread of its own, begun when this returns.
  std::thread occupy(ToolsetPool& pool) {
    std::thread slow([&pool] {
      const auto result = pool.call(named("slow"), {});
      EXPECT_TRUE(result);
    });
    begun_.wait();
    return slow;
  }

  std::latch begun_{1};
  std::latch let_go_{1};
};

TEST_F(PoolTest, ASlowCallKeepsNoOtherWaiting) {
  std::atomic<int> opened = 0;
  ToolsetPool pool = pool_of(
      [&]() -> Result<std::unique_ptr<Toolset>> {
        ++opened;
        return std::make_unique<Copy>("second", begun_, let_go_);
      },
      2);
  std::thread slow = occupy(pool);
  for (int i = 0; i < 2; ++i) {
    const auto result = pool.call(named("quick"), {});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->content, boost::json::value("second"));
  }
  EXPECT_EQ(opened, 1);
  let_go_.count_down();
  slow.join();
}

TEST_F(PoolTest, WaitsForTheFirstWhereNoOtherIsToBeHad) {
  ToolsetPool pool = pool_of(
      [&]() -> Result<std::unique_ptr<Toolset>> {
        let_go_.count_down(); // the first is free soon
        return fail(ErrorCode::kUnavailable, "one is all there is");
      },
      4);
  std::thread slow = occupy(pool);
  const auto result = pool.call(named("quick"), {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->content, boost::json::value("first"));
  slow.join();
}

TEST_F(PoolTest, ACancelledCallWaitsNoLonger) {
  ToolsetPool pool = pool_of({}, 1);
  std::thread slow = occupy(pool);
  CancelSource source;
  source.cancel();
  CallContext context;
  context.cancel = source.token();
  const auto result = pool.call(named("quick"), context);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  let_go_.count_down();
  slow.join();
}

} // namespace
} // namespace outpost::agents
