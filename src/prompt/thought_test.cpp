#include <gtest/gtest.h>

#include "prompt/thought.h"

namespace outpost::prompt {
namespace {

struct ThoughtCase {
  std::string text;
  bool begins_inside;
  std::string thought;
  std::string said;
};

const std::vector<ThoughtCase> kThoughtCases = {
    {"Hello.", false, "", "Hello."},
    {"<think>\nTwo and two.\n</think>\n\nFour.", false, "Two and two.", "Four."},
    {"\n<think>a\n\nb</think>c", false, "a\n\nb", "c"},
    {"<think>\n\n</think>\n\nFour.", false, "", "Four."},
    {"Two and two.\n</think>\n\nFour.", true, "Two and two.", "Four."},
    {"never closed", true, "never closed", ""},
    {"<think>I shall call.<tool_call>{}</tool_call>", false, "I shall call.",
     "<tool_call>{}</tool_call>"},
    {"The tag <think> is text here.</think>", false, "", "The tag <think> is text here.</think>"},
    {"<thin", false, "", "<thin"},
    {"a < b </thin", true, "a < b </thin", ""},
    {"", false, "", ""},
    {" ", false, "", " "},
};

TEST(ThoughtSplitter, SplitsTheSameHoweverTheAnswerIsCut) {
  for (const ThoughtCase& test : kThoughtCases) {
    for (std::size_t step = 1; step <= test.text.size() + 1; ++step) {
      ThoughtSplitter splitter(kThinkTags, test.begins_inside, {"<tool_call>"});
      std::string thought, said;
      const auto take = [&](const ThoughtSplitter::Piece& piece) {
        thought += piece.thought;
        said += piece.text;
      };
      for (std::size_t at = 0; at < test.text.size(); at += step) {
        take(splitter.push(std::string_view(test.text).substr(at, step)));
      }
      take(splitter.finish());
      ASSERT_EQ(thought, test.thought) << test.text << " by " << step;
      ASSERT_EQ(said, test.said) << test.text << " by " << step;
    }
  }
}

TEST(ThoughtSplitter, KnowsAPromptThatOpensAThought) {
  EXPECT_TRUE(ends_in_thought("<｜Assistant｜><think>\n", kThinkTags));
  EXPECT_FALSE(ends_in_thought("<think>\n\n</think>\n\n", kThinkTags));
  EXPECT_FALSE(ends_in_thought("", kThinkTags));
}

} // namespace
} // namespace outpost::prompt
