#include <gtest/gtest.h>

#include "agents/orchestrator/router.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

std::vector<Route> shop_routes() {
  return {{.name = "orders",
           .description = "where orders are",
           .examples = {"Where is my order?", "When will my parcel arrive?", "Cancel my order"},
           .always = {"order status"}},
          {.name = "weather",
           .description = "the weather in a city",
           .examples = {"What's the weather in Oslo?", "Will it rain tomorrow?",
                        "How cold is it in Rome?"},
           .never = {"hotel"}},
          {.name = "returns",
           .description = "sending things back, refunds",
           .examples = {"I want my money back", "Return these shoes", "The vase is broken"}}};
}

struct RouterTest : testing::Test {
  Router router{shop_routes()};
  Routing decide(const std::string& text, std::optional<std::size_t> current = {},
                 chat::ChatModel* model = nullptr) {
    return *router.decide(text, current, model, {}, {});
  }
};

TEST_F(RouterTest, RulesComeFirst) {
  const Routing routing = decide("order status and the weather in Oslo");
  EXPECT_EQ(routing.route, 0U);
  EXPECT_EQ(routing.why, "rule");
}

TEST_F(RouterTest, ExamplesDecideWithSlipsAndOtherForms) {
  EXPECT_EQ(decide("where are my orders").route, 0U);
  EXPECT_EQ(decide("whats the wether in oslo").route, 1U);
  EXPECT_EQ(decide("please return my shoes").route, 2U);
}

TEST_F(RouterTest, WhatIsForNobodyIsRejected) {
  for (const char* text : {"Sing a song", "What is the square root of 81?", "asdf qwer", ""}) {
    const Routing routing = decide(text);
    EXPECT_EQ(routing.route, std::nullopt) << text;
    EXPECT_EQ(routing.why, "none");
  }
}

TEST_F(RouterTest, FollowUpsStayUnlessAnotherClearlyWins) {
  for (const char* text : {"and Boston?", "what about the day after?", "how about it then"}) {
    const Routing routing = decide(text, 1);
    EXPECT_EQ(routing.route, 1U) << text;
    EXPECT_EQ(routing.why, "follow-up") << text;
    EXPECT_EQ(decide(text).route, std::nullopt) << text;
  }
  EXPECT_EQ(decide("and where is my order?", 1).route, 0U);
}

TEST_F(RouterTest, NeverPhrasesExclude) {
  EXPECT_NE(decide("What's the weather like at the hotel in Oslo?").route, 1U);
}

TEST_F(RouterTest, AModelDecidesWhereExamplesDoNot) {
  chat::FakeModel model({}, [](const chat::ScoreItem& item) {
    return item.prompt.text.starts_with("sending things back") ? -5.0 : -20.0;
  });
  const std::string doubtful = "my parcel is broken";
  const Routing alone = decide(doubtful);
  const Routing scored = decide(doubtful, {}, &model);
  EXPECT_LT(alone.probability, 0.85);
  EXPECT_EQ(scored.route, 2U);
  EXPECT_EQ(scored.why, "likelihood");
}

// A remote model cannot score; that is no reason to fail.
TEST_F(RouterTest, AModelThatCannotScoreIsLeftOut) {
  class Unscoring final : public chat::ChatModel {
  public:
    explicit Unscoring(ErrorCode code) : code_(code) {}
    [[nodiscard]] chat::ModelInfo info() const override { return {}; }
    Status chat(const chat::ChatRequest&, const chat::EventSink&, const CancelToken&) override {
      return fail(code_, "no");
    }
    Result<std::vector<chat::Score>> score(const chat::ScoreRequest&, const CancelToken&) override {
      return fail(code_, "no");
    }
    Result<std::uint32_t> count_tokens(const chat::Prompt&) override { return fail(code_, "no"); }

  private:
    ErrorCode code_;
  };
  Unscoring remote(ErrorCode::kUnsupported);
  EXPECT_TRUE(router.decide("my parcel is broken", {}, &remote, {}, {}));
  Unscoring failing(ErrorCode::kIo);
  EXPECT_EQ(router.decide("my parcel is broken", {}, &failing, {}, {}).error().code,
            ErrorCode::kIo);
}

TEST(Leaning, ShortAndPointingBack) {
  for (const char* text : {"and Boston?", "its price?", "cancel it", "what about Tuesday",
                           "the same for Bob", "tomorrow?"}) {
    EXPECT_TRUE(leans_on_last_turn(text)) << text;
  }
  for (const char* text : {"", "Where is order A-20417 that I placed on Monday by phone?",
                           "Book a table for four people on Friday evening"}) {
    EXPECT_FALSE(leans_on_last_turn(text)) << text;
  }
}

} // namespace
} // namespace outpost::agents
