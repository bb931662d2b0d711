// A model with a decoder, for tests: loads a file and runs token lists through it.
#pragma once
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "models/decoder.h"

namespace outpost::models::testing {

struct Setup {
  bool precise = false;
  unsigned threads = 1;
  std::uint32_t rows_max = 512;
  std::uint32_t context_tokens_max = 0;
  std::uint32_t page_count = 64;
  std::string isa; // empty: the strongest
};

class ModelUnderTest {
public:
  explicit ModelUnderTest(const std::filesystem::path& path, const Setup& setup = {})
      : workers_(setup.threads) {
    auto file = gguf::File::open(path);
    auto kernels = kernels::select_kernels(platform::cpu_features(), setup.isa);
    if (!file || !kernels) {
      ADD_FAILURE() << (file ? kernels.error().message : file.error().message);
      return;
    }
    auto loaded = Model::load(*file, {.precise = setup.precise}, *kernels, workers_);
    if (!loaded) {
      ADD_FAILURE() << loaded.error().message;
      return;
    }
    model = *std::move(loaded);
    auto arena =
        KvArena::make({.layer_count = model->layer_count(),
                       .kv_head_count = model->kv_head_count(),
                       .head_size = model->head_size(),
                       .type = setup.precise ? kernels::KvType::kF32 : kernels::KvType::kFixed},
                      setup.page_count);
    if (arena) kv = std::make_unique<KvArena>(*std::move(arena));
    auto made = Decoder::make(*model, *kv, workers_,
                              {.rows_max = setup.rows_max,
                               .logits_rows_max = setup.rows_max,
                               .context_tokens_max = setup.context_tokens_max});
    if (made)
      decoder = *std::move(made);
    else
      ADD_FAILURE() << made.error().message;
    pages.resize(setup.page_count);
    std::iota(pages.begin(), pages.end(), 0u);
  }

  // Logits of every token, [tokens][vocabulary], fed in chunks.
  std::vector<float> logits(std::span<const std::int32_t> tokens, std::uint32_t chunk = 512) {
    std::vector<float> all;
    for (std::uint32_t at = 0; at < tokens.size(); at += chunk) {
      const auto rows =
          static_cast<std::uint32_t>(std::min<std::size_t>(chunk, tokens.size() - at));
      const StepSequence sequence{pages, at, rows};
      const auto wanted = iota(rows);
      const auto got = decoder->run({tokens.subspan(at, rows), {&sequence, 1}, wanted}, {});
      if (got)
        all.insert(all.end(), got->begin(), got->end());
      else
        ADD_FAILURE() << got.error().message;
    }
    return all;
  }

  static std::vector<std::uint32_t> iota(std::uint32_t count) {
    std::vector<std::uint32_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0u);
    return numbers;
  }

  std::unique_ptr<Model> model;
  std::unique_ptr<KvArena> kv;
  std::unique_ptr<Decoder> decoder;
  std::vector<PageId> pages; // all of the arena

private:
  platform::Workers workers_;
};

// The tokens of tests/data/models/make.py, as many as asked.
inline std::vector<std::int32_t> test_tokens(std::int32_t count) {
  std::vector<std::int32_t> tokens;
  for (std::int32_t i = 0; i < count; ++i) tokens.push_back((i * i * 7 + 11 * i + 3) % 271);
  return tokens;
}

inline std::filesystem::path test_model(const std::string& name) {
  return std::filesystem::path(OUTPOST_SOURCE_DIR) / "tests/data/models" / name;
}

inline bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

} // namespace outpost::models::testing
