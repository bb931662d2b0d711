#include <gtest/gtest.h>

#include "agents/spec/agent_spec.h"
#include "agents/tools/function/function_toolset.h"
#include "agents/tools/policy/permission_toolset.h"
#include "agents/tools/policy/policy_toolsets.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

const std::string kSecret = "sk-ÜsER/key+123456";

// pay(amount, to), look(): how often they were reached, and what they are to fail with.
class Tools {
public:
  Tools() {
    set.add({.name = "pay",
             .parameters = {decimal_number("amount", "how much"), words("to", "to whom")},
             .effect = Effect::kIrreversible},
            [this](const Arguments& arguments, const CallContext&) { return reach(arguments); });
    set.add({.name = "look", .parameters = {optional(words("at", "at what"))}},
            [this](const Arguments& arguments, const CallContext&) { return reach(arguments); });
  }

  FunctionToolset set;
  int calls = 0;
  int failures = 0; // that come first
  std::string said = "fine";

private:
  Result<json::value> reach(const Arguments& arguments) {
    ++calls;
    if (failures-- > 0) return fail(ErrorCode::kUnavailable, "gone: " + said);
    return json::value(
        json::object{{"say", said}, {"deep", {{"list", {said}}}}, {"arguments", arguments.all()}});
  }
};

Call pay(double amount, const std::string& to) {
  return {"c1", "pay", {{"amount", amount}, {"to", to}}};
}

CallContext as(const std::string& principal) {
  CallContext context;
  context.principal.value = principal;
  return context;
}

TEST(PermissionToolset, DecidesByWhoWhatAndWith) {
  const auto spec = parse_agent(R"(name: a
model: m
builtin: [clock]
permissions:
  roles: {boss: [ann]}
  rules:
    - deny: [pay]
      when: {to: {pattern: 'X-\d+'}}
    - {allow: ["*"], who: [boss]}
    - allow: [pay]
      who: [bob]
      when: {amount: {at_most: 50}, to: {one_of: [shop, bank]}}
    - {allow: [look]}
)",
                                "a.yaml", "/");
  ASSERT_TRUE(spec) << spec.error().message;
  Tools tools;
  PermissionToolset permitted(tools.set, spec->permissions);
  EXPECT_TRUE(permitted.call(pay(9000, "anybody"), as("ann")));
  EXPECT_FALSE(permitted.call(pay(1, "X-12"), as("ann")));
  EXPECT_TRUE(permitted.call(pay(50, "shop"), as("bob")));
  EXPECT_FALSE(permitted.call(pay(50.01, "shop"), as("bob")));
  EXPECT_FALSE(permitted.call(pay(50, "thief"), as("bob")));
  EXPECT_FALSE(permitted.call({"c", "pay", {{"to", "shop"}}}, as("bob"))); // no amount, no rule
  EXPECT_FALSE(permitted.call({"c", "pay", {{"amount", "5"}, {"to", "shop"}}}, as("bob")));
  EXPECT_FALSE(permitted.call(pay(1, "shop"), as("boss"))); // a role's name is nobody
  EXPECT_TRUE(permitted.call({"c", "look", {}}, as("eve")));
  const auto denied = permitted.call(pay(1, "shop"), as("eve"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(tools.calls, 3);
}

TEST(RedactionToolset, KeepsSecretsIn) {
  Tools tools;
  tools.said = "the key is " + kSecret + "!";
  RedactionToolset kept(tools.set, {kSecret, "abc"});
  const auto result = kept.call({"c", "look", {}}, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->statement, "the key is [redacted]!");
  EXPECT_EQ(result->content.at("deep").at("list").at(0), "the key is [redacted]!");
  tools.failures = 1;
  EXPECT_EQ(kept.call({"c", "look", {}}, {}).error().message, "gone: the key is [redacted]!");
  EXPECT_EQ(tools.calls, 2);
  for (const char* leak :
       {"x sk-ÜsER/key+123456 y", "sk-%C3%9CsER%2Fkey%2B123456",
        "736b2dc39c7345522f6b65792b313233343536", "say c2stw5xzRVIva2V5KzEyMzQ1Ng=="}) {
    const auto refused = kept.call({"c", "look", {{"at", leak}}}, {});
    ASSERT_FALSE(refused) << leak;
    EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ(refused.error().message.find("sk-"), std::string::npos);
  }
  EXPECT_EQ(tools.calls, 2);
  EXPECT_TRUE(kept.call({"c", "look", {{"at", "abc"}}}, {})); // too short to be told apart
}

TEST(RetryToolset, RepeatsOnlyWhatOnlyReads) {
  Tools tools;
  std::vector<int> waits;
  RetryToolset patient(tools.set, 3, [&](int attempt) { waits.push_back(attempt); });
  tools.failures = 2;
  EXPECT_TRUE(patient.call({"c", "look", {}}, {}));
  EXPECT_EQ(tools.calls, 3);
  EXPECT_EQ(waits, (std::vector<int>{1, 2}));
  tools.failures = 3;
  EXPECT_FALSE(patient.call({"c", "look", {}}, {}));
  EXPECT_EQ(tools.calls, 6);
  tools.failures = 1;
  EXPECT_FALSE(patient.call(pay(1, "shop"), {}));
  EXPECT_EQ(tools.calls, 7);
  EXPECT_FALSE(patient.call({"c", "look", {{"at", 7}}}, {})); // will not get better
  EXPECT_EQ(tools.calls, 7);
}

TEST(AuditToolset, WhatCannotBeRecordedIsNotDone) {
  Tools tools;
  std::vector<std::string> record;
  bool disk_is_full = false;
  AuditToolset audited(tools.set, [&](const AuditEntry& entry) -> Status {
    if (disk_is_full) return fail(ErrorCode::kResourceExhausted, "the disk is full");
    record.push_back(entry.principal + " " + entry.tool + " " +
                     std::string(to_string(entry.effect)) + " " + entry.outcome);
    return {};
  });
  EXPECT_TRUE(audited.call(pay(1, "shop"), as("ann")));
  tools.failures = 1;
  EXPECT_FALSE(audited.call({"c", "look", {}}, as("bob")));
  EXPECT_EQ(record,
            (std::vector<std::string>{"ann pay irreversible asked", "ann pay irreversible done",
                                      "bob look read asked", "bob look read unavailable"}));
  disk_is_full = true;
  EXPECT_FALSE(audited.call(pay(1, "shop"), as("ann")));
  EXPECT_EQ(tools.calls, 2);
}

} // namespace
} // namespace outpost::agents
