#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "base/random.h"
#include "models/packed_file.h"
#include "models/testing_model.h"
#include "models/weights.h"

namespace outpost::models {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> random_bytes(std::size_t count) {
  Random random(3);
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next_below(256));
  return bytes;
}

class PackedFileTest : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("packed_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static PackedKey key() {
    return {.model_files = {{.device = 1, .inode = 2, .size_bytes = 3, .modified_ns = 4}},
            .digest = "sha256-00",
            .isa = "avx2",
            .weights_bytes = kBytes};
  }
  [[nodiscard]] PackedFile file(const PackedKey& key) const { return {folder_ / "a.packed", key}; }
  [[nodiscard]] Status read(const PackedKey& key) {
    read_.assign(key.weights_bytes, std::byte{});
    return file(key).read(read_, workers_);
  }
  void flip(std::uint64_t at) const {
    std::fstream stream(folder_ / "a.packed", std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(at));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte ^ 4));
  }

  static constexpr std::size_t kBytes = 2 * PackedFile::kChunkBytes + 321;
  fs::path folder_;
  platform::Workers workers_{2};
  std::vector<std::byte> weights_ = random_bytes(kBytes);
  std::vector<std::byte> read_;
};

TEST_F(PackedFileTest, GivesBackWhatWasWritten) {
  EXPECT_EQ(read(key()).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(file(key()).write(weights_));
  ASSERT_TRUE(read(key()));
  EXPECT_EQ(read_, weights_);
  EXPECT_EQ(fs::file_size(folder_ / "a.packed"), file(key()).size_bytes());
}

TEST_F(PackedFileTest, EveryPartOfTheKeyCounts) {
  ASSERT_TRUE(file(key()).write(weights_));
  std::vector<PackedKey> others(9, key());
  others[0].model_files[0].device = 9;
  others[1].model_files[0].inode = 9;
  others[2].model_files[0].size_bytes = 9;
  others[3].model_files[0].modified_ns = 9;
  others[4].model_files.push_back({});
  others[5].digest = "sha256-01";
  others[6].isa = "avx512";
  others[7].weights_bytes -= 1;
  others[8].digest.clear();
  for (const PackedKey& other : others) {
    const Status status = read(other);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kConflict) << &other - others.data();
  }
}

TEST_F(PackedFileTest, DamageIsFoundWhereverItIs) {
  ASSERT_TRUE(file(key()).write(weights_));
  const std::uint64_t head = file(key()).size_bytes() - kBytes;
  for (const std::uint64_t at :
       {std::uint64_t{0}, std::uint64_t{60}, head, head + PackedFile::kChunkBytes - 1,
        head + PackedFile::kChunkBytes, head + kBytes - 1}) {
    flip(at);
    EXPECT_FALSE(read(key())) << "byte " << at;
    flip(at);
  }
  ASSERT_TRUE(read(key()));
  fs::resize_file(folder_ / "a.packed", head + kBytes - 1);
  EXPECT_EQ(read(key()).error().code, ErrorCode::kCorruptData);
  fs::resize_file(folder_ / "a.packed", 10);
  EXPECT_FALSE(read(key()));
}

class PackedModelTest : public PackedFileTest {
protected:
  struct Loaded {
    std::vector<std::byte> first_panels; // of the embedding
    std::string warning;
  };
  // Loads a model with this folder; when it returns, the packed weights are written.
  Loaded load(std::string_view isa = {}) {
    const auto model_file = *gguf::File::open(testing::test_model("llama.gguf"));
    const auto kernels = *kernels::select_kernels(platform::cpu_features(), isa);
    LoadOptions options;
    options.packed = {folder_ / "packed", ""};
    const auto model = *Model::load(model_file, options, kernels, workers_);
    const quant::PackedMatrix& embedding = model->parts().weights.token_embedding;
    return {{embedding.data, embedding.data + embedding.panel_bytes * embedding.panel_count()},
            model->packed_warning()};
  }
  [[nodiscard]] std::uint64_t inode() const {
    struct stat info{};
    EXPECT_EQ(::stat(only_file().c_str(), &info), 0);
    return info.st_ino;
  }
  [[nodiscard]] fs::path only_file() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_ / "packed")) files.push_back(entry);
    EXPECT_EQ(files.size(), 1u);
    return files.empty() ? fs::path() : files.front();
  }
};

TEST_F(PackedModelTest, TheSecondStartReadsWhatTheFirstWrote) {
  const Loaded first = load();
  EXPECT_EQ(first.warning, "");
  const auto written = inode();
  const Loaded second = load();
  EXPECT_EQ(second.warning, "");
  EXPECT_EQ(second.first_panels, first.first_panels);
  EXPECT_EQ(inode(), written) << "it was written again";
}

TEST_F(PackedModelTest, DamagedOrForeignOnesAreMadeAnew) {
  const Loaded first = load();
  fs::resize_file(only_file(), fs::file_size(only_file()) / 2);
  const Loaded after_damage = load();
  EXPECT_NE(after_damage.warning.find("damaged"), std::string::npos) << after_damage.warning;
  EXPECT_EQ(after_damage.first_panels, first.first_panels);
  EXPECT_EQ(load().warning, "");
  const Loaded on_another = load("scalar");
  EXPECT_NE(on_another.warning.find("another"), std::string::npos) << on_another.warning;
  fs::permissions(only_file(), fs::perms(0644));
  const Loaded after_exposure = load("scalar");
  EXPECT_NE(after_exposure.warning, "");
  EXPECT_EQ(fs::status(only_file()).permissions(), fs::perms(0600));
}

TEST_F(PackedModelTest, OldFilesMakeRoom) {
  fs::create_directories(folder_ / "packed");
  for (int i = 0; i < 12; ++i) {
    const fs::path old = folder_ / "packed" / ("old" + std::to_string(i) + ".packed");
    std::ofstream(old) << i;
    fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(100 - i));
  }
  load();
  EXPECT_FALSE(fs::exists(folder_ / "packed" / "old4.packed"));
  EXPECT_TRUE(fs::exists(folder_ / "packed" / "old5.packed"));
  EXPECT_TRUE(fs::exists(folder_ / "packed" / "old11.packed"));
}

} // namespace
} // namespace outpost::models
