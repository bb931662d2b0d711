#include <gtest/gtest.h>

#include "agents/call/mention.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

ValueKind kind(const std::string& name) {
  ValueKind made;
  made.name = name;
  return made;
}

Recognisers shop() {
  Recognisers all;
  ValueKind order = kind("order");
  order.pattern = R"(A-\d{5})";
  order.cues = {"order", "parcel"};
  ValueKind code = kind("code");
  code.pattern = R"([A-Z]{3,12}\d{1,3})";
  code.cues = {"code", "voucher"};
  ValueKind product = kind("product");
  product.lookup = "SELECT";
  ValueKind pieces = kind("pieces");
  pieces.type = ValueType::kInteger;
  pieces.minimum = 1;
  ValueKind email = kind("email");
  email.format = ValueFormat::kEmail;
  EXPECT_TRUE(all.add(order, {}));
  EXPECT_TRUE(all.add(code, {"SPRING15"}));
  EXPECT_TRUE(
      all.add(product, {"Kestrel Tent 2P", "Kestrel Tent 3P", "Copper Kettle", "Ember Camp Stove",
                        "Firefly Headlamp", "Bracken Cook Set", "Thermo Flask 750", "Rake"}));
  EXPECT_TRUE(all.add(pieces, {}));
  EXPECT_TRUE(all.add(email, {}));
  return all;
}

// "kind=value" for each clear mention, in order; a star for a number that counts something.
std::string found(const std::string& text) {
  std::string out;
  for (const Mention& mention : shop().find(Text(text))) {
    if (mention.strength < kClearMention) continue;
    out += (out.empty() ? "" : " ") + mention.kind + "=" + chat::json_text(mention.value) +
           (mention.attached ? "*" : "");
  }
  return out;
}

struct Case {
  const char* text;
  const char* found;
};
class Mentions : public ::testing::TestWithParam<Case> {};
TEST_P(Mentions, AreFound) {
  EXPECT_EQ(found(GetParam().text), GetParam().found) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, Mentions,
    ::testing::Values(Case{"Where is order A-20417?", R"(order="A-20417")"},
                      Case{"where's a20417", R"(order="A-20417")"},
                      Case{"order no. 20417 please", R"(order="A-20417")"},
                      Case{"#20417", R"(order="A-20417")"},
                      Case{"Where is A\u201320417?", R"(order="A-20417")"}, // en dash
                      Case{"order A\u221220417", R"(order="A-20417")"},     // minus
                      Case{"A\u2011\u200b20417", R"(order="A-20417")"},     // no break, zero width
                      Case{"my order\u2014A\u00a0\u2010 20417", R"(order="A-20417")"},
                      Case{"A-20417 and A-20418", R"(order="A-20417" order="A-20418")"},
                      Case{"with the code hello99", R"(code="HELLO99")"},
                      Case{"the spring 15 voucher", R"(code="SPRING15")"},
                      Case{"I paid for 2 of those", "pieces=2*"},
                      Case{"3 copper kettles", R"(pieces=3* product="Copper Kettle")"},
                      Case{"a dozen of the Copper Kettle", R"(pieces=12* product="Copper Kettle")"},
                      Case{"ordered 9 days ago", "pieces=9"},
                      Case{"what do I pay 4 the copper kettle",
                           R"(pieces=4 product="Copper Kettle")"},
                      Case{"two of the copper kettles", R"(pieces=2* product="Copper Kettle")"},
                      Case{"copperkettles", R"(product="Copper Kettle")"},
                      Case{"coper ketle", R"(product="Copper Kettle")"},
                      Case{"head lamp firefly", R"(product="Firefly Headlamp")"},
                      Case{"the 3P kestrel tents", R"(product="Kestrel Tent 3P")"},
                      Case{"Thermo Flask 750 x2", R"(product="Thermo Flask 750" pieces=2*)"},
                      Case{"take or make a raek", R"(product="Rake")"},
                      Case{"what would it set me back in the store", ""},
                      Case{"Mail Ada.Almstad@Example.com.", R"(email="ada.almstad@example.com")"},
                      Case{"a@b", ""}, Case{"1,200 pieces", "pieces=1200*"}, Case{"0 or -1", ""}));

TEST(Mention, KeepsWhatFitsAsWell) {
  const auto mentions = shop().find(Text("is the kestrel tent there?"));
  ASSERT_EQ(mentions.size(), 1u);
  ASSERT_EQ(mentions[0].alternatives.size(), 1u);
}

// Two kinds of numbers: one that words announce, one that is any other number.
TEST(Mention, ANumberIsWhatTheWordBesideItSays) {
  Recognisers all;
  ValueKind boxes = kind("boxes");
  boxes.type = ValueType::kInteger;
  ValueKind amount = kind("amount");
  amount.type = ValueType::kInteger;
  amount.cues = {"euros"};
  ASSERT_TRUE(all.add(boxes, {}));
  ASSERT_TRUE(all.add(amount, {}));
  const auto kinds = [&all](const std::string& text) {
    std::string out;
    for (const Mention& mention : all.find(Text(text))) out += mention.kind + " ";
    return out;
  };
  EXPECT_EQ(kinds("7 of them for 40 euros"), "boxes amount ");
  EXPECT_EQ(kinds("euros: 40, and 7"), "amount boxes ");
  EXPECT_EQ(kinds("7"), "boxes ");
}

TEST(Mention, SupportsOnlyWhatIsThere) {
  const Recognisers all = shop();
  EXPECT_TRUE(all.supports("order", boost::json::string("A-20417"), Text("the 20417 one")));
  EXPECT_FALSE(all.supports("order", boost::json::string("A-20418"), Text("the 20417 one")));
  EXPECT_TRUE(
      all.supports("product", boost::json::string("Kestrel Tent 3P"), Text("kestrel tent")));
  EXPECT_FALSE(all.supports("product", boost::json::string("Copper Kettle"), Text("kestrel tent")));
  EXPECT_FALSE(all.supports("colour", boost::json::string("red"), Text("red")));
}

// No text is too odd: whatever comes in, what is found lies inside it.
TEST(Mention, SurvivesAnything) {
  const Recognisers all = shop();
  std::string text;
  for (int i = 0; i < 3000; ++i) text += static_cast<char>((i * 7919) % 256);
  for (const std::string& odd : {std::string(), std::string("@"), std::string(5000, '@'), text,
                                 std::string("A-") + std::string(5000, '1')}) {
    for (const Mention& mention : all.find(Text(odd))) {
      EXPECT_LT(mention.begin, mention.end);
      EXPECT_LE(mention.end, odd.size());
    }
  }
}

} // namespace
} // namespace outpost::agents
