// Profiles: fitted weights, their file form, the questions that ship.
#include <gtest/gtest.h>

#include "agents/calling/logistic_fit.h"
#include "agents/calling/profile_fit.h"
#include "agents/calling/question_set.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

TEST(FitLogistic, SeparatesWhatASignSeparates) {
  std::vector<LogisticExample> examples;
  for (int i = 0; i < 40; ++i) {
    examples.push_back({{1, static_cast<double>(i), 3.0}, i >= 20});
  }
  const auto weights = fit_logistic(examples);
  ASSERT_EQ(weights.size(), 3U);
  EXPECT_GT(weights[1], 0);
  EXPECT_EQ(weights[2], 0); // never varies
  EXPECT_LT(logistic(examples.front().signs, weights), 0.2);
  EXPECT_GT(logistic(examples.back().signs, weights), 0.8);
  EXPECT_TRUE(fit_logistic({}).empty());
  const std::vector<int> against{0, -1, 0};
  EXPECT_EQ(fit_logistic(examples, 1.0, {.directions = against})[1], 0);
}

TEST(FitLogistic, TrustsManySignsLess) {
  std::vector<LogisticExample> examples;
  for (int i = 0; i < 40; ++i) {
    examples.push_back({{1, static_cast<double>(i), static_cast<double>(i)}, i >= 20});
  }
  const auto alike = fit_logistic(examples);
  EXPECT_NEAR(alike[1], alike[2], 1e-9);
  const auto doubted = fit_logistic(examples, 1.0, {.plain = 2, .trust = 0.1});
  EXPECT_NEAR(doubted[2], doubted[1] / 100, 1e-3 * doubted[1]);
}

TEST(StateProbe, IsItsWeightsWithinHalfACode) {
  const std::vector<double> weights{0.5, -1.27, 0, 0.004, 1.27};
  const StateProbe probe = StateProbe::of(weights);
  const std::vector<float> back = probe.weights();
  ASSERT_EQ(back.size(), weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(back[i], weights[i], 0.0051);
  const auto codes = codes_of(hex_of(probe.codes));
  ASSERT_TRUE(codes);
  EXPECT_EQ(*codes, probe.codes);
  EXPECT_EQ(StateProbe::of(std::vector<double>{0, 0}).weights(), (std::vector<float>{0, 0}));
}

TEST(StateProbe, RefusesWhatIsNone) {
  for (const std::string_view hex : {"a", "0g", "AB"}) {
    EXPECT_EQ(codes_of(hex).error().code, ErrorCode::kCorruptData) << hex;
  }
  EXPECT_FALSE(codes_of(std::string(2 * kStateValuesMax + 2, '0')));
}

TEST(FitListwise, PutsTheWeightOnWhatTellsOptionsApart) {
  std::vector<ListExample> examples;
  for (int i = 0; i < 20; ++i) {
    const double noise = i % 3;
    examples.push_back(
        {{{1, noise, 4.0}, {0, noise, 4.0}, {0.5, noise, 4.0}}, {true, false, false}});
  }
  const auto weights = fit_listwise(examples);
  ASSERT_EQ(weights.size(), 3U);
  EXPECT_GT(weights[0], 1);
  EXPECT_NEAR(weights[1], 0, 1e-9); // the same for all options
  EXPECT_TRUE(fit_listwise({}).empty());
}

TEST(MeasureCalibration, IsZeroForTruthAndCountsTheRanking) {
  const std::vector<double> claimed{1, 1, 0, 0};
  const auto perfect = measure_calibration(claimed, {true, true, false, false});
  EXPECT_DOUBLE_EQ(perfect.expected_error, 0);
  EXPECT_DOUBLE_EQ(perfect.ranking, 1);
  const auto wrong = measure_calibration(claimed, {false, false, true, true});
  EXPECT_DOUBLE_EQ(wrong.expected_error, 1);
  EXPECT_DOUBLE_EQ(wrong.ranking, 0);
}

TEST(CallingProfile, ComesBackFromItsJson) {
  CallingProfile profile;
  profile.syntax = CallSyntax::kJson;
  profile.more = {1, 2, 3, 4, 5, 6, 7};
  profile.due[2] = -7;
  profile.examples = 3;
  profile.probes = {{.scale = 0.1F, .codes = {1, -2, 127}}, {.scale = 0.3F, .codes = {0, 5, -127}}};
  *find_mechanism(profile, "uses_cues") = false;
  const auto back = read_profile(to_json(profile));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), to_json(profile));
  EXPECT_EQ(find_mechanism(profile, "no_such"), nullptr);
}

TEST(CallingProfile, NamesTheFieldThatIsWrong) {
  for (const char* text :
       {R"({"syntax":"xml"})", R"({"more":[1]})", R"({"refuses":1})", R"({"due":"x"})",
        R"({"tool":[1,2]})", R"({"examples":9})", R"({"examples":-1})", R"({"probes":[]})",
        R"({"probes":[{"scale":1,"codes":"01"}]})",
        R"({"probes":[{"scale":1,"codes":"01"},{"scale":1,"codes":"0102"}]})",
        R"({"probes":[{"scale":1,"codes":"01"},{"scale":1,"codes":"xx"}]})"}) {
    const auto profile = read_profile(boost::json::parse(text));
    ASSERT_FALSE(profile) << text;
    EXPECT_EQ(profile.error().code, ErrorCode::kCorruptData);
  }
}

TEST(CallingProfile, ShowsNoExamplesWhereTheContextHasNoRoom) {
  EXPECT_TRUE(fitted_to(4096, {}).shows_examples);
  EXPECT_FALSE(fitted_to(4095, {}).shows_examples);
  CallingProfile profile;
  profile.shows_examples = false;
  EXPECT_FALSE(fitted_to(32768, profile).shows_examples);
}

TEST(CallingProfile, HasProbesForModelsThatAreKnownAlone) {
  constexpr std::uint64_t kBytes = 400'000'000, kQwenCoder = 0xc54551586739f670;
  const CallingProfile known = profile_for_model(kBytes, kQwenCoder);
  ASSERT_EQ(known.probes.size(), 2U);
  for (const StateProbe& probe : known.probes) EXPECT_EQ(probe.codes.size(), 896U);
  const CallingProfile unknown = profile_for_model(kBytes, kQwenCoder + 1);
  EXPECT_TRUE(unknown.probes.empty());
  EXPECT_EQ(known.more, unknown.more);
  EXPECT_NE(known.due, unknown.due);
}

TEST(Questions, ShippedOnesAreSoundAndOfEveryKind) {
  const auto questions = read_questions(shipped_questions());
  ASSERT_TRUE(questions) << questions.error().message;
  std::size_t none = 0;
  std::size_t several = 0;
  std::size_t counting = 0;
  for (const CallQuestion& question : *questions) {
    counting += question.counts ? 1 : 0;
    none += question.calls.empty() ? 1 : 0;
    several += question.calls.size() > 1 ? 1 : 0;
    for (const chat::ToolDefinition& tool : question.prompt.tools) EXPECT_TRUE(read_tool(tool));
  }
  EXPECT_GE(questions->size(), kQuestionsMin);
  EXPECT_GE(none, 20U);
  EXPECT_GE(several, 15U);
  EXPECT_GE(counting, 100U);
  EXPECT_LT(counting, questions->size());
}

TEST(Questions, JudgesCallsByTheirAcceptedValues) {
  const AcceptedCall accepted{"f", {{"city", {"Rome", "Rome, Italy"}}, {"n", {3, nullptr}}}};
  EXPECT_TRUE(is_right(accepted, {"f", {{"city", "rome italy"}}}));
  EXPECT_TRUE(is_right(accepted, {"f", {{"city", "Rome"}, {"n", 3.0}}}));
  EXPECT_FALSE(is_right(accepted, {"f", {{"city", "Rome"}, {"n", 4}}}));
  EXPECT_FALSE(is_right(accepted, {"f", {{"n", 3}}}));
  EXPECT_FALSE(is_right(accepted, {"f", {{"city", "Rome"}, {"x", 1}}}));
  EXPECT_FALSE(are_right({accepted}, {}));
  EXPECT_TRUE(are_right({}, {}));
}

TEST(Questions, SayWhichLineIsWrong) {
  const auto questions = read_questions("{\"request\":\"x\",\"tools\":[\"y\"],\"calls\":[]}\n");
  ASSERT_FALSE(questions);
  EXPECT_NE(questions.error().message.find("line 1"), std::string::npos);
  const auto counts = read_questions(R"({"request":"x","tools":[],"calls":[],"counts":1})");
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, ErrorCode::kCorruptData);
}

TEST(FitProfile, NeedsQuestions) {
  chat::FakeModel model;
  const auto report = fit_profile(model, {}, {}, [](std::size_t, std::size_t) {}, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument);
}

} // namespace
} // namespace outpost::agents
