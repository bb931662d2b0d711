#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "platform/folder_root.h"

namespace outpost::platform {
namespace {

class FolderRootTest : public ::testing::Test {
protected:
  FolderRootTest() {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    base_ = std::filesystem::temp_directory_path() /
            ("outpost-root-" + std::to_string(::getpid()) + "-" + name);
    std::filesystem::create_directories(base_ / "root/sub");
    std::ofstream(base_ / "secret") << "secret";
    std::ofstream(base_ / "root/note") << "hello";
    root_.emplace(*FolderRoot::open(base_ / "root"));
  }
  ~FolderRootTest() override { std::filesystem::remove_all(base_); }

  std::filesystem::path base_;
  std::optional<FolderRoot> root_;
};

TEST_F(FolderRootTest, ReadsWritesMovesLists) {
  EXPECT_EQ(*root_->read("note", 100), "hello");
  ASSERT_TRUE(root_->write("sub/new", "text", false));
  EXPECT_EQ(root_->write("sub/new", "other", false).error().code, ErrorCode::kConflict);
  EXPECT_EQ(*root_->read("sub/new", 100), "text");
  ASSERT_TRUE(root_->write("sub/new", "other", true));
  EXPECT_EQ(*root_->read("sub/new", 100), "other");
  EXPECT_EQ(root_->move("sub/new", "note").error().code, ErrorCode::kConflict);
  ASSERT_TRUE(root_->move("sub/new", "moved"));
  ASSERT_TRUE(root_->make_folder("sub/deep"));
  const auto entries = root_->list("");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3u); // nothing partial is left
  EXPECT_EQ((*entries)[0].name, "moved");
  EXPECT_EQ((*entries)[0].size_bytes, 5u);
  EXPECT_TRUE((*entries)[2].is_folder);
  EXPECT_EQ(root_->read("note", 4).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(root_->read("none", 4).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*root_->read_beginning("note", 4), "hell");
  EXPECT_EQ(*root_->read_beginning("note", 5), "hello");
  EXPECT_EQ(*root_->read_beginning("note", 100), "hello");
  EXPECT_EQ(root_->read_beginning("none", 4).error().code, ErrorCode::kNotFound);
}

TEST_F(FolderRootTest, NothingLeadsOut) {
  std::filesystem::create_symlink(base_ / "secret", base_ / "root/link");
  std::filesystem::create_directory_symlink(base_, base_ / "root/up");
  for (const char* path : {"../secret", "sub/../../secret", "/etc/passwd", "./note", "sub//x", "",
                           "link", "up/secret", "up/root/note", "sub/..", "note/../../secret"}) {
    EXPECT_FALSE(root_->read(path, 100)) << path;
    EXPECT_FALSE(root_->read_beginning(path, 1)) << path;
    EXPECT_FALSE(root_->write(path, "x", true)) << path;
    EXPECT_FALSE(root_->move("note", path)) << path;
    EXPECT_FALSE(root_->move(path, "taken")) << path;
  }
  EXPECT_FALSE(root_->list("up"));
  EXPECT_FALSE(root_->list(".."));
  EXPECT_FALSE(root_->read(std::string("no\0te", 5), 100));
  EXPECT_FALSE(root_->read(std::string(5000, 'a'), 100));
  std::ifstream secret(base_ / "secret");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(secret), {}), "secret");
}

TEST_F(FolderRootTest, SpecialFilesAreRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo((base_ / "root/pipe").c_str(), 0600), 0);
  EXPECT_EQ(root_->read("pipe", 100).error().code, ErrorCode::kPermissionDenied);
  EXPECT_FALSE(root_->write("pipe", "x", true));
  EXPECT_FALSE(root_->move("pipe", "other"));
  EXPECT_FALSE(root_->read("sub", 100));
}

} // namespace
} // namespace outpost::platform
