#include <array>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "platform/private_file.h"

namespace outpost::platform {
namespace {

class PrivateFileTest : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("private_file_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "file"; }
  Status write(std::string_view text) const {
    OUTPOST_TRY(auto writer, PrivateFileWriter::create(path()));
    OUTPOST_CHECK(writer.write(std::as_bytes(std::span(text))));
    return writer.commit();
  }
  std::filesystem::path folder_;
};

TEST_F(PrivateFileTest, ReadsWhatWasCommitted) {
  ASSERT_TRUE(write("hello world"));
  const auto file = PrivateFile::open(path());
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size_bytes(), 11u);
  std::array<char, 5> text{};
  ASSERT_TRUE(file->read(6, std::as_writable_bytes(std::span(text))));
  EXPECT_EQ(std::string_view(text.data(), text.size()), "world");
  const Status beyond = file->read(8, std::as_writable_bytes(std::span(text)));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::kCorruptData);
  struct stat info{};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(PrivateFileTest, WithoutCommitTheOldFileStays) {
  ASSERT_TRUE(write("old"));
  {
    auto writer = PrivateFileWriter::create(path());
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write(std::as_bytes(std::span(std::string_view("new, and longer")))));
  }
  EXPECT_EQ(PrivateFile::open(path())->size_bytes(), 3u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "file.new"));
}

TEST_F(PrivateFileTest, WhatAKilledProcessLeftIsWrittenOver) {
  std::ofstream(folder_ / "file.new") << "half of something, much longer than what comes";
  std::filesystem::permissions(folder_ / "file.new", std::filesystem::perms(0600));
  ASSERT_TRUE(write("whole"));
  EXPECT_EQ(PrivateFile::open(path())->size_bytes(), 5u);
}

TEST_F(PrivateFileTest, OneWriterAtATime) {
  const auto first = PrivateFileWriter::create(path());
  ASSERT_TRUE(first);
  const auto second = PrivateFileWriter::create(path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(PrivateFileTest, RefusesWhatOthersMayUseAndLinks) {
  ASSERT_TRUE(write("text"));
  std::filesystem::permissions(path(), std::filesystem::perms(0640));
  EXPECT_EQ(PrivateFile::open(path()).error().code, ErrorCode::kPermissionDenied);
  std::filesystem::permissions(path(), std::filesystem::perms(0600));
  std::filesystem::create_symlink(path(), folder_ / "link");
  EXPECT_EQ(PrivateFile::open(folder_ / "link").error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(PrivateFile::open(folder_ / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(PrivateFile::open(folder_).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(PrivateFileTest, TellsFreeSpace) {
  const auto free = free_disk_bytes(folder_);
  ASSERT_TRUE(free);
  EXPECT_GT(*free, 0u);
  EXPECT_FALSE(free_disk_bytes(folder_ / "none"));
}

} // namespace
} // namespace outpost::platform
