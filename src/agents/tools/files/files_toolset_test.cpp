#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agents/tools/files/files_toolset.h"

namespace outpost::agents {
namespace {

class FilesToolsetTest : public ::testing::Test {
protected:
  FilesToolsetTest() {
    use_.root = std::filesystem::temp_directory_path() /
                ("outpost-files-" + std::to_string(::getpid()) + "-" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(use_.root / "sub");
    std::ofstream(use_.root / "todo.txt") << "call Ann";
    std::ofstream(use_.root / "data.bin") << "\xff\xfe";
  }
  ~FilesToolsetTest() override { std::filesystem::remove_all(use_.root); }

  Result<ToolResult> call(const std::string& tool, boost::json::object arguments) {
    auto tools = open_files_toolset(use_);
    EXPECT_TRUE(tools);
    return (*tools)->call({"c1", tool, std::move(arguments)}, {});
  }
  FilesSection use_;
};

TEST_F(FilesToolsetTest, ReadsAndWritesBelowItsRoot) {
  use_.tools = {FileTool::kList, FileTool::kRead, FileTool::kWrite, FileTool::kReplace,
                FileTool::kMove};
  EXPECT_EQ(call("read_file", {{"path", "todo.txt"}})->statement, "call Ann");
  EXPECT_EQ(call("list_files", {})->statement, "data.bin (2 bytes)\nsub/\ntodo.txt (8 bytes)");
  ASSERT_TRUE(call("write_file", {{"path", "sub/new.txt"}, {"text", "one"}}));
  EXPECT_FALSE(call("write_file", {{"path", "sub/new.txt"}, {"text", "two"}}));
  ASSERT_TRUE(call("replace_file", {{"path", "sub/new.txt"}, {"text", "two"}}));
  ASSERT_TRUE(call("move_file", {{"from", "sub/new.txt"}, {"to", "moved.txt"}}));
  EXPECT_EQ(call("read_file", {{"path", "moved.txt"}})->statement, "two");
}

TEST_F(FilesToolsetTest, OffersWhatWasAskedFor) {
  EXPECT_EQ(call("write_file", {{"path", "x"}, {"text", "y"}}).error().code, ErrorCode::kNotFound);
  const auto tools = open_files_toolset(use_);
  EXPECT_EQ((*tools)->tools().size(), 2u);
  use_.tools = {FileTool::kReplace};
  EXPECT_EQ((*open_files_toolset(use_))->tools().front().effect, Effect::kIrreversible);
}

TEST_F(FilesToolsetTest, RefusesWhatIsNotItsOwn) {
  use_.read_bytes_max = 4;
  const auto large = call("read_file", {{"path", "todo.txt"}});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(call("read_file", {{"path", "data.bin"}}));
  EXPECT_FALSE(call("read_file", {{"path", "../passwd"}}));
  EXPECT_FALSE(call("read_file", {{"path", "/etc/passwd"}}));
  EXPECT_FALSE(call("list_files", {{"folder", ".."}}));
}

} // namespace
} // namespace outpost::agents
