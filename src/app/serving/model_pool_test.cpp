#include <future>

#include <gtest/gtest.h>

#include "app/serving/model_pool.h"
#include "chat/fake_model.h"

namespace outpost::app {
namespace {

using std::chrono::milliseconds;

// Answers when it is let to; what the pool has loaded counts as `alive`.
class HeldModel final : public chat::ChatModel {
public:
  HeldModel(std::atomic<int>& alive, std::shared_future<void> go)
      : alive_(alive), go_(std::move(go)) {
    ++alive_;
  }
  ~HeldModel() override { --alive_; }
  [[nodiscard]] chat::ModelInfo info() const override { return {}; }
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken&) override {
    if (request.prompt.text == "wait") go_.wait();
    sink(chat::TextDelta{request.prompt.messages.empty() ? request.prompt.text
                                                         : request.prompt.messages.front().text,
                         {}});
    sink(chat::Finished{});
    return {};
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest&, const CancelToken&) override {
    return std::vector<chat::Score>{};
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt&) override { return 1; }

private:
  std::atomic<int>& alive_;
  std::shared_future<void> go_;
};

PlannedModel planned(const std::string& name, std::size_t bytes, bool is_pinned = false) {
  PlannedModel model;
  model.config.model = model.config.name = name;
  model.config.is_pinned = is_pinned;
  model.plan.path = name;
  model.plan.info.name = name;
  model.plan.weights_bytes = bytes;
  return model;
}

class ModelPoolTest : public ::testing::Test {
protected:
  static ModelPool::Settings settings(std::size_t budget, milliseconds idle = milliseconds{0}) {
    return {budget, idle, milliseconds{30}};
  }

  ModelPool& make(const ModelPool::Settings& how, std::vector<PlannedModel> models) {
    pool_ = std::make_unique<ModelPool>(
        how,
        [this](const PlannedModel& model) -> Result<LocalModel> {
          const std::lock_guard lock(mutex_);
          loads_.push_back(model.config.name);
          if (model.config.name == "broken") return fail(ErrorCode::kCorruptData, "it is broken");
          used_max_ = std::max(used_max_, pool_->used_bytes() + model.plan.total_bytes());
          LocalModel local;
          local.model = std::make_unique<HeldModel>(alive_, go_.get_future_shared());
          local.memory_bytes = model.plan.total_bytes();
          local.end_and_keep = [](std::size_t bytes) {
            engine::KvSnapshot kept;
            kept.contents.resize(std::min<std::size_t>(bytes, 8));
            return kept;
          };
          kept_.push_back(model.kept ? model.kept->bytes() : 0);
          return local;
        },
        clock_);
    EXPECT_TRUE(pool_->serve(std::move(models), how));
    return *pool_;
  }

  Status ask(const std::string& name, const std::string& text = "now", CancelToken cancel = {}) {
    const auto served = pool_->find(name);
    if (!served) return fail(served.error());
    return ask(*served, text, cancel);
  }
  static Status ask(const api::ServedModel& served, const std::string& text,
                    const CancelToken& cancel = {}) {
    chat::ChatRequest request;
    request.prompt.text = text;
    return served.model->chat(request, [](const chat::Event&) {}, cancel);
  }
  std::future<Status> ask_later(const std::string& name, const std::string& text = "now") {
    return std::async(std::launch::async, [=, this] { return ask(name, text); });
  }
  [[nodiscard]] bool is_loaded(const std::string& name) const {
    return pool_->find(name)->is_loaded;
  }
  template <class Condition>
  static bool comes_true(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  struct Barrier {
    std::promise<void> promise;
    std::shared_future<void> future = promise.get_future().share();
    std::shared_future<void> get_future_shared() const { return future; }
  };
  SystemClock clock_;
  std::mutex mutex_;
  std::vector<std::string> loads_; // guarded by mutex_
  std::size_t used_max_ = 0;       // guarded by mutex_
  std::vector<std::size_t> kept_;  // of each load: what came back; guarded by mutex_
  std::atomic<int> alive_{0};
  Barrier go_; // what "wait" waits for
  std::unique_ptr<ModelPool> pool_;
};

TEST_F(ModelPoolTest, LoadsOnDemandAndMakesRoomByLastUse) {
  make(settings(100), {planned("a", 40), planned("b", 40), planned("c", 40)});
  EXPECT_FALSE(is_loaded("a"));
  ASSERT_TRUE(ask("a"));
  ASSERT_TRUE(ask("b"));
  ASSERT_TRUE(ask("a"));
  ASSERT_TRUE(ask("c")); // b has been idle the longest
  EXPECT_TRUE(is_loaded("a"));
  EXPECT_FALSE(is_loaded("b"));
  EXPECT_EQ(loads_, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_LE(used_max_, 100u);
  EXPECT_EQ(alive_, 2);
}

TEST_F(ModelPoolTest, AnIdleModelsCacheComesBackWithIt) {
  auto how = settings(100, milliseconds{1});
  how.kept_bytes = 10;
  make(how, {planned("a", 40), planned("b", 95)});
  ASSERT_TRUE(ask("a"));
  ASSERT_TRUE(comes_true([&] { return !is_loaded("a"); }));
  ASSERT_TRUE(ask("a"));
  EXPECT_EQ(kept_, (std::vector<std::size_t>{0, 8}));
  ASSERT_TRUE(comes_true([&] { return !is_loaded("a"); }));
  ASSERT_TRUE(ask("b")); // needs the memory: what was kept goes
  ASSERT_TRUE(comes_true([&] { return !is_loaded("b"); }));
  ASSERT_TRUE(ask("a"));
  EXPECT_EQ(kept_, (std::vector<std::size_t>{0, 8, 0, 0}));
  EXPECT_LE(used_max_, 100u);
}

TEST_F(ModelPoolTest, StartLoadsThePinnedAndTheFirst) {
  make(settings(100), {planned("a", 20), planned("b", 20), planned("c", 20, true)});
  EXPECT_FALSE(pool_->is_ready());
  ASSERT_TRUE(pool_->load_at_start({}));
  EXPECT_TRUE(pool_->is_ready());
  EXPECT_EQ(loads_, (std::vector<std::string>{"a", "c"}));
}

TEST_F(ModelPoolTest, WhatCanNeverFitIsRefusedWithNumbers) {
  make(settings(100), {planned("a", 60, true), planned("b", 60)});
  ASSERT_TRUE(pool_->load_at_start({}));
  const Status refused = ask("b");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(is_loaded("a"));
  const Status both = pool_->serve({planned("a", 60, true), planned("b", 60, true)}, settings(100));
  ASSERT_FALSE(both);
  EXPECT_TRUE(pool_->find("b")); // nothing has changed
}

TEST_F(ModelPoolTest, ABusyModelGivesWayAfterItsTurnAndFinishesWhatItBegan) {
  make(settings(100), {planned("a", 60), planned("b", 60)});
  auto first = ask_later("a", "wait");
  ASSERT_TRUE(comes_true([&] { return is_loaded("a"); }));
  auto other = ask_later("b");
  EXPECT_EQ(other.wait_for(milliseconds(60)), std::future_status::timeout);
  EXPECT_TRUE(is_loaded("a"));
  auto late = ask_later("a"); // after a's turn: waits until b was served
  go_.promise.set_value();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(other.get());
  EXPECT_TRUE(late.get());
  EXPECT_LE(used_max_, 100u);
}

TEST_F(ModelPoolTest, WhoWaitsCanGiveUp) {
  make(settings(100), {planned("a", 60), planned("b", 60)});
  auto first = ask_later("a", "wait");
  ASSERT_TRUE(comes_true([&] { return is_loaded("a"); }));
  CancelSource cancel;
  auto other = std::async(std::launch::async, [&] { return ask("b", "now", cancel.token()); });
  cancel.cancel();
  EXPECT_TRUE(other.get()); // finished as cancelled
  EXPECT_FALSE(is_loaded("b"));
  go_.promise.set_value();
  EXPECT_TRUE(first.get());
}

TEST_F(ModelPoolTest, IdleModelsLeaveAndPinnedOnesStay) {
  make(settings(100, milliseconds(5)), {planned("a", 20), planned("b", 20, true)});
  ASSERT_TRUE(pool_->load_at_start({}));
  EXPECT_TRUE(comes_true([&] { return !is_loaded("a"); }));
  EXPECT_TRUE(is_loaded("b"));
  ASSERT_TRUE(ask("a")); // and it comes back
  pool_->keep("a", milliseconds(-1));
  EXPECT_FALSE(pool_->find("a")->expires_ms);
  pool_->keep("a", milliseconds(0));
  EXPECT_TRUE(comes_true([&] { return !is_loaded("a"); }));
}

TEST_F(ModelPoolTest, AReloadKeepsWhatIsTheSameAndLosesNoRequest) {
  make(settings(100), {planned("a", 20), planned("b", 20)});
  ASSERT_TRUE(ask("a"));
  auto running = ask_later("b", "wait");
  ASSERT_TRUE(comes_true([&] { return is_loaded("b"); }));
  const auto held = pool_->find("b"); // as a request that waits in line
  auto changed = planned("a", 20);
  changed.config.aliases = {"x"};
  ASSERT_TRUE(pool_->serve({changed, planned("c", 20)}, settings(100)));
  EXPECT_TRUE(is_loaded("x"));
  EXPECT_FALSE(pool_->find("b"));
  EXPECT_TRUE(ask(*held, "now"));
  go_.promise.set_value();
  EXPECT_TRUE(running.get());
  EXPECT_TRUE(comes_true([&] { return alive_ == 1; }));
  EXPECT_TRUE(ask(*held, "now")); // even now
  EXPECT_TRUE(comes_true([&] { return alive_ == 1; }));
  EXPECT_EQ(loads_, (std::vector<std::string>{"a", "b", "b"}));
}

TEST_F(ModelPoolTest, AModelThatDoesNotLoadFailsItsRequestOnly) {
  make(settings(100), {planned("a", 20), planned("broken", 20)});
  EXPECT_EQ(ask("broken").error().code, ErrorCode::kCorruptData);
  EXPECT_TRUE(ask("a"));
  EXPECT_EQ(pool_->used_bytes(), 20u);
}

TEST_F(ModelPoolTest, TheOperatorsInstructionsComeFirst) {
  auto model = planned("a", 20);
  model.config.system_prompt = "Be brief.";
  make(settings(100), {model});
  chat::ChatRequest request;
  request.prompt.messages = {chat::system_message("You sell tea."), chat::user_message("Hi")};
  std::string told;
  const auto served = pool_->find("a");
  ASSERT_TRUE(served->model->chat(request,
                                  [&](const chat::Event& event) {
                                    if (const auto* delta = std::get_if<chat::TextDelta>(&event))
                                      told += delta->text;
                                  },
                                  {}));
  EXPECT_EQ(told, "Be brief.\n\nYou sell tea.");
}

} // namespace
} // namespace outpost::app
