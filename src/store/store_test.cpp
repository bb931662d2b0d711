#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "store/database.h"

namespace outpost::store {
namespace {

class StoreTest : public testing::Test {
protected:
  StoreTest() {
    folder_ = std::filesystem::temp_directory_path() /
              ("outpost-store-" + std::to_string(getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "shop.db"; }

  // A file with one table of three products and a full-text index over their names.
  void make_shop() const {
    auto database = Database::open(file());
    ASSERT_TRUE(database) << database.error().message;
    const auto made = database->execute(
        "CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT UNIQUE, price REAL);"
        "INSERT INTO product VALUES (1, 'lamp', 19.5), (2, 'desk', 120), (3, 'chair', 80);"
        "CREATE VIRTUAL TABLE search USING fts5(name);"
        "INSERT INTO search SELECT name FROM product;");
    ASSERT_TRUE(made) << made.error().message;
  }

  [[nodiscard]] Result<Database> open_shop(Access access) const {
    OpenOptions options;
    options.access = access;
    return Database::open(file(), options);
  }

  std::filesystem::path folder_;
};

Result<std::int64_t> count(Database& database, const std::string& table) {
  OUTPOST_TRY(auto query, database.prepare("SELECT count(*) FROM " + table));
  OUTPOST_TRY(const bool has_row, query.step());
  EXPECT_TRUE(has_row);
  return query.integer(0);
}

TEST_F(StoreTest, BindsAndReadsEveryType) {
  auto database = Database::open_in_memory();
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute("CREATE TABLE t (a, b, c, d, e)"));
  const Blob bytes = {std::byte{0}, std::byte{255}};
  auto insert = database->prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
  ASSERT_TRUE(insert);
  ASSERT_TRUE(insert->run(std::int64_t{-5}, 0.25, std::string_view("a'); DROP TABLE t; --"),
                          std::span<const std::byte>(bytes), Value()));
  EXPECT_EQ(database->changes(), 1);
  auto query = database->prepare("SELECT a, b, c, d, e FROM t WHERE c = :text");
  ASSERT_TRUE(query);
  ASSERT_TRUE(query->bind(":text", Value(std::string("a'); DROP TABLE t; --"))));
  ASSERT_TRUE(query->step().value());
  EXPECT_EQ(query->integer(0), -5);
  EXPECT_EQ(query->real(1), 0.25);
  EXPECT_EQ(query->text(2), "a'); DROP TABLE t; --");
  EXPECT_EQ(query->value(3), Value(bytes));
  EXPECT_TRUE(query->is_null(4));
  EXPECT_EQ(query->column_name(1), "b");
  EXPECT_FALSE(query->step().value());
}

TEST_F(StoreTest, WrongParametersAreErrors) {
  auto database = Database::open_in_memory();
  auto query = database->prepare("SELECT ?, :name");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->parameter_count(), 2);
  EXPECT_EQ(query->parameter_name(2), ":name");
  EXPECT_EQ(query->bind(3, std::int64_t{1}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(query->bind(":other", Value()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(query->bind_all(std::int64_t{1}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(StoreTest, RefusesBadSqlWithSqlitesWords) {
  auto database = Database::open_in_memory();
  const auto misspelt = database->prepare("SELEC 1");
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(misspelt.error().message.find("syntax error"), std::string::npos);
  EXPECT_FALSE(database->prepare(""));
  EXPECT_FALSE(database->prepare("SELECT 1; SELECT 2"));
  EXPECT_TRUE(database->prepare("SELECT 1 ; \n"));
  EXPECT_FALSE(database->prepare("SELECT \"no such column\"")); // not a string in disguise
}

TEST_F(StoreTest, HoldsItsLimits) {
  OpenOptions options;
  options.limits.sql_bytes_max = 1000;
  options.limits.row_bytes_max = 5000;
  auto database = Database::open_in_memory(options);
  ASSERT_TRUE(database);
  const auto long_sql = database->prepare("SELECT '" + std::string(2000, 'x') + "'");
  ASSERT_FALSE(long_sql);
  EXPECT_EQ(long_sql.error().code, ErrorCode::kLimitExceeded);
  auto query = database->prepare("SELECT ?");
  EXPECT_EQ(query->bind(1, std::string_view(std::string(6000, 'x'))).error().code,
            ErrorCode::kLimitExceeded);
  const std::string deep = "SELECT " + std::string(200, '~') + "1";
  EXPECT_FALSE(database->prepare(deep));
}

TEST_F(StoreTest, ConstraintViolationIsAConflict) {
  make_shop();
  auto database = open_shop(Access::kRows);
  auto insert = database->prepare("INSERT INTO product (name) VALUES (?)");
  ASSERT_TRUE(insert) << insert.error().message;
  const auto twice = insert->run(std::string_view("lamp"));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(insert->run(std::string_view("shelf"))); // the statement is usable afterwards
}

TEST_F(StoreTest, ReadAccessReadsAndNothingElse) {
  make_shop();
  auto database = open_shop(Access::kRead);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(count(*database, "product").value(), 3);
  EXPECT_EQ(count(*database, "search WHERE search MATCH 'lamp'").value(), 1);
  for (const char* sql :
       {"DELETE FROM product", "UPDATE product SET price = 0",
        "INSERT INTO product VALUES (9,'x',1)", "DROP TABLE product", "CREATE TABLE t (a)",
        "ATTACH 'other.db' AS o", "PRAGMA user_version = 3", "PRAGMA table_info(product)", "BEGIN",
        "REINDEX", "CREATE TEMP TABLE t (a)", "EXPLAIN DELETE FROM product"}) {
    const auto refused = database->prepare(sql);
    ASSERT_FALSE(refused) << sql;
    EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied) << sql;
  }
  // These compile what they hide when they run.
  for (const std::string& sql :
       {std::string("SELECT * FROM pragma_table_info('product')"), std::string("VACUUM"),
        "VACUUM INTO '" + file().string() + ".2'"}) {
    auto hidden = database->prepare(sql);
    ASSERT_TRUE(hidden) << sql;
    EXPECT_FALSE(hidden->step()) << sql;
  }
}

TEST_F(StoreTest, RowAccessChangesRowsAndNoSchema) {
  make_shop();
  auto database = open_shop(Access::kRows);
  ASSERT_TRUE(database) << database.error().message;
  auto update = database->prepare("UPDATE product SET price = ?1 WHERE id = ?2");
  ASSERT_TRUE(update) << update.error().message;
  EXPECT_FALSE(update->is_read_only());
  ASSERT_TRUE(update->run(21.0, std::int64_t{1}));
  auto index = database->prepare("INSERT INTO search VALUES ('shelf')");
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_TRUE(index->run());
  for (const char* sql : {"DROP TABLE product", "ALTER TABLE product ADD x", "BEGIN",
                          "DELETE FROM sqlite_schema", "PRAGMA synchronous = OFF"}) {
    EXPECT_FALSE(database->prepare(sql)) << sql;
  }
  auto transaction = Transaction::begin(*database); // ours, not the agent's
  ASSERT_TRUE(transaction) << transaction.error().message;
  ASSERT_TRUE(update->run(22.0, std::int64_t{1}));
  EXPECT_TRUE(transaction->commit());
}

TEST_F(StoreTest, EndlessQueriesEnd) {
  make_shop();
  OpenOptions options;
  options.access = Access::kRead;
  options.limits.operations_max = 100'000;
  auto database = Database::open(file(), options);
  const char* endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                        "SELECT max(x) FROM n";
  auto query = database->prepare(endless);
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_EQ(query->step().error().code, ErrorCode::kLimitExceeded);
  CancelSource source;
  source.cancel();
  database->set_cancel(source.token());
  EXPECT_EQ(query->step().error().code, ErrorCode::kCancelled);
}

TEST_F(StoreTest, TransactionRollsBackUnlessCommitted) {
  make_shop();
  auto database = Database::open(file());
  {
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database->execute("DELETE FROM product"));
  }
  EXPECT_EQ(count(*database, "product").value(), 3);
  auto transaction = Transaction::begin(*database);
  ASSERT_TRUE(database->execute("DELETE FROM product WHERE id = 1"));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(count(*database, "product").value(), 2);
}

TEST_F(StoreTest, SecondWriterIsToldSo) {
  make_shop();
  OpenOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(1);
  auto first = Database::open(file());
  auto second = Database::open(file(), impatient);
  auto transaction = Transaction::begin(*first);
  ASSERT_TRUE(transaction);
  const auto refused = Transaction::begin(*second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(count(*second, "product").value(), 3); // readers go on
}

TEST_F(StoreTest, MigratesOnceAndRefusesTheFuture) {
  const std::array<std::string_view, 2> both = {"CREATE TABLE a (x)", "CREATE TABLE b (y)"};
  auto database = Database::open(file());
  ASSERT_TRUE(migrate(*database, std::span(both).first(1)));
  ASSERT_TRUE(database->execute("INSERT INTO a VALUES (1)"));
  ASSERT_TRUE(migrate(*database, both));
  ASSERT_TRUE(migrate(*database, both));
  EXPECT_EQ(count(*database, "a").value(), 1);
  EXPECT_EQ(count(*database, "b").value(), 0);
  EXPECT_EQ(migrate(*database, std::span(both).first(1)).error().code, ErrorCode::kUnsupported);
}

TEST_F(StoreTest, FailedMigrationLeavesTheOldVersion) {
  const std::array<std::string_view, 2> steps = {"CREATE TABLE a (x)",
                                                 "CREATE TABLE b (y); CREATE TABLE a (z)"};
  auto database = Database::open(file());
  EXPECT_FALSE(migrate(*database, steps));
  EXPECT_FALSE(database->prepare("SELECT * FROM b"));
  EXPECT_TRUE(database->prepare("SELECT * FROM a"));
}

TEST_F(StoreTest, DamagedFilesAreRefused) {
  std::ofstream(file()) << std::string(4096, 'x');
  EXPECT_EQ(Database::open(file()).error().code, ErrorCode::kCorruptData);
  EXPECT_EQ(open_shop(Access::kRead).error().code, ErrorCode::kCorruptData);
  std::filesystem::remove(file());
  EXPECT_EQ(open_shop(Access::kRead).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(StoreTest, QuickCheckFindsADamagedPage) {
  make_shop();
  {
    auto database = Database::open(file());
    EXPECT_TRUE(database->quick_check());
  } // closing the last connection moves the log into the file
  std::fstream raw(file(), std::ios::in | std::ios::out | std::ios::binary);
  raw.seekp(4096);
  raw << std::string(200, '\xff'); // the head of the first table's page
  raw.close();
  auto database = Database::open(file());
  ASSERT_TRUE(database);
  EXPECT_EQ(database->quick_check().error().code, ErrorCode::kCorruptData);
}

TEST_F(StoreTest, BackupIsAWholeCopy) {
  make_shop();
  auto database = Database::open(file());
  const auto copy_file = folder_ / "copy.db";
  const auto done = database->backup_to(copy_file);
  ASSERT_TRUE(done) << done.error().message;
  auto copy = Database::open(copy_file);
  EXPECT_EQ(count(*copy, "product").value(), 3);
  EXPECT_EQ(database->backup_to(copy_file).error().code, ErrorCode::kConflict);
}

} // namespace
} // namespace outpost::store
