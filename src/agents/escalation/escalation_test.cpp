#include <gtest/gtest.h>

#include "agents/escalation/endpoint_escalation.h"
#include "agents/escalation/step_prompt.h"
#include "chat/fake_model.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

using chat::Confidentiality;

chat::Label labelled(Confidentiality confidentiality) {
  chat::Label label = chat::user_label();
  label.confidentiality = confidentiality;
  return label;
}

Tool find_order() {
  Tool tool{.name = "find_order", .description = "Finds an order"};
  tool.parameters = {{"id", {.name = "order"}, true},
                     {"count", {.name = "count", .type = ValueType::kInteger}, false}};
  return tool;
}

HardStep hard_call() {
  HardStep step;
  step.run_id = "run1";
  step.agent = "desk";
  step.request = {"where is the thing I got", labelled(Confidentiality::kInternal)};
  step.tools = {find_order()};
  step.probability = 0.3;
  return step;
}

chat::FakeModel::Step calls(const std::string& tool, const std::string& arguments) {
  return {.tool_calls = {{"c1", tool, arguments}}};
}

struct EscalationTest : testing::Test {
  FakeClock clock;
  Ledger ledger = *Ledger::open_in_memory(clock);
  bool line = true;
  remote::ConnectionProbe probe{[this] { return line; }, clock, 1};
  EscalationSpec spec;
  EscalationTest() {
    spec.name = "cloud";
    spec.prices = {{1'000'000'000}, {2'000'000'000}}; // 1 and 2 a million
  }

  // What a model with that script answers, and what it was sent.
  struct Asked {
    Result<EscalatedAnswer> answer;
    std::vector<chat::ChatRequest> sent;
  };
  Asked ask(const HardStep& step, std::vector<chat::FakeModel::Step> script) {
    chat::FakeModel model(std::move(script));
    EndpointEscalation escalation(spec, model, probe, ledger, clock);
    auto answer = escalation.ask(step, {});
    return {std::move(answer), model.requests()};
  }
  std::optional<KeptLocal> keeps(const HardStep& step) {
    chat::FakeModel model;
    EndpointEscalation escalation(spec, model, probe, ledger, clock);
    return escalation.keeps_local(step);
  }
};

TEST_F(EscalationTest, OnlyTheHardStepGoesUp) {
  HardStep step = hard_call();
  step.tools.front().examples = {"an example that costs tokens"};
  const auto asked = ask(step, {calls("find_order", R"({"id":"A-1"})")});
  ASSERT_TRUE(asked.answer) << asked.answer.error().message;
  EXPECT_EQ(asked.answer->call->tool, "find_order");
  EXPECT_EQ(chat::json_text(asked.answer->call->arguments), R"({"id":"A-1"})");
  EXPECT_EQ(asked.answer->label.trust, chat::Trust::kUntrusted);
  ASSERT_EQ(asked.sent.size(), 1U);
  const chat::Prompt& prompt = asked.sent[0].prompt;
  ASSERT_EQ(prompt.messages.size(), 2U);
  EXPECT_EQ(prompt.messages[1].text, "Request: where is the thing I got");
  ASSERT_EQ(prompt.tools.size(), 1U);
  EXPECT_EQ(prompt.tools[0].name, "find_order");
  EXPECT_EQ(asked.sent[0].sampling.temperature, 0);
}

TEST_F(EscalationTest, EachReasonToStayIsLookedAtInOrder) {
  HardStep step = hard_call();
  EXPECT_EQ(keeps(step), std::nullopt);
  line = false;
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(keeps(step), KeptLocal::kOffline);
  spec.limits.asks_run = 0;
  EXPECT_EQ(keeps(step), KeptLocal::kBudget);
  step.request.label = chat::user_label(); // personal
  EXPECT_EQ(keeps(step), KeptLocal::kConfidentiality);
  step.probability = 0.6;
  EXPECT_EQ(keeps(step), KeptLocal::kSure);
  const auto asked = ask(step, {calls("find_order", "{}")});
  EXPECT_EQ(asked.answer.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(asked.sent.empty());
}

// Twenty secrets in every place that a step has, whatever they look like: with a label that may
// not leave, none is in anything that was sent; with one that may, the same text is. So it is the
// label that decides, not a pattern.
TEST_F(EscalationTest, LocalOnlyNeverLeavesWhateverItLooksLike) {
  const std::vector<std::string> shapes = {"sk-live-", "the weather is ", "4111111111111111 ",
                                           "c2VjcmV0", "%73%65%63 ",      "Ä-Ö-",
                                           "\\u0073",  "{\"k\":\"",       "patient "};
  int sent_open = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string canary =
        shapes[static_cast<std::size_t>(i) % shapes.size()] + "canary" + std::to_string(i);
    for (const bool may_leave : {false, true}) {
      const chat::Label label =
          labelled(may_leave ? Confidentiality::kInternal : Confidentiality::kLocalOnly);
      for (const auto kind :
           {HardStep::Kind::kCall, HardStep::Kind::kSlot, HardStep::Kind::kAnswer}) {
        for (int place = 0; place < 3; ++place) {
          HardStep step = hard_call();
          step.kind = kind;
          step.parameter = "id";
          if (place == 0) step.request = {canary, label};
          if (place == 1) step.context = {{canary, label}};
          if (place == 2) {
            step.arguments["count"] = canary;
            step.arguments_label = label;
          }
          const auto asked = ask(step, {{.text = R"({"value":null})"}});
          for (const chat::ChatRequest& request : asked.sent) {
            for (const chat::Message& message : request.prompt.messages) {
              const bool there = message.text.find("canary") != std::string::npos;
              ASSERT_TRUE(may_leave || !there) << canary << place << to_string(kind);
              if (there) ++sent_open;
            }
          }
        }
      }
    }
  }
  // Request and context of three kinds, arguments of slots: seven places of twenty.
  EXPECT_EQ(sent_open, 20 * 7);
}

TEST_F(EscalationTest, WhatComesBackIsAsConfidentialAsWhatWentUp) {
  spec.allowed = Confidentiality::kPersonal;
  HardStep step = hard_call();
  step.context = {{"Ann lives in Bern", labelled(Confidentiality::kPersonal)}};
  const auto asked = ask(step, {{.text = "No tool fits."}});
  ASSERT_TRUE(asked.answer);
  EXPECT_EQ(asked.answer->label.confidentiality, Confidentiality::kPersonal);
  EXPECT_EQ(asked.answer->text, "No tool fits.");
  EXPECT_FALSE(asked.answer->call);
}

TEST_F(EscalationTest, ToolsTheOperatorWroteAreInternal) {
  spec.allowed = Confidentiality::kPublic;
  HardStep step = hard_call();
  step.request.label = labelled(Confidentiality::kPublic);
  EXPECT_EQ(keeps(step), KeptLocal::kConfidentiality);
}

TEST_F(EscalationTest, SuggestionsOutsideTheOfferAreRefused) {
  EXPECT_EQ(ask(hard_call(), {calls("delete_all", "{}")}).answer.error().code,
            ErrorCode::kCorruptData);
  HardStep slot = hard_call();
  slot.kind = HardStep::Kind::kSlot;
  slot.parameter = "count";
  EXPECT_EQ(ask(slot, {{.text = R"({"other":1})"}}).answer.error().code, ErrorCode::kCorruptData);
  EXPECT_EQ(ask(slot, {{.text = R"({"value":null})"}}).answer->value, std::nullopt);
  const auto asked = ask(slot, {{.text = R"({"value":3})"}});
  EXPECT_EQ(asked.answer->value, boost::json::value(3));
  EXPECT_NE(asked.sent[0].constraint->text.find(R"("type":"integer")"), std::string::npos);
}

TEST_F(EscalationTest, BooksWhatItCostAndStopsAtTheLimit) {
  const auto first = ask(hard_call(), {calls("find_order", "{}")});
  ASSERT_TRUE(first.answer);
  const EscalationUsage usage = first.answer->usage;
  EXPECT_EQ(usage.cost, cost_of(usage.prompt_tokens, usage.completion_tokens, spec.prices));
  EXPECT_EQ(ledger.total()->spending.cost, usage.cost);
  spec.limits.money_day = usage.cost; // nothing is left of it
  EXPECT_EQ(ask(hard_call(), {calls("find_order", "{}")}).answer.error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(ledger.total()->asks, 1U);
}

TEST_F(EscalationTest, ARefusalIsFreeAndADoubtIsBookedAtItsMost) {
  const auto fails_with = [&](ErrorCode code) {
    const std::int64_t before = ledger.total()->spending.cost.billionths;
    EXPECT_FALSE(ask(hard_call(), {{.error = Error{code, "no", ""}}}).answer);
    probe.learn(true);
    return ledger.total()->spending.cost.billionths - before;
  };
  EXPECT_EQ(fails_with(ErrorCode::kPermissionDenied), 0);
  EXPECT_EQ(fails_with(ErrorCode::kUnavailable), 0);
  EXPECT_GE(fails_with(ErrorCode::kTimeout), 256 * 2000); // all the answer it might have had
}

TEST_F(EscalationTest, AnEndpointThatFailedIsNotTriedAgainAtOnce) {
  EXPECT_FALSE(ask(hard_call(), {{.error = Error{ErrorCode::kUnavailable, "cut", ""}}}).answer);
  EXPECT_EQ(keeps(hard_call()), KeptLocal::kOffline);
  clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(keeps(hard_call()), std::nullopt);
}

Result<EscalationSpec> read(const std::string& yaml) {
  OUTPOST_TRY(const yaml::YamlNode node, yaml::parse_yaml(yaml, "a.yaml"));
  EscalationSpec spec;
  OUTPOST_CHECK(read_escalation(node, "a.yaml", spec));
  return spec;
}

const std::string kCompulsory = "endpoint: https://x/v1\nmodel: big\n"
                                "prices: {prompt: 0.15, completion: 0.6}\n";

TEST(EscalationSpec, IsReadWithItsDefaults) {
  const auto spec = read(kCompulsory);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->allowed, Confidentiality::kInternal);
  EXPECT_EQ(spec->prices.prompt_million, Money{150'000'000});
  EXPECT_EQ(spec->compared_with.completion_million, Money{600'000'000});
  const auto full = read(kCompulsory + "name: cloud\nbelow: 0.5\nallowed: personal\n"
                                       "key: {environment: KEY}\n"
                                       "limits: {money_day: 1, money_run: 0.05, tokens_day: 9, "
                                       "asks_run: 2}\n");
  ASSERT_TRUE(full) << full.error().message;
  EXPECT_EQ(full->allowed, Confidentiality::kPersonal);
  EXPECT_EQ(full->limits.money_run, Money{50'000'000});
  EXPECT_EQ(full->limits.asks_run, 2U);
}

TEST(EscalationSpec, MistakesAreNamed) {
  const auto message = [](const std::string& yaml) {
    const auto spec = read(yaml);
    return spec ? std::string() : spec.error().message;
  };
  EXPECT_EQ(message(kCompulsory + "allowed: local_only\n"),
            "a.yaml:4:10: what is local_only never leaves this machine");
  EXPECT_NE(message(kCompulsory + "below: 2\n"), "");
  EXPECT_NE(message(kCompulsory + "limits: {money_day: -1}\n"), "");
  EXPECT_NE(message(kCompulsory + "key: {}\n"), "");
  EXPECT_NE(message(kCompulsory + "name: local\n"), "");
  EXPECT_NE(message("endpoint: https://x/v1\nmodel: big\n"), "");
}

} // namespace
} // namespace outpost::agents
