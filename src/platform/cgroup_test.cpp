#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "platform/cgroup.h"

namespace outpost::platform {
namespace {

namespace fs = std::filesystem;

class CgroupTest : public testing::Test {
protected:
  CgroupTest() : root_(fs::path(testing::TempDir()) / "cgroup_test") {
    fs::remove_all(root_);
    write("membership", "1:name=systemd:/elsewhere\n0::/system.slice/outpost.service\n");
  }
  ~CgroupTest() override { fs::remove_all(root_); }

  void write(const fs::path& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  CgroupLimits limits() { return cgroup_limits(root_, root_ / "membership"); }

private:
  fs::path root_;
};

TEST_F(CgroupTest, NoFilesLimitNothing) {
  EXPECT_EQ(limits().cores, ~0u);
  EXPECT_EQ(limits().memory_left, ~std::size_t{0});
}

TEST_F(CgroupTest, TheTightestGroupOnTheWayCounts) {
  write("memory.max", "max\n");
  write("memory.current", "5000\n");
  write("system.slice/memory.max", "3000\n");
  write("system.slice/memory.current", "2600\n");
  write("system.slice/outpost.service/memory.max", "1000\n");
  write("system.slice/outpost.service/memory.current", "100\n");
  write("system.slice/cpu.max", "max 100000\n");
  write("system.slice/outpost.service/cpu.max", "150000 100000\n");
  EXPECT_EQ(limits().memory_left, 400u);
  EXPECT_EQ(limits().cores, 2u);
}

TEST_F(CgroupTest, PageCacheCanBeTakenBack) {
  write("system.slice/outpost.service/memory.max", "1000\n");
  write("system.slice/outpost.service/memory.current", "900\n");
  write("system.slice/outpost.service/memory.stat", "anon 300\ninactive_file 550\nfile 600\n");
  EXPECT_EQ(limits().memory_left, 650u);
}

TEST_F(CgroupTest, NothingIsLeftBeyondTheLimit) {
  write("memory.max", "1000\n");
  write("memory.current", "1200\n");
  EXPECT_EQ(limits().memory_left, 0u);
}

TEST_F(CgroupTest, GroupsOutsideOfTheNamespaceAreNotLookedFor) {
  write("membership", "0::/../../outside\n");
  write("memory.max", "70\n");
  write("memory.current", "0\n");
  EXPECT_EQ(limits().memory_left, 70u);
}

} // namespace
} // namespace outpost::platform
