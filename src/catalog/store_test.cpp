// PartialFile, BlobStore and InstalledList.
#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "catalog/blob_store.h"
#include "catalog/catalog_fixture.h"
#include "catalog/disk.h"
#include "catalog/installed_list.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

class StoreTest : public testing::Test {
protected:
  StoreTest() { EXPECT_TRUE(store.prepare()); }
  PartialFile open(const std::string& key) {
    auto file = store.open_partial(key);
    return std::move(file.value().value());
  }
  TemporaryFolder folder;
  BlobStore store{folder.path()};
  const std::string content = model_content(10'000);
  const Digest digest = sha256_of(content);
};

TEST_F(StoreTest, APartialFileBecomesABlob) {
  PartialFile file = open("k");
  ASSERT_TRUE(file.append(bytes_of(content)));
  EXPECT_EQ(file.digest([](std::uint64_t) {}, {}).value(), digest);
  EXPECT_FALSE(store.contains(digest));
  ASSERT_TRUE(store.install(file, digest));
  EXPECT_TRUE(store.contains(digest));
  EXPECT_EQ(store.blob_size(digest).value(), content.size());
  EXPECT_EQ(read_file(store.blob_path(digest)), content);
  EXPECT_FALSE(store.partial_size("k"));
  EXPECT_TRUE(fs::is_empty(folder.path() / "partial"));
  struct stat info{};
  ASSERT_EQ(::stat(store.blob_path(digest).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0222u, 0u); // read-only: it is mapped while models run
}

TEST_F(StoreTest, StateAndBytesOutliveTheObject) {
  {
    PartialFile file = open("k");
    ASSERT_TRUE(file.start_over({"s", "v", 0, 0}));
    ASSERT_TRUE(file.append(bytes_of("12345")));
  }
  PartialFile file = open("k");
  EXPECT_EQ(file.size(), 5u);
  EXPECT_EQ(file.state().source, "s");
  EXPECT_EQ(file.state().validator, "v");
  ASSERT_TRUE(file.start_over({"other", "", 0, 0}));
  EXPECT_EQ(file.size(), 0u);
}

TEST_F(StoreTest, ADamagedStateMeansNoState) {
  {
    PartialFile file = open("k");
    ASSERT_TRUE(file.start_over({"s", "v", 3, 4}));
  }
  write_file(folder.path() / "partial" / "k.json", std::string(100'000, '['));
  EXPECT_EQ(open("k").state().source, "");
  write_file(folder.path() / "partial" / "k.json", R"({"source": 3, "parts_done": -1})");
  EXPECT_EQ(open("k").state().parts_done, 0u);
}

TEST_F(StoreTest, OneHolderAtATime) {
  PartialFile file = open("k");
  EXPECT_FALSE(store.open_partial("k").value().has_value());
  EXPECT_TRUE(store.open_partial("other").value().has_value());
  ASSERT_TRUE(store.install(file, digest));
  EXPECT_TRUE(store.open_partial("k").value().has_value());
}

TEST_F(StoreTest, LinksInPlaceOfFilesAreRefused) {
  const fs::path victim = folder.path() / "victim";
  write_file(victim, "precious");
  fs::create_symlink(victim, folder.path() / "partial" / "k.part");
  EXPECT_EQ(store.open_partial("k").error().code, ErrorCode::kPermissionDenied);
  fs::create_symlink(victim, store.blob_path(digest));
  EXPECT_FALSE(store.contains(digest));
  fs::create_symlink(victim, folder.path() / "partial" / "m.json");
  PartialFile file = open("m");
  ASSERT_TRUE(file.set_state({"s", "", 0, 0})); // replaces the link, does not follow it
  EXPECT_EQ(read_file(victim), "precious");
}

TEST_F(StoreTest, AFullDiskSaysSo) {
  const Status status = store.check_space(std::uint64_t{1} << 60);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kResourceExhausted);
  EXPECT_NE(status.error().message.find("are needed"), std::string::npos);
  EXPECT_TRUE(store.check_space(1));
}

// A limit on file sizes fails writes as a full disk does, and needs no privileges.
int write_past_the_limit(const BlobStore& store) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{4096, 4096};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  auto file = store.open_partial("k");
  const std::string too_much(10'000, 'x');
  const Status status = (*file)->append(bytes_of(too_much));
  const bool said = !status && status.error().code == ErrorCode::kResourceExhausted &&
                    status.error().message.find("disk is full") != std::string::npos;
  return said ? 0 : 1;
}

TEST_F(StoreTest, AFailedWriteKeepsWhatWasWritten) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(write_past_the_limit(store));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(store.partial_size("k"), 4096u);
}

TEST_F(StoreTest, AbandonedOnesCanBeDiscarded) {
  {
    PartialFile file = open(BlobStore::partial_key("abandoned"));
    ASSERT_TRUE(file.append(bytes_of(content)));
    ASSERT_TRUE(file.working_folder());
  }
  PartialFile held = open(BlobStore::partial_key("held"));
  EXPECT_EQ(store.discard_abandoned().value(), content.size());
  EXPECT_FALSE(store.partial_size(BlobStore::partial_key("abandoned")));
  EXPECT_TRUE(store.partial_size(BlobStore::partial_key("held")));
}

TEST_F(StoreTest, WhatAKillLeftBesideAnInstalledFileIsSwept) {
  const std::string key = BlobStore::partial_key(digest);
  const std::string begun = BlobStore::partial_key("begun");
  write_file(folder.path() / "partial" / (key + ".json"), "{}");
  write_file(folder.path() / "partial" / (key + ".json.new"), "{");
  write_file(folder.path() / "partial" / (key + ".work") / "part-0.whl", "x");
  write_file(folder.path() / "partial" / "notes.txt", "the user's own");
  {
    PartialFile file = open(begun);
    ASSERT_TRUE(file.start_over({"s", "", 0, 0}));
    ASSERT_TRUE(file.append(bytes_of("x")));
    ASSERT_TRUE(open(BlobStore::partial_key("bare")).set_state({"s", "", 0, 0}));
    write_file(store.blob_path(sha256_of("x")), "x");
    ASSERT_TRUE(open(BlobStore::partial_key(sha256_of("x"))).append(bytes_of("x")));
  }
  ASSERT_TRUE(store.sweep());
  EXPECT_FALSE(store.partial_size(BlobStore::partial_key("bare")));
  EXPECT_FALSE(store.partial_size(BlobStore::partial_key(sha256_of("x"))));
  EXPECT_FALSE(fs::exists(folder.path() / "partial" / (key + ".json")));
  EXPECT_FALSE(fs::exists(folder.path() / "partial" / (key + ".json.new")));
  EXPECT_FALSE(fs::exists(folder.path() / "partial" / (key + ".work")));
  EXPECT_FALSE(store.partial_size(key));
  EXPECT_TRUE(fs::exists(folder.path() / "partial" / "notes.txt"));
  EXPECT_EQ(open(begun).state().source, "s");
}

TEST_F(StoreTest, InstalledNamesAreKept) {
  const InstalledList list(folder.path());
  EXPECT_TRUE(list.read()->empty());
  const InstalledModel model{"b", digest, 10, "file:///b", "MIT", 5, true};
  ASSERT_TRUE(list.put(model));
  ASSERT_TRUE(list.put({"a", digest, 10}));
  const auto models = list.read();
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 2u);
  EXPECT_EQ(models->at(0).name, "a");
  EXPECT_EQ(models->at(1).license, "MIT");
  EXPECT_EQ(models->at(1).installed_at_ms, 5);
  EXPECT_TRUE(models->at(1).digest_was_known);
  EXPECT_TRUE(list.remove("a").value()->digest_still_used);
  EXPECT_FALSE(list.remove("b").value()->digest_still_used);
  EXPECT_FALSE(list.remove("b").value().has_value());
}

TEST_F(StoreTest, ADamagedListIsAnErrorAndIsKept) {
  const InstalledList list(folder.path());
  for (const char* text : {"", "{", "[]", R"({"version": 2, "models": []})",
                           R"({"version": 1, "models": [{"name": "x", "sha256": "../../x"}]})",
                           R"({"version": 1, "models": [7]})"}) {
    write_file(folder.path() / "installed.json", text);
    EXPECT_EQ(list.read().error().code, ErrorCode::kCorruptData) << text;
    EXPECT_FALSE(list.put({"a", digest, 10}));
    EXPECT_EQ(read_file(folder.path() / "installed.json"), text);
  }
}

} // namespace
} // namespace outpost::catalog
