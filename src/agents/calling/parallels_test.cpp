// What one sentence says in parallel: where it is cut, and what is no such thing.
#include <gtest/gtest.h>

#include "agents/calling/request_parallels.h"
#include "agents/calling/request_segments.h"

namespace outpost::agents {
namespace {

CallableTool tool_with(const std::string& parameters) {
  return *read_tool({"tool", "Does it", parameters});
}

CallableTool way() {
  return tool_with(R"({"type":"object","properties":{"start":{"type":"string"},
    "goal":{"type":"string"},"by_rail":{"type":"boolean"}},"required":["start","goal"]})");
}
CallableTool order() {
  return tool_with(R"({"type":"object","properties":{"shop":{"type":"string"},
    "amount":{"type":"number"}},"required":["shop","amount"]})");
}
CallableTool root() {
  return tool_with(R"({"type":"object","properties":{"number":{"type":"number"}},
    "required":["number"]})");
}

std::vector<std::string> texts(const std::string& request, const CallableTool& tool) {
  std::vector<std::string> out;
  for (const ParallelPart& part :
       find_parallels(request, {0, request.size()}, RequestOutline(request), tool)) {
    out.push_back(part.text);
  }
  return out;
}

TEST(FindParallels, WritesEachPartOut) {
  EXPECT_EQ(texts("Show the way from Oslo to Bergen, then from Bergen to Voss, and finally from "
                  "Voss to Oslo, without any toll.",
                  way()),
            (std::vector<std::string>{"Show the way from Oslo to Bergen, without any toll.",
                                      "Show the way from Bergen to Voss, without any toll.",
                                      "Show the way from Voss to Oslo, without any toll."}));
  EXPECT_EQ(
      texts("Order for 20 euros from Aldi and for 35 euros from Spar", order()),
      (std::vector<std::string>{"Order for 20 euros from Aldi.", "Order for 35 euros from Spar."}));
}

TEST(FindParallels, KeepsWhatAPartAloneEndsWith) {
  EXPECT_EQ(texts("the way from Oslo to Voss on foot, then from Voss to Bergen by car", way()),
            (std::vector<std::string>{"the way from Oslo to Voss on foot.",
                                      "the way from Voss to Bergen by car."}));
}

TEST(FindParallels, NeedAWordSaidAgainBeforeALoneValue) {
  EXPECT_EQ(texts("Find the root of the number 9 and the number 16", root()).size(), 2U);
  EXPECT_TRUE(texts("Find the root of 9 and the number 16", root()).empty());
  EXPECT_TRUE(
      texts("the root of 5, the root of 3, then the root of 4 and the root of 2", root()).empty());
}

// The same words but for values, and one more.
TEST(FindParallels, TakesTwins) {
  EXPECT_EQ(texts("How do I bake 12 rolls in a hot oven and 30 rolls in a warm oven?", root()),
            (std::vector<std::string>{"How do I bake 12 rolls in a hot oven?",
                                      "How do I bake 30 rolls in a warm oven?"}));
  EXPECT_EQ(
      texts("Find trains: Oslo to Voss and Oslo to Bergen", way()),
      (std::vector<std::string>{"Find trains: Oslo to Voss.", "Find trains: Oslo to Bergen."}));
  EXPECT_EQ(texts("the root of the number 9 and the number 16, as text", root()),
            (std::vector<std::string>{"the root of the number 9, as text",
                                      "the root of the number 16, as text"}));
}

TEST(FindParallels, LeaveWhatIsOneCall) {
  for (const char* request :
       {"Show the way between Oslo and Bergen", "Show the way from Oslo and from Bergen",
        "I am in Voss: the way from Oslo to Bergen and from Bergen to Hamar",
        "ways from Oslo to Bergen and from Voss to Hamar to Oslo",
        "the ways from Oslo to Voss and from Voss to Oslo respectively", ""}) {
    EXPECT_TRUE(texts(request, way()).empty()) << request;
  }
}

TEST(SegmentRequest, CutsWhatIsSaidInParallel) {
  const auto segments =
      segment_request("Tell me the way from Oslo to Bergen, and then from Bergen to Voss", {way()});
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].text, "Tell me the way from Oslo to Bergen.");
  EXPECT_EQ(segments[1].text, "Tell me the way from Bergen to Voss.");
}

} // namespace
} // namespace outpost::agents
