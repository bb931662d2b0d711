#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agents/memory/conversation.h"
#include "agents/memory/fact_patterns.h"
#include "agents/memory/label_text.h"
#include "agents/memory/sqlite_memory.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

constexpr std::int64_t kDay = 86'400'000;
const MemoryScope kAna{{"ana"}, "clinic"};
const MemoryScope kBen{{"ben"}, "clinic"};

MemoryTurn turn(const std::string& request, std::int64_t day,
                chat::Label label = chat::user_label()) {
  return {"s", request, "", day * kDay, std::move(label)};
}

std::vector<std::string> sources(const Recollection& found) {
  std::vector<std::string> all;
  for (const MemoryItem& item : found.items) all.push_back(item.source);
  return all;
}

std::string facts_text(std::string_view text) {
  std::string all;
  for (const MemoryFact& fact : facts_in(text)) {
    all += (all.empty() ? "" : "; ") + fact.relation + "=" + fact.value;
  }
  return all;
}

TEST(FactPatterns, FindWhatIsStatedOutright) {
  EXPECT_EQ(facts_text("Hi, my name is Maria Costa and I live in Lyon."),
            "name=Maria Costa; lives in=Lyon");
  EXPECT_EQ(facts_text("I'm allergic to hazelnuts and penicillin"), "allergic to=hazelnuts");
  EXPECT_EQ(facts_text("my shoe size is 43, please note"), "shoe size=43");
  EXPECT_EQ(facts_text("My favourite colour is dark red"), "favourite colour=dark red");
  EXPECT_EQ(facts_text("my dog is called Rex"), "dog's name=Rex");
  EXPECT_EQ(facts_text("I work for a bank"), "");
  EXPECT_EQ(facts_text("Is my name is Anna?"), "");
  EXPECT_EQ(facts_text("my knee is sore"), "");
  EXPECT_EQ(facts_text("my name is"), "");
  EXPECT_EQ(facts_text(""), "");
}

TEST(SqliteMemory, FindsTheTurnWithOtherWords) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory) << memory.error().message;
  ASSERT_TRUE((*memory)->remember(kAna, turn("The vet said Rex needs two tablets a day", 1)));
  ASSERT_TRUE((*memory)->remember(kAna, turn("We bought a green sofa", 2)));
  const auto found = (*memory)->recall({kAna, "How many pills for the dog?", 600, 3 * kDay});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->items.size(), 1U);
  EXPECT_EQ(found->items[0].text, "[1970-01-02] user: The vet said Rex needs two tablets a day");
  EXPECT_EQ(found->items[0].label.trust, chat::Trust::kUser);
  EXPECT_EQ(found->items[0].label.source, chat::Source::kMemory);
  EXPECT_EQ(found->items[0].label.confidentiality, chat::Confidentiality::kPersonal);
}

TEST(SqliteMemory, NeverCrossesPrincipals) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory);
  ASSERT_TRUE((*memory)->remember(kAna, turn("My name is Ana and the canary secret is 4711", 1)));
  ASSERT_TRUE((*memory)->remember(kBen, turn("the weather is fine", 1)));
  for (const char* request : {"canary secret", "name", "4711", "what is my name",
                              "\" OR owner : \"2", "owner", "words : *", "NEAR(a b)"}) {
    const auto found = (*memory)->recall({kBen, request, 600, 2 * kDay});
    ASSERT_TRUE(found) << request << ": " << found.error().message;
    EXPECT_EQ(found->text().find("4711"), std::string::npos) << request;
    EXPECT_EQ(found->text().find("Ana"), std::string::npos) << request;
  }
  EXPECT_EQ((*memory)->export_lines({"ben"})->find("4711"), std::string::npos);
  EXPECT_EQ((*memory)->forget({{"ben"}, "", {}, {}, ""}).value(), 1U);
  EXPECT_NE((*memory)->export_lines({"ana"})->find("4711"), std::string::npos);
}

TEST(SqliteMemory, ANewFactEndsTheOldOneAndKeepsHistory) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory);
  ASSERT_TRUE((*memory)->remember(kAna, turn("I live in Lyon.", 1)));
  ASSERT_TRUE((*memory)->remember(kAna, turn("I moved to Porto", 10)));
  ASSERT_TRUE((*memory)->remember(kAna, turn("I live in porto!", 11))); // known already
  const auto history = (*memory)->facts({"ana"}, {});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 2U);
  EXPECT_EQ((*history)[0].value, "Porto");
  EXPECT_FALSE((*history)[0].valid_to_ms);
  EXPECT_EQ((*history)[1].valid_to_ms, 10 * kDay);
  EXPECT_EQ((*memory)->facts({"ana"}, 5 * kDay)->at(0).value, "Lyon");
  const auto found = (*memory)->recall({kAna, "hello", 600, 12 * kDay});
  ASSERT_EQ(found->items.size(), 1U);
  EXPECT_EQ(found->items[0].text, "lives in: Porto (1970-01-11)");
  EXPECT_EQ(found->items[0].source, "fact 4 of turn 3");
}

TEST(SqliteMemory, KeepsToItsTokens) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory);
  std::string text = "about the garden:";
  for (int i = 0; i < 200; ++i) text += " tomato plant number " + std::to_string(i);
  for (int day = 1; day < 4; ++day) ASSERT_TRUE((*memory)->remember(kAna, turn(text, day)));
  for (const std::uint32_t most : {0U, 10U, 60U, 200U, 2000U}) {
    const auto found = (*memory)->recall({kAna, "tomato garden", most, 9 * kDay});
    ASSERT_TRUE(found);
    EXPECT_LE(found->tokens, most);
    EXPECT_LE(found->text().size(), most * 3);
    EXPECT_EQ(found->items.empty(), most < 40) << most;
  }
}

TEST(SqliteMemory, SurvivesRestartsAndForgets) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "outpost_memory_test.sqlite";
  std::filesystem::remove(path);
  {
    auto memory = SqliteMemory::open(path);
    ASSERT_TRUE(memory) << memory.error().message;
    ASSERT_TRUE((*memory)->remember(kAna, turn("my code is QX7781, keep it", 1)));
    ASSERT_TRUE((*memory)->remember(kAna, turn("the plum tree blooms", 2)));
    ASSERT_TRUE((*memory)->remember(
        kAna, MemoryCase{0, "cancel it", "cancel_order", "[]", "done", true, kDay, {}}));
  }
  auto memory = SqliteMemory::open(path);
  ASSERT_TRUE(memory) << memory.error().message;
  const auto found = (*memory)->recall({kAna, "which code?", 600, 3 * kDay});
  EXPECT_EQ(sources(*found), (std::vector<std::string>{"fact 2 of turn 1", "turn 1"}));
  EXPECT_EQ((*memory)->confirmed_cases(kAna)->size(), 1U);
  EXPECT_TRUE((*memory)->confirmed_cases(kBen)->empty());
  // The turn takes its fact along, and no byte of it stays in the file.
  EXPECT_EQ((*memory)->forget({{"ana"}, "", MemoryId{1}, {}, ""}).value(), 2U);
  EXPECT_TRUE((*memory)->recall({kAna, "which code?", 600, 3 * kDay})->items.empty());
  memory->reset();
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(bytes.find("QX7781"), std::string::npos);
  EXPECT_EQ(bytes.find("qx7781"), std::string::npos);
  EXPECT_NE(bytes.find("plum"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(SqliteMemory, IsBounded) {
  MemorySettings settings;
  settings.limits.turns_max = 3;
  settings.limits.text_bytes_max = 100;
  settings.limits.keep_ms = 50 * kDay;
  auto memory = SqliteMemory::open_in_memory(settings);
  ASSERT_TRUE(memory);
  EXPECT_EQ((*memory)->remember(kAna, turn(std::string(101, 'x'), 1)).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ((*memory)->remember(kAna, turn("\xff", 1)).error().code, ErrorCode::kInvalidArgument);
  for (int day = 1; day <= 5; ++day) {
    ASSERT_TRUE((*memory)->remember(kAna, turn("note number " + std::to_string(day), day)));
  }
  EXPECT_EQ(sources(*(*memory)->recall({kAna, "note", 600, 6 * kDay, 9})),
            (std::vector<std::string>{"turn 5", "turn 4", "turn 3"}));
  ASSERT_TRUE((*memory)->remember(kAna, turn("note number 100", 100)));
  EXPECT_EQ(sources(*(*memory)->recall({kAna, "note", 600, 101 * kDay, 9})),
            (std::vector<std::string>{"turn 6"}));
  EXPECT_EQ((*memory)->forget({{"ana"}, "", {}, 50 * kDay, ""}).value(), 0U);
  EXPECT_EQ((*memory)->forget({{"ana"}, "clinic", {}, {}, "number notes"}).value(), 1U);
}

TEST(SqliteMemory, FusesVectorsWhereAModelGivesThem) {
  chat::FakeModel model;
  MemorySettings settings;
  settings.embedder = &model;
  auto memory = SqliteMemory::open_in_memory(settings);
  ASSERT_TRUE(memory);
  ASSERT_TRUE((*memory)->remember(kAna, turn("zzz zzzz", 1)));
  ASSERT_TRUE((*memory)->remember(kAna, turn("qqq", 2)));
  // No word in common: the letters' direction finds it.
  const auto found = (*memory)->recall({kAna, "zz", 600, 3 * kDay, 1});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(sources(*found), (std::vector<std::string>{"turn 1"}));
}

TEST(SqliteMemory, RecallsCases) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory);
  ASSERT_TRUE((*memory)->remember(kAna, MemoryCase{0,
                                                   "where is my parcel A-1",
                                                   "order_status",
                                                   R"([{"tool":"order_status"}])",
                                                   "done",
                                                   true,
                                                   kDay,
                                                   {}}));
  RecallRequest request{kAna, "where is parcel A-2", 600, 2 * kDay};
  EXPECT_TRUE((*memory)->recall(request)->items.empty());
  request.cases_max = 1;
  const auto found = (*memory)->recall(request);
  ASSERT_EQ(found->items.size(), 1U);
  EXPECT_EQ(found->items[0].kind, MemoryItem::Kind::kCase);
  EXPECT_EQ(
      found->items[0].text,
      R"([1970-01-02] asked: where is my parcel A-1 | done: order_status [{"tool":"order_status"}] | done)");
}

TEST(Conversation, ARunIsRememberedOnce) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory);
  const Turn turn{"Where is A-10001?", "On its way.", "order_status", {{"order_id", "A-10001"}}};
  for (const char* run : {"run1", "run1", "run2", "", ""}) {
    ASSERT_TRUE(remember_turn(**memory, kAna, run, turn, kDay));
  }
  const std::string lines = *(*memory)->export_lines(kAna.principal);
  std::size_t turns = 0;
  for (std::size_t at = 0; (at = lines.find("On its way.", at)) != std::string::npos; ++at) ++turns;
  EXPECT_EQ(turns, 4U); // once of each run, and twice of none
}

TEST(Conversation, ValuesStandReadyInTheNextSession) {
  auto memory = SqliteMemory::open_in_memory();
  ASSERT_TRUE(memory);
  Turn turn{
      "Where is A-10001?", "On its way.", "order_status", {{"order_id", "A-10001"}, {"pieces", 3}}};
  ASSERT_TRUE(remember_turn(**memory, kAna, "run1", turn, kDay));
  turn.values = {{"order_id", "A-10002"}};
  ASSERT_TRUE(remember_turn(**memory, kAna, "run2", turn, 2 * kDay));
  Session session;
  ASSERT_TRUE(recall_values(**memory, kAna, 3 * kDay, session));
  ASSERT_EQ(session.turns.size(), 1U);
  ASSERT_EQ(session.turns[0].values.size(), 2U);
  EXPECT_EQ(session.turns[0].values[0].kind, "order_id");
  EXPECT_EQ(session.turns[0].values[0].value, "A-10002");
  EXPECT_EQ(session.turns[0].values[1].value, 3);
  // A session under way keeps its own, nobody else gets them, and the profile is about people.
  ASSERT_TRUE(recall_values(**memory, kAna, 3 * kDay, session));
  EXPECT_EQ(session.turns.size(), 1U);
  Session of_ben;
  ASSERT_TRUE(recall_values(**memory, kBen, 3 * kDay, of_ben));
  ASSERT_TRUE(recall_values(**memory, {{"ana"}, "shop"}, 3 * kDay, of_ben));
  EXPECT_TRUE(of_ben.turns.empty());
  EXPECT_TRUE((*memory)->recall({kAna, "zebra", 600, 3 * kDay})->items.empty());
}

TEST(LabelText, ReadsBackAndMistrustsTheRest) {
  const chat::Label label{chat::Source::kTool, "mail \"x\"", chat::Trust::kUser,
                          chat::Confidentiality::kLocalOnly};
  EXPECT_EQ(read_label(label_text(label)), label);
  const chat::Label closed{chat::Source::kMemory, "", chat::Trust::kUntrusted,
                           chat::Confidentiality::kLocalOnly};
  for (const char* bad :
       {"", "{", "[]", "{\"trust\":7}", "{\"trust\":\"root\",\"confidentiality\":\"none\"}"}) {
    EXPECT_EQ(read_label(bad), closed) << bad;
  }
}

} // namespace
} // namespace outpost::agents
