#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agents/knowledge/knowledge_toolset.h"
#include "base/clock.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;

class Knowledge : public ::testing::Test {
protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("outpost_knowledge_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "docs" / "deep");
    write("docs/returns.md", "# Returns\n\nUnused goods come back within 30 days.\n\n## Refunds\n\n"
                             "Money is paid back within five working days. Shipping is not.\n");
    write("docs/deep/warranty.txt",
          "1 Scope\n\nThe warranty covers faults of manufacture for two years.\n"
          "\n2 Claims\n\nSend a photo of the fault to the workshop.\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::unique_ptr<KnowledgeBase> open(KnowledgeSettings settings = {}) const {
    auto base =
        KnowledgeBase::open(folder_ / "index.sqlite", folder_ / "docs", std::move(settings));
    EXPECT_TRUE(base) << base.error().message;
    return *std::move(base);
  }
  // A program of that name in the folder, in place of pdftotext.
  std::string program(const std::string& script) const {
    write("pdftotext", "#!/bin/sh\n" + script);
    fs::permissions(folder_ / "pdftotext", fs::perms::owner_all);
    return (folder_ / "pdftotext").string();
  }

  fs::path folder_;
};

std::string counts(const Result<IndexReport>& report) {
  if (!report) return report.error().message;
  return std::to_string(report->added) + " added, " + std::to_string(report->changed) +
         " changed, " + std::to_string(report->removed) + " removed, " +
         std::to_string(report->unchanged) + " unchanged, " +
         std::to_string(report->failed.size()) + " failed";
}

TEST_F(Knowledge, IndexesOnlyWhatChanged) {
  const auto base = open();
  EXPECT_EQ(counts(base->index()), "2 added, 0 changed, 0 removed, 0 unchanged, 0 failed");
  EXPECT_EQ(counts(base->index()), "0 added, 0 changed, 0 removed, 2 unchanged, 0 failed");
  write("docs/returns.md", "# Returns\n\nOnly vouchers are given.\n");
  fs::remove(folder_ / "docs/deep/warranty.txt");
  write("docs/.hidden.md", "secret");
  write("docs/picture.png", "no text");
  fs::create_symlink("/etc/hostname", folder_ / "docs/link.txt");
  EXPECT_EQ(counts(base->index()), "0 added, 1 changed, 1 removed, 0 unchanged, 0 failed");
  EXPECT_TRUE(base->search("warranty", 3)->empty());
  EXPECT_EQ(base->search("voucher", 3)->at(0).source(), "returns.md, Returns, line 3");
  // Touched but equal: not read again.
  fs::last_write_time(folder_ / "docs/returns.md",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(counts(base->index()), "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed");
  fs::remove_all(folder_ / "docs");
  EXPECT_EQ(base->index().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(base->search("voucher", 3)->size(), 1U);
}

TEST_F(Knowledge, FindsByOtherWordsAndSaysWhere) {
  const auto base = open();
  ASSERT_TRUE(base->index());
  const auto refunds = base->search("When do I get my cash back?", 2);
  ASSERT_TRUE(refunds);
  ASSERT_FALSE(refunds->empty());
  EXPECT_EQ((*refunds)[0].source(), "returns.md, Returns > Refunds, line 7");
  EXPECT_EQ(base->search("which defects are covered by the warranty?", 1)->at(0).source(),
            "deep/warranty.txt, 1 Scope, line 3");
  EXPECT_TRUE(base->search("", 3)->empty());
  EXPECT_TRUE(base->search("zebra", 3)->empty());
}

TEST_F(Knowledge, ReadsPdfsThroughABoundedProgram) {
  write("docs/prices.pdf", "%PDF");
  KnowledgeSettings settings;
  settings.document.pdf_program = program("printf 'Price list\\n\\fA lamp costs 30 euros.\\n\\f'");
  EXPECT_EQ(counts(open(settings)->index()),
            "3 added, 0 changed, 0 removed, 0 unchanged, 0 failed");
  EXPECT_EQ(open(settings)->search("what does the lamp cost", 1)->at(0).source(),
            "prices.pdf, page 2, line 1");
  // What it cannot read stays as it was and is reported.
  for (const char* script : {"exit 3", "exec sleep 60", "yes overflow"}) {
    write("docs/prices.pdf", std::string("%PDF") + script);
    settings.document.pdf_program = program(script);
    settings.document.pdf_time_max = std::chrono::milliseconds(300);
    settings.document.text_bytes_max = 1000;
    const auto report = open(settings)->index();
    EXPECT_EQ(counts(report), "0 added, 0 changed, 0 removed, 2 unchanged, 1 failed") << script;
    EXPECT_EQ(open(settings)->search("what does the lamp cost", 1)->size(), 1U) << script;
  }
  settings.document.pdf_program = "no_such_program_anywhere";
  const auto missing = open(settings)->index();
  ASSERT_EQ(missing->failed.size(), 1U);
  EXPECT_NE(missing->failed[0].find("need the program"), std::string::npos) << missing->failed[0];
}

TEST_F(Knowledge, ToolQuotesWithSourceAndAge) {
  auto base = open();
  ASSERT_TRUE(base->index());
  FakeClock clock;
  fs::last_write_time(
      folder_ / "docs/returns.md",
      std::chrono::file_clock::from_sys(std::chrono::sys_time<std::chrono::milliseconds>(
          std::chrono::milliseconds(clock.wall_ms()))));
  ASSERT_TRUE(base->index());
  clock.advance(std::chrono::hours(49));
  KnowledgeToolset tools(std::move(base), {}, clock);
  const auto found =
      tools.call({"c1", "search_knowledge", {}}, {{}, "When is money paid back?", {}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->outcome, ToolResult::Outcome::kDone);
  EXPECT_TRUE(
      found->statement.starts_with("Money is paid back within five working days. Shipping is not.\n"
                                   "Source: returns.md, Returns > Refunds, line 7 (2 days old)"))
      << found->statement;
  EXPECT_EQ(found->label.source, chat::Source::kFile);
  EXPECT_EQ(found->label.trust, chat::Trust::kUntrusted);
  const auto nothing =
      tools.call({"c2", "search_knowledge", {}}, {{}, "Who won the football match yesterday?", {}});
  EXPECT_EQ(nothing->outcome, ToolResult::Outcome::kNothing);
  const auto asked = tools.call({"c3", "search_knowledge", {{"query", "warranty"}}}, {{}, "x", {}});
  EXPECT_NE(asked->statement.find("two years"), std::string::npos);
  EXPECT_EQ(tools.call({"c4", "other", {}}, {{}, "x", {}}).error().code, ErrorCode::kNotFound);
}

TEST(Passages, KeepToTheirSizeAndLoseNothing) {
  std::string text = "# One\n\n";
  for (int i = 0; i < 100; ++i) text += "Sentence number " + std::to_string(i) + " is here. ";
  text += "\n\n" + std::string(5000, 'x') + "\n";
  for (int i = 0; i < 700; ++i) text += "\xC3\xA9";
  const auto passages = split_passages({{text}, false});
  std::string joined;
  for (const Passage& one : passages) {
    EXPECT_LE(one.text.size(), kPassageBytes);
    EXPECT_EQ(one.heading, "One");
    joined += one.text;
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_NE(joined.find("number " + std::to_string(i) + " is"), std::string::npos) << i;
  }
  EXPECT_EQ(std::count(joined.begin(), joined.end(), 'x'), 5000);
  EXPECT_TRUE(split_passages({{""}, false}).empty());
  EXPECT_TRUE(split_passages({{"# Only a heading\n"}, false}).empty());
}

} // namespace
} // namespace outpost::agents
