// Files on disk: one, a split set, and what is wrong with each.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "gguf/gguf.h"
#include "gguf/testing_walk.h"
#include "gguf/testing_writer.h"

namespace outpost::gguf {
namespace {

using testing::Bytes;
using testing::Writer;

class SplitSet : public ::testing::Test {
protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const Writer& writer) {
    const auto bytes = writer.build();
    std::ofstream out(folder_ / name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    return folder_ / name;
  }

  static Writer part(std::uint16_t number, std::uint16_t count, const std::string& tensor) {
    Writer writer;
    writer.scalar("split.no", ValueType::kUint16, number)
        .scalar("split.count", ValueType::kUint16, count)
        .scalar<std::int32_t>("split.tensors.count", ValueType::kInt32, 2)
        .tensor(tensor, 0, {2}, Bytes().number(float(number)).number(1.0f));
    return writer;
  }

  std::filesystem::path write_pair() {
    auto first = part(0, 2, "a");
    first.string("general.architecture", "llama");
    write("m-00002-of-00002.gguf", part(1, 2, "b"));
    return write("m-00001-of-00002.gguf", first);
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("outpost_gguf_" + std::to_string(::getpid()));
};

TEST_F(SplitSet, OpensAllParts) {
  const auto file = File::open(write_pair());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->shard_count(), 2u);
  EXPECT_EQ(file->get_string("general.architecture").value(), "llama");
  const TensorInfo* b = file->find_tensor("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->shard, 1u);
  float first = 0;
  std::memcpy(&first, file->data(*b).data(), 4);
  EXPECT_EQ(first, 1.0f);
}

TEST_F(SplitSet, AMovedFileKeepsItsBytes) {
  auto file = File::open(write_pair());
  const File moved = *std::move(file);
  EXPECT_EQ(moved.get_string("general.architecture").value(), "llama");
  EXPECT_GT(testing::walk(moved), 0u);
}

TEST_F(SplitSet, NamesTheMissingPart) {
  const auto first = write_pair();
  std::filesystem::remove(folder_ / "m-00002-of-00002.gguf");
  const auto file = File::open(first);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
  EXPECT_NE(file.error().message.find("m-00002-of-00002.gguf"), std::string::npos);
}

TEST_F(SplitSet, RefusesPartsThatDisagree) {
  const auto first = write_pair();
  write("m-00002-of-00002.gguf", part(0, 2, "b"));
  EXPECT_NE(File::open(first).error().message.find("split.no is 0"), std::string::npos);
  write("m-00002-of-00002.gguf", part(1, 3, "b"));
  EXPECT_NE(File::open(first).error().message.find("split.count is 3"), std::string::npos);
  write("m-00002-of-00002.gguf", part(1, 2, "a"));
  EXPECT_NE(File::open(first).error().message.find("tensor 'a' appears twice"), std::string::npos);
  auto crowded = part(1, 2, "b");
  crowded.tensor("c", 0, {1}, Bytes().number(1.0f));
  write("m-00002-of-00002.gguf", crowded);
  EXPECT_NE(File::open(first).error().message.find("the parts hold 3"), std::string::npos);
  write("m-00002-of-00002.gguf", Writer());
  EXPECT_NE(File::open(first).error().message.find("split.no is missing"), std::string::npos);
}

TEST_F(SplitSet, RefusesALaterPartAndAStrangeName) {
  write_pair();
  const auto later = File::open(folder_ / "m-00002-of-00002.gguf");
  EXPECT_NE(later.error().hint.find("first part"), std::string::npos);
  const auto renamed = File::open(write("model.gguf", part(0, 2, "a")));
  EXPECT_NE(renamed.error().message.find("-00001-of-00002.gguf"), std::string::npos);
}

TEST_F(SplitSet, BoundsTheNumberOfParts) {
  Writer writer = part(0, 60'000, "a");
  EXPECT_EQ(File::open(write("m-00001-of-60000.gguf", writer)).error().code,
            ErrorCode::kLimitExceeded);
  Writer text;
  text.string("split.count", "2");
  EXPECT_NE(File::open(write("t.gguf", text)).error().message.find("expected an integer"),
            std::string::npos);
  Writer negative;
  negative.scalar<std::int32_t>("split.count", ValueType::kInt32, -2);
  EXPECT_NE(File::open(write("n.gguf", negative)).error().message.find("is -2"), std::string::npos);
}

TEST_F(SplitSet, ErrorsNameTheFile) {
  Writer broken;
  broken.version = 9;
  const auto path = write("broken.gguf", broken);
  EXPECT_NE(File::open(path).error().message.find("broken.gguf"), std::string::npos);
  EXPECT_EQ(File::open(folder_ / "absent.gguf").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(File::open(folder_).error().code, ErrorCode::kInvalidArgument);
}

TEST(GoldenFiles, AllOpenAndReadInFull) {
  const char* golden = std::getenv("OUTPOST_GOLDEN_DIR");
  if (golden == nullptr) GTEST_SKIP() << "OUTPOST_GOLDEN_DIR is not set";
  int count = 0;
  for (const auto& item :
       std::filesystem::directory_iterator(std::filesystem::path(golden) / "tiny")) {
    if (item.path().extension() != ".gguf") continue;
    const auto file = File::open(item.path());
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE(file->get_string("general.architecture"));
    EXPECT_GT(testing::walk(*file), 0u);
    ++count;
  }
  EXPECT_GT(count, 0);
}

} // namespace
} // namespace outpost::gguf
