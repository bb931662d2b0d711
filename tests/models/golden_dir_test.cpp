// The tiny models of OUTPOST_GOLDEN_DIR, one for each architecture and block format, against logits
// that llama.cpp made with F32 weights and an F32 cache.
#include <cstdlib>

#include "models/testing_model.h"
#include "support/reference.h"

namespace outpost::models {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> tiny_models() {
  std::vector<fs::path> paths;
  const char* folder = std::getenv("OUTPOST_GOLDEN_DIR");
  std::error_code missing;
  if (folder == nullptr) return paths;
  for (const auto& entry : fs::directory_iterator(fs::path(folder) / "tiny", missing)) {
    if (entry.path().extension() == ".npz") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(GoldenDir, PreciseModeGivesTheReferenceOfEveryTinyModel) {
  const auto references = tiny_models();
  if (references.empty()) GTEST_SKIP() << "OUTPOST_GOLDEN_DIR has no folder of tiny models";
  for (const fs::path& path : references) {
    SCOPED_TRACE(path.filename());
    const auto reference = outpost::testing::read_reference(path);
    ASSERT_FALSE(reference.ids.empty());
    testing::ModelUnderTest model(fs::path(path).replace_extension(".gguf"),
                                  {.precise = true, .threads = 2});
    const auto divergence = outpost::testing::diverge(reference, model.logits(reference.ids));
    EXPECT_LT(divergence.mean_kl, 1e-6);
    EXPECT_LT(divergence.max_difference, 1e-3);
    EXPECT_EQ(divergence.first_choice, 1.0);
  }
}

} // namespace
} // namespace outpost::models
