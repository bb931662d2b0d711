// Words, slips, clauses.
#include <gtest/gtest.h>

#include "agents/call/clauses.h"
#include "agents/call/words.h"
#include "base/edit_distance.h"

namespace outpost::agents {
namespace {

TEST(Words, KnowTheirPlaces) {
  const std::string text = "Where's my Order A-1, caf\xC3\xA9?";
  const auto words = split_words(text);
  ASSERT_EQ(words.size(), 6u);
  EXPECT_EQ(words[0].text, "wheres");
  EXPECT_EQ(text.substr(words[0].begin, words[0].end - words[0].begin), "Where's");
  EXPECT_EQ(words[2].text, "order");
  EXPECT_EQ(words[5].text, "caf\xC3\xA9");
}

TEST(Words, FormsShareAStem) {
  for (const auto& [a, b] :
       std::vector<std::pair<const char*, const char*>>{{"orders", "ordered"},
                                                        {"shipping", "shipped"},
                                                        {"cancelled", "cancellation"},
                                                        {"canceled", "cancel"},
                                                        {"delivery", "delivered"},
                                                        {"prices", "price"},
                                                        {"availability", "available"},
                                                        {"batteries", "battery"},
                                                        {"boxes", "box"}}) {
    EXPECT_EQ(stem(a), stem(b)) << a << " " << b;
  }
  EXPECT_EQ(stem("gas"), "gas");
  EXPECT_EQ(stem("glass"), "glass");
  EXPECT_NE(stem("stock"), stem("stop"));
}

TEST(Words, AreBounded) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "a ";
  EXPECT_EQ(split_words(text).size(), kWordsMax);
}

TEST(EditDistance, CountsSlips) {
  EXPECT_EQ(edit_distance("kettle", "kettle", 2), 0u);
  EXPECT_EQ(edit_distance("kettel", "kettle", 2), 1u); // a swap is one
  EXPECT_EQ(edit_distance("ketle", "kettle", 2), 1u);
  EXPECT_EQ(edit_distance("metal", "kettle", 2), std::nullopt);
  EXPECT_EQ(edit_distance("", "ab", 2), 2u);
  EXPECT_EQ(edit_distance(std::string(100, 'a'), std::string(99, 'a'), 2), std::nullopt);
}

TEST(EditDistance, NearestNameIsNearEnough) {
  EXPECT_EQ(nearest_name("desription", {"name", "description"}), "description");
  EXPECT_EQ(nearest_name("colour", {"name", "description"}), std::nullopt);
  EXPECT_EQ(nearest_name("ab", {"ac"}), std::nullopt); // too short for a slip
}

std::vector<std::string> clauses_of(const std::string& text,
                                    const std::vector<Clause>& protect = {}) {
  std::vector<std::string> parts;
  for (const Clause& clause : split_clauses(text, protect)) {
    parts.push_back(text.substr(clause.begin, clause.end - clause.begin));
  }
  return parts;
}

TEST(Clauses, EndWhereOneMayAskAnew) {
  EXPECT_EQ(clauses_of("Is it there? And what is it?"),
            (std::vector<std::string>{"Is it there?", " And what is it?"}));
  EXPECT_EQ(clauses_of("price and stock of it"),
            (std::vector<std::string>{"price ", "and stock of it"}));
  EXPECT_EQ(clauses_of("order no. 20351 is late").size(), 1u);
  EXPECT_EQ(clauses_of("it costs 3.50 euros").size(), 1u);
}

TEST(Clauses, LeaveValuesWhole) {
  const std::string text = "Salt and Pepper Set price";
  EXPECT_EQ(clauses_of(text, {{0, 19}}).size(), 1u);
  EXPECT_EQ(clauses_of(text).size(), 2u);
}

TEST(Clauses, CoverTheTextAndAreFew) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "one? ";
  const auto clauses = split_clauses(text, {});
  ASSERT_EQ(clauses.size(), kClausesMax);
  EXPECT_EQ(clauses.front().begin, 0u);
  EXPECT_EQ(clauses.back().end, text.size());
  EXPECT_TRUE(split_clauses("", {}).empty());
}

} // namespace
} // namespace outpost::agents
