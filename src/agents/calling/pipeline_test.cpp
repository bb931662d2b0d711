// The pipeline over a scripted model: what is scored, drafted, repaired, refused, passed on.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "agents/calling/call_pipeline.h"
#include "agents/calling/calling_model.h"
#include "agents/calling/tool_ranking.h"
#include "agents/calling/worked_examples.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

constexpr const char* kWeather = R"({"type":"object","properties":{"city":{"type":"string"}},)"
                                 R"("required":["city"]})";
constexpr const char* kLight =
    R"({"type":"object","properties":{"room":{"type":"string"}},"required":["room"]})";

chat::Prompt prompt_of(const std::string& request) {
  chat::Prompt prompt;
  prompt.messages = {chat::user_message(request)};
  prompt.tools = {{"weather", "Tells the weather in a city", kWeather},
                  {"light", "Switches the light of a room", kLight}};
  return prompt;
}

Result<CallPlan> plan_of(chat::ChatModel& model, const CallingProfile& profile,
                         const std::string& request) {
  const chat::Prompt prompt = prompt_of(request);
  return CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {});
}

// Likes the opening of one tool, and the end after a call.
chat::FakeModel::Scorer prefers(const std::string& opening) {
  return [opening](const chat::ScoreItem& item) {
    if (item.continuation == opening) return -1.0;
    return item.continuation == "done" ? -2.0 : -8.0;
  };
}

TEST(ToolRanking, PutsTheToolFirstWhoseWordsTheRequestHas) {
  std::vector<CallableTool> tools;
  for (const auto& definition : prompt_of("").tools) tools.push_back(*read_tool(definition));
  const auto shares = ToolRanking(tools).shares("what is the weather in Rome?");
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_GT(shares[0], shares[1]);
}

TEST(ToolRanking, AskedWithADateLooksForToolsThatTakeOne) {
  CallableTool latest{"rate_now", "The rate of a currency", {SlotSchema{.name = "currency"}}};
  CallableTool dated = latest;
  dated.name = "rate_then";
  dated.slots.push_back(SlotSchema{.name = "date"});
  const ToolRanking ranking({latest, dated});
  const auto at = ranking.shares("the rate of the krone on 2 May 2021");
  EXPECT_GT(at[1], at[0]);
  const auto now = ranking.shares("the rate of the krone");
  EXPECT_GE(now[0], now[1]);
}

TEST(CallPipeline, MakesOneCallFromAScoredNameAndADraft) {
  chat::FakeModel model({{.text = R"((city="Rome"))"}}, prefers("weather(city"));
  CallingProfile profile;
  profile.refuses = false;
  const auto plan = plan_of(model, profile, "what is the weather in Rome?");
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 1U);
  EXPECT_EQ(plan->calls[0].tool, "weather");
  EXPECT_EQ(plan->calls[0].arguments.at("city"), boost::json::value("Rome"));
  EXPECT_DOUBLE_EQ(plan->evidence[CallSign::kRequired], 1);
}

TEST(CallPipeline, MendsMembersOfAnObjectAsArguments) {
  chat::Prompt prompt;
  prompt.messages = {chat::user_message("dry mode for the heater, and the fan high please")};
  prompt.tools = {
      {"heater", "Sets the heater",
       R"({"type":"object","required":["settings"],"properties":{"settings":{"type":"object","properties":{)"
       R"("mode":{"type":"string","enum":["WARM","DRY"]},"fan":{"type":"string","enum":["LOW","HIGH"]},)"
       R"("degrees":{"type":"number"}}}}})"}};
  chat::FakeModel model({{.text = R"((settings={"mode":"WARM","degrees":2.5e171}))"}},
                        prefers("heater(settings"));
  CallingProfile profile;
  profile.refuses = false;
  const auto plan = CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 1U);
  EXPECT_EQ(plan->calls[0].arguments.at("settings"),
            (boost::json::object{{"mode", "DRY"}, {"fan", "HIGH"}}));
}

// The state of the fake model is how often the last message has each letter.
TEST(CallPipeline, WhatProbesReadOfTheStateCounts) {
  CallingProfile profile;
  profile.refuses = false;
  StateProbe of_z{.scale = 0.5F, .codes = std::vector<std::int8_t>(26)};
  StateProbe of_j = of_z;
  of_z.codes['z' - 'a'] = 4;
  of_j.codes['j' - 'a'] = -2;
  profile.probes = {of_z, of_j};
  const auto plan_for = [](const CallingProfile& with) {
    chat::FakeModel model({{.text = R"((city="Graz"))"}}, prefers("weather(city"));
    const auto plan = plan_of(model, with, "weather in graz jj?");
    EXPECT_TRUE(plan) << plan.error().message;
    return plan.value_or(CallPlan{});
  };
  const CallPlan plan = plan_for(profile);
  ASSERT_EQ(plan.evidence.state.size(), kCallProbes);
  // The tools' notes stand before the request, without either letter.
  EXPECT_DOUBLE_EQ(plan.evidence.state[0], 2);
  EXPECT_DOUBLE_EQ(plan.evidence.state[1], -2);
  EXPECT_DOUBLE_EQ(plan.call_probability, 1 / (1 + std::exp(-2)));
  EXPECT_DOUBLE_EQ(plan.correct_probability, 1 / (1 + std::exp(2)));
  profile.reads_state = false;
  EXPECT_DOUBLE_EQ(plan_for(profile).call_probability, 0.5);
  profile.reads_state = true;
  for (StateProbe& probe : profile.probes) probe.codes.pop_back(); // of another model
  EXPECT_TRUE(plan_for(profile).evidence.state.empty());
}

// A question speaks against a call as far as its words are left unexplained.
TEST(CallPipeline, AQuestionThatTheCallExplainsIsNoDoubt) {
  CallingProfile profile;
  profile.refuses = false;
  const auto doubt = [&profile](const std::string& request) {
    chat::FakeModel model({{.text = R"((city="Rome"))"}}, prefers("weather(city"));
    const auto plan = plan_of(model, profile, request);
    return plan ? plan->evidence[CallSign::kFact] : -1;
  };
  EXPECT_DOUBLE_EQ(doubt("what is the weather in the city Rome?"), 0);
  EXPECT_GT(doubt("what is the history of the tower in Rome?"), 0);
  EXPECT_DOUBLE_EQ(doubt("show the history of the tower in Rome"), 0);
}

TEST(CallPipeline, MakesAsManyCallsAsThereAreValues) {
  chat::FakeModel model({{.text = R"((city="Rome"))"}, {.text = R"((city="Oslo"))"}},
                        prefers("weather(city"));
  CallingProfile profile;
  profile.refuses = false;
  profile.more = {-0.5, 0, 1, 0, 0, 0, 0}; // one more as long as a value is left over
  const auto plan = plan_of(model, profile, "what is the weather in Rome and in Oslo?");
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 2U);
  EXPECT_EQ(plan->calls[1].arguments.at("city"), boost::json::value("Oslo"));
}

TEST(CallPipeline, CallsNoOtherToolForOneClause) {
  chat::FakeModel model({{.text = R"((city="Rome"))"}, {.text = R"((room="kitchen"))"}},
                        [](const chat::ScoreItem& item) {
                          return item.continuation.starts_with("light") ? -1.0 : -2.0;
                        });
  CallingProfile profile;
  profile.refuses = false;
  profile.tool = {1, 0, 20, 0, -9}; // never the same again
  profile.more = {5, 0, 0, 0, 0, 0, 0, 0};
  const auto plan = plan_of(model, profile, "what is the weather in Rome?");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->calls.size(), 1U);
}

TEST(CallPipeline, ScoresNoNamesWhereTheyCannotChangeTheCount) {
  std::size_t ends = 0; // scored
  chat::FakeModel model({{.text = R"((city="Rome"))"}, {.text = R"((city="Rome"))"}},
                        [&ends](const chat::ScoreItem& item) {
                          ends += item.continuation == kDoneWord ? 1 : 0;
                          return item.continuation == "weather(city" ? -1.0 : -8.0;
                        });
  CallingProfile profile;
  profile.refuses = false;
  profile.more = {-9, 1, 0, 0, 0, 0, 0};
  ASSERT_TRUE(plan_of(model, profile, "what is the weather in Rome?"));
  EXPECT_EQ(ends, 0U);
  profile.skips_certain = false;
  ASSERT_TRUE(plan_of(model, profile, "what is the weather in Rome?"));
  EXPECT_EQ(ends, 1U);
}

TEST(CallPipeline, ScoresNoNamesWhereWordsAloneChoose) {
  std::size_t names = 0;
  std::size_t channels = 0;
  chat::FakeModel model({{.text = R"((city="Rome"))"}, {.text = R"((city="Rome"))"}},
                        [&](const chat::ScoreItem& item) {
                          ++(item.prompt.messages.empty() ? channels : names);
                          return -1.0;
                        });
  CallingProfile profile;
  profile.refuses = false;
  profile.scores_names = false;
  profile.skips_certain = false;
  const auto plan = plan_of(model, profile, "what is the weather in Rome?");
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 1U);
  EXPECT_EQ(plan->calls[0].tool, "weather");
  EXPECT_EQ(names, 0U);
  EXPECT_GT(channels, 0U);
}

TEST(CallPipeline, PutsTheClauseBeforeItsCall) {
  chat::FakeModel model({{.text = R"((room="hall"))"}, {.text = R"((city="Oslo"))"}},
                        [](const chat::ScoreItem&) { return -1.0; });
  CallingProfile profile;
  profile.refuses = false;
  profile.tool = {0, 20, 0, 0, 0}; // what is asked first
  profile.more = {-0.5, 0, 1, 0, 0, 0, 0};
  const auto plan =
      plan_of(model, profile, "Switch the light in the hall. How is the weather in Oslo?");
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 2U);
  EXPECT_EQ(plan->calls[0].tool, "light");
  const auto requests = model.requests();
  EXPECT_EQ(requests[0].prompt.text, "# Switch the light in the hall.\nlight");
  EXPECT_NE(requests[1].prompt.text.find("# How is the weather in Oslo?\nweather"),
            std::string::npos)
      << requests[1].prompt.text;
}

TEST(CallPipeline, RefusesWhatTheEvidenceSpeaksAgainst) {
  chat::FakeModel model({{.text = R"((city="Paris"))"}}, prefers("weather(city"));
  CallingProfile profile;
  profile.due[static_cast<std::size_t>(CallSign::kMissing)] = -5;
  const auto plan = plan_of(model, profile, "tell me a joke");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->calls.empty());
  EXPECT_LT(plan->call_probability, 0.5);
}

TEST(CallPipeline, ShowsExamplesFirstAndDeclaresThem) {
  const chat::FakeModel::Step rome{.text = R"((city="Rome"))"};
  chat::FakeModel model({rome, rome, rome}, prefers("weather(city"));
  CallingProfile profile;
  profile.refuses = false;
  chat::Prompt prompt = prompt_of("what is the weather in Rome?");
  prompt.messages.insert(prompt.messages.begin(), chat::system_message("Be brief."));
  ASSERT_TRUE(CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {}));
  profile.shows_examples = false;
  ASSERT_TRUE(CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {}));
  profile.shows_examples = true;
  profile.examples = 2;
  ASSERT_TRUE(CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {}));
  const auto requests = model.requests();
  ASSERT_EQ(requests.size(), 3U);
  const auto& turns = example_turns(CallSyntax::kPython);
  EXPECT_EQ(turns.size(), 2 * kExamplesMax);
  EXPECT_EQ(requests[2].prompt.messages.size(), 2U + 4U);
  ASSERT_EQ(requests[0].prompt.messages.size(), 2 + turns.size());
  EXPECT_EQ(requests[0].prompt.messages[1], turns[0]);
  const std::string& asked = requests[0].prompt.messages.back().text;
  EXPECT_NE(asked.find("def weather(city: str)"), std::string::npos) << asked;
  EXPECT_NE(asked.find("Be brief."), std::string::npos) << asked;
  ASSERT_EQ(requests[1].prompt.messages.size(), 2U);
  for (const chat::ChatRequest& request : requests) { // nothing of the client's is declared
    EXPECT_EQ(request.declared.messages.size() + 1, request.prompt.messages.size());
    for (const chat::Message& message : request.declared.messages) {
      EXPECT_EQ(message.text.find("brief"), std::string::npos);
      EXPECT_EQ(message.text.find("def weather("), std::string::npos);
    }
  }
}

TEST(WorkedExamples, AreCallsThatTheirToolsTake) {
  for (const CallSyntax syntax : {CallSyntax::kPython, CallSyntax::kJson}) {
    const auto& turns = example_turns(syntax);
    bool has_none = false;
    bool has_several = false;
    for (std::size_t i = 0; i + 1 < turns.size(); i += 2) {
      EXPECT_EQ(turns[i].role, chat::Role::kUser);
      EXPECT_EQ(turns[i + 1].role, chat::Role::kAssistant);
      const std::string& said = turns[i + 1].text;
      has_none = has_none || said == kNoneWord;
      has_several = has_several || std::ranges::count(said, '\n') > 1;
      EXPECT_TRUE(said == kNoneWord || said.ends_with(kDoneWord)) << said;
    }
    EXPECT_TRUE(has_none && has_several);
  }
}

TEST(CallingModel, EmitsCallsAsEventsAndPassesTheRestOn) {
  auto fake = std::make_unique<chat::FakeModel>(
      std::vector<chat::FakeModel::Step>{{.text = R"((room="hall"))"}, {.text = "It is on."}},
      prefers("light(room"));
  CallingProfile profile;
  profile.refuses = false;
  CallingModel model(std::move(fake), profile);
  chat::ChatRequest request;
  request.prompt = prompt_of("switch the light in the hall");
  const auto answer = chat::complete(model, request);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->tool_calls.size(), 1U);
  EXPECT_EQ(answer->tool_calls[0].name, "light");
  EXPECT_EQ(answer->tool_calls[0].id.size(), 9U);
  EXPECT_EQ(answer->finished.reason, chat::FinishReason::kToolCalls);
  chat::Message result;
  result.role = chat::Role::kTool;
  result.text = "on";
  request.prompt.messages.push_back(result);
  EXPECT_FALSE(wants_plan(request));
  const auto words = chat::complete(model, request);
  ASSERT_TRUE(words) << words.error().message;
  EXPECT_EQ(words->text, "It is on.");
}

TEST(CallSyntax, ReadsBackWhatItWrites) {
  const auto tool = read_tool(prompt_of("").tools[0]);
  ASSERT_TRUE(tool);
  for (const CallSyntax syntax : {CallSyntax::kPython, CallSyntax::kJson}) {
    const boost::json::object arguments{{"city", "a \"b\", c"}};
    std::string text = call_text(syntax, *tool, arguments);
    const std::string opening = call_opening(syntax, *tool);
    ASSERT_TRUE(text.starts_with(opening)) << text;
    EXPECT_EQ(read_arguments(syntax, *tool, text.substr(opening.size())), arguments);
  }
  EXPECT_EQ(named_call(CallSyntax::kPython, *tool), "weather(city");
  EXPECT_EQ(named_call(CallSyntax::kJson, *tool), R"({"name": "weather", "arguments": {"city)");
  EXPECT_EQ(call_text(CallSyntax::kPython, *tool, {}), "weather()");
  EXPECT_EQ(call_text(CallSyntax::kJson, *tool, {}), R"({"name": "weather", "arguments": {}})");
  EXPECT_TRUE(read_arguments(CallSyntax::kPython, *tool, "(city=\"cut of").empty());
}

} // namespace
} // namespace outpost::agents
