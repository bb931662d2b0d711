// Resemblance, likelihood, probabilities and their fit.
#include <gtest/gtest.h>

#include "agents/call/choice_fit.h"
#include "agents/call/free_text.h"
#include "agents/call/likelihood.h"
#include "agents/testing/shop.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

class ChoiceTest : public ::testing::Test {
protected:
  ChoiceTest() {
    const AgentSpec spec = shop_.spec();
    std::vector<Tool> tools;
    for (const SqlTool& tool : spec.tools) tools.push_back(tool.tool);
    EXPECT_TRUE(recognisers_.add(tools[0].parameters[0].kind, {}));
    EXPECT_TRUE(recognisers_.add(tools[1].parameters[0].kind, {"Copper Kettle", "Beacon Torch"}));
    candidates_ = make_candidates(tools, spec.replies);
    index_ = std::make_unique<CandidateIndex>(candidates_, recognisers_);
  }

  std::vector<Evidence> evidence(const std::string& request) {
    const Text text(request);
    return gather_evidence(text, recognisers_.find(text), candidates_, *index_);
  }

  std::string best(const std::string& request, Feature feature) {
    const auto all = evidence(request);
    std::size_t most = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (all[i][feature] > all[most][feature]) most = i;
    }
    return candidates_[most].name;
  }

  testing::Shop shop_;
  Recognisers recognisers_;
  std::vector<Candidate> candidates_;
  std::unique_ptr<CandidateIndex> index_;
};

TEST_F(ChoiceTest, WordsPointToTheTool) {
  EXPECT_EQ(best("has my parcel been shiped", Feature::kNote), "order_status"); // with a slip
  EXPECT_EQ(best("how much is the beacon torch", Feature::kExample), "price");
  EXPECT_EQ(best("cancelling A-10002", Feature::kExample), "cancel_order");
  EXPECT_EQ(best("good morning", Feature::kExample), "greeting");
}

TEST_F(ChoiceTest, ValuesCountForAndAgainst) {
  const auto all = evidence("A-10002");
  EXPECT_EQ(all[0][Feature::kFilled], 1); // order_status
  EXPECT_EQ(all[1][Feature::kFilled], 0); // price
  EXPECT_EQ(all[0][Feature::kUnexplained], 0);
  EXPECT_GT(all[1][Feature::kUnexplained], 0.5);
  EXPECT_GT(all.back()[Feature::kUnexplained], 0.5); // none
  EXPECT_EQ(evidence("championship yesterday").back()[Feature::kUnknown], 1);
}

TEST_F(ChoiceTest, LikelihoodIsComparedWithTheRequestAlone) {
  // A model to which everything about orders is likelier after the note about orders.
  chat::FakeModel model({}, [](const chat::ScoreItem& item) {
    return item.prompt.text.find("where an order is") != std::string::npos ? -10.0 : -20.0;
  });
  std::vector<std::vector<Evidence>> all{evidence("it"), evidence("one two three four")};
  const LikelihoodScorer scorer(candidates_);
  ASSERT_TRUE(scorer.score(model, {}, {"it", "one two three four"}, all, {}));
  EXPECT_GT(all[0][0][Feature::kChannel], 0);
  EXPECT_LT(all[0][1][Feature::kChannel], 0);
  EXPECT_DOUBLE_EQ(all[0][0][Feature::kChannel], 2 * all[1][0][Feature::kChannel]);
  EXPECT_DOUBLE_EQ(all[0].back()[Feature::kStrange], -10);
  EXPECT_DOUBLE_EQ(all[1].back()[Feature::kStrange], -2.5);
}

TEST_F(ChoiceTest, AFailingModelIsAnError) {
  CancelSource source;
  source.cancel();
  chat::FakeModel model;
  std::vector<std::vector<Evidence>> all{evidence("it")};
  const auto status = LikelihoodScorer(candidates_).score(model, {}, {"it"}, all, source.token());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
}

TEST(ChoiceFit, FindsWhatTells) {
  // The note tells, the example is noise.
  std::vector<ChoiceExample> examples;
  for (int i = 0; i < 40; ++i) {
    ChoiceExample example;
    example.evidence.resize(3);
    example.right = static_cast<std::size_t>(i % 3);
    for (std::size_t c = 0; c < 3; ++c) {
      example.evidence[c][Feature::kNote] = c == example.right ? 0.8 : 0.3;
      example.evidence[c][Feature::kExample] =
          static_cast<double>((static_cast<std::size_t>(i) * 7 + c * 5) % 11) / 11;
    }
    examples.push_back(example);
  }
  const ChoiceWeights weights = fit_choice(examples);
  EXPECT_GT(weights[static_cast<std::size_t>(Feature::kNote)], 3);
  EXPECT_LT(std::abs(weights[static_cast<std::size_t>(Feature::kExample)]), 1);
  for (const ChoiceExample& example : examples) {
    const auto p = choice_probabilities(example.evidence, weights);
    EXPECT_GT(p[example.right], 0.7);
    EXPECT_NEAR(p[0] + p[1] + p[2], 1.0, 1e-12);
  }
  FitSettings frozen;
  frozen.frozen[static_cast<std::size_t>(Feature::kNote)] = true;
  EXPECT_EQ(fit_choice(examples, frozen)[static_cast<std::size_t>(Feature::kNote)], 0);
}

TEST(FreeText, IsMadeOfTheRequest) {
  EXPECT_TRUE(is_made_of("broken zips", "The zip is broken."));
  EXPECT_TRUE(is_made_of("the zip", "zip")); // function words are free
  EXPECT_FALSE(is_made_of("broken tent pole", "The zip is broken."));
}

TEST(FreeText, FallsBackToTheUsersWords) {
  chat::FakeModel model(
      {{" cancel everything now", {}, {}}, {" please refund the refund", {}, {}}});
  Parameter parameter;
  parameter.kind.max_length = 20;
  const auto text =
      write_free_text({model, {}, {}}, parameter, "My new tent has\na hole in it.", {});
  ASSERT_TRUE(text);
  EXPECT_FALSE(text->by_model);
  EXPECT_EQ(text->text, "My new tent has a");
  EXPECT_EQ(model.steps_left(), 0u); // one repair, no more
  ASSERT_TRUE(model.requests()[0].constraint);
}

} // namespace
} // namespace outpost::agents
