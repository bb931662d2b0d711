#include <unistd.h>

#include <gtest/gtest.h>

#include "security/audit_log.h"

namespace outpost::security {
namespace {

class AuditLogTest : public ::testing::Test {
protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("audit_" + std::to_string(::getpid()) + "_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
    AuditLog log = *AuditLog::open(path());
    for (int i = 1; i <= 20; ++i) {
      ASSERT_TRUE(log.add({.time_ms = i,
                           .principal = "ann",
                           .agent = "desk",
                           .tool = i % 2 == 0 ? "pay" : "look",
                           .call = "c" + std::to_string(i),
                           .effect = "read",
                           .outcome = "asked"}));
    }
    head = log.verify()->last_hash;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  [[nodiscard]] std::filesystem::path path() const { return folder / "audit.sqlite"; }

  // Whoever can write the file can take the triggers away.
  void tamper(const std::string& sql) {
    store::Database database = *store::Database::open(path());
    for (const std::string& one : {std::string("DROP TRIGGER audit_unchanged"),
                                   std::string("DROP TRIGGER audit_kept"), sql}) {
      auto statement = database.prepare(one);
      ASSERT_TRUE(statement) << statement.error().message;
      ASSERT_TRUE(statement->run());
    }
  }

  std::filesystem::path folder;
  std::string head;
};

TEST_F(AuditLogTest, HoldsAndIsReadFromTheNewest) {
  AuditLog log = *AuditLog::open(path());
  const auto proof = log.verify(head);
  EXPECT_EQ(proof->lines, 20);
  EXPECT_EQ(proof->broken, "");
  const auto lines = log.list(2);
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ(lines->front().number, 20);
  EXPECT_EQ(lines->front().call, "c20");
}

TEST_F(AuditLogTest, DoesNotChangeByItself) {
  store::Database database = *store::Database::open(path());
  for (const char* sql : {"UPDATE audit SET tool = 'x' WHERE number = 3", "DELETE FROM audit"}) {
    auto statement = database.prepare(sql);
    EXPECT_FALSE(statement && statement->run()) << sql;
  }
}

TEST_F(AuditLogTest, EveryKindOfTamperingShows) {
  struct {
    const char* sql;
    const char* broken;
  } const tries[] = {
      {"UPDATE audit SET principal = 'eve' WHERE number = 7", "line 7 is not as it was written"},
      {"UPDATE audit SET time_ms = 1 WHERE number = 7", "line 7 is not as it was written"},
      {"DELETE FROM audit WHERE number = 7", "line 7 is missing"},
      {"DELETE FROM audit WHERE number = 1", "line 1 is missing"},
      {"UPDATE audit SET number = CASE number WHEN 7 THEN -8 ELSE -7 END WHERE number IN (7, 8)",
       "line 1 is missing"},
      {"DELETE FROM audit WHERE number > 18", "the end was cut off"},
  };
  const auto whole =
      std::filesystem::temp_directory_path() / (folder.filename().string() + ".copy");
  std::filesystem::copy_file(path(), whole, std::filesystem::copy_options::overwrite_existing);
  for (const auto& one : tries) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(whole, path());
    tamper(one.sql);
    AuditLog log = *AuditLog::open(path());
    const auto proof = log.verify(head);
    ASSERT_TRUE(proof);
    EXPECT_NE(proof->broken.find(one.broken), std::string::npos)
        << one.sql << ": " << proof->broken;
  }
  std::filesystem::remove(whole);
}

} // namespace
} // namespace outpost::security
