#include <gtest/gtest.h>

#include "api/call_sequence.h"

namespace outpost::api {
namespace {

// "begin 0 f({"a" / add 0 ": 1} / end 0 ..."
std::string told(const std::vector<CallStep>& steps) {
  constexpr const char* kNames[] = {"begin", "add", "end", "cut"};
  std::string out;
  for (const CallStep& step : steps) {
    out += (out.empty() ? "" : "; ") + std::string(kNames[static_cast<int>(step.kind)]) + " " +
           std::to_string(step.index) + " " + step.added;
  }
  return out;
}

chat::ToolCallEvent whole(const char* arguments) { return {{"aaaaaaaaa", "f", arguments}}; }
chat::ToolCallPiece first(std::uint32_t index, const char* arguments) {
  return {index, "aaaaaaaaa", "f", arguments};
}

TEST(CallSequence, WholeCallsBeginAndEnd) {
  CallSequence calls(false);
  EXPECT_EQ(told(calls.take(whole("{}"))), "begin 0 {}; end 0 ");
  EXPECT_EQ(told(calls.take(whole("{1}"))), "begin 1 {1}; end 1 ");
  EXPECT_EQ(told(calls.finish()), "");
}

TEST(CallSequence, PiecesAndTheirWholeCallAreToldOnce) {
  CallSequence calls(false);
  EXPECT_EQ(told(calls.take(first(0, "{"))), "begin 0 {");
  EXPECT_EQ(calls.take_text(" and"), "");
  EXPECT_EQ(calls.take_text(" so"), "");
  EXPECT_EQ(told(calls.take(chat::ToolCallPiece{0, {}, {}, "}"})), "add 0 }");
  const auto end = calls.take(whole("{}"));
  EXPECT_EQ(told(end), "end 0 ");
  EXPECT_EQ(end[0].call.arguments, "{}");
  EXPECT_EQ(end[0].text, " and so");
  EXPECT_EQ(calls.take_text("on"), "on");
  EXPECT_EQ(told(calls.take(whole("{2}"))), "begin 1 {2}; end 1 ");
}

TEST(CallSequence, ACallEndsWhenTheNextBeginsInTheSameStep) {
  CallSequence calls(false);
  (void)calls.take(first(0, "{}"));
  EXPECT_EQ(told(calls.take(first(1, "{"))), "end 0 ; begin 1 {");
  EXPECT_EQ(told(calls.take(whole("{}"))), "");
  EXPECT_EQ(told(calls.finish()), "cut 1 ");
}

TEST(CallSequence, OnlyTheFirstWhereOneIsWanted) {
  CallSequence calls(true);
  (void)calls.take(first(0, "{}"));
  EXPECT_EQ(told(calls.take(whole("{}"))), "end 0 ");
  EXPECT_EQ(told(calls.take(first(1, "{"))), "");
  EXPECT_EQ(told(calls.take(whole("{}"))), "");
  EXPECT_EQ(told(calls.take(whole("{}"))), "");
}

} // namespace
} // namespace outpost::api
