#include <gtest/gtest.h>

#include "cli/bench/cost.h"
#include "cli/bench/measure.h"
#include "cli/bench/report.h"
#include "cli/bench/workload.h"

namespace outpost::cli {
namespace {

models::Config config(std::uint32_t layers, std::uint32_t width, std::uint32_t ffn,
                      std::uint32_t heads, std::uint32_t kv_heads, std::uint32_t head_size,
                      std::uint32_t vocabulary) {
  models::Config config;
  config.layer_count = layers;
  config.width = width;
  config.ffn_width = ffn;
  config.head_count = heads;
  config.kv_head_count = kv_heads;
  config.head_size = head_size;
  config.vocabulary_size = vocabulary;
  return config;
}

const models::Config kSmolLm2 = config(30, 576, 1536, 9, 3, 64, 49152);

// Hand-counted: 30 layers of 576 x (576 + 2 x 192) + 576 x 576 + 3 x 576 x 1536 weights.
TEST(ModelCost, SmolLm2AsCountedByHand) {
  const ModelCost cost(kSmolLm2, 98'000'000);
  EXPECT_EQ(cost.linear_multiply_adds(), 106'168'320u);
  EXPECT_EQ(cost.head_multiply_adds(), 28'311'552u);
  EXPECT_EQ(cost.attention_multiply_adds(0), 34'560u);
  EXPECT_EQ(cost.attention_multiply_adds(99), 3'456'000u);
  EXPECT_EQ(cost.prefill_multiply_adds(0, 2), 2 * 106'168'320u + 28'311'552u + 3 * 34'560u);
  EXPECT_EQ(cost.prefill_multiply_adds(10, 1), 106'168'320u + 28'311'552u + 11 * 34'560u);
  EXPECT_EQ(cost.kv_bytes(0), 17'280u); // 30 x 3 x 64 keys of 2 bytes and values of 1
}

TEST(ModelCost, OtherShapes) {
  const ModelCost qwen(config(24, 896, 4864, 14, 2, 64, 151936), 0);
  EXPECT_EQ(qwen.linear_multiply_adds(), 357'826'560u);
  EXPECT_EQ(qwen.attention_multiply_adds(0), 43'008u);
  const ModelCost llama(config(16, 2048, 8192, 32, 8, 64, 128256), 0);
  EXPECT_EQ(llama.linear_multiply_adds(), 973'078'528u);
  EXPECT_EQ(llama.head_multiply_adds(), 262'668'288u);
}

TEST(ModelCost, AWindowBoundsWhatItsLayersRead) {
  models::ArchSpec arch{};
  arch.window_period = 6;
  models::Config gemma = config(18, 640, 2048, 4, 1, 256, 262144);
  gemma.arch = &arch;
  gemma.window = 512;
  const ModelCost cost(gemma, 0);
  // 15 layers see at most 512 keys, 3 see all: 2 x 4 x 256 multiply-adds for each.
  EXPECT_EQ(cost.attention_multiply_adds(99), 2048u * 18 * 100);
  EXPECT_EQ(cost.attention_multiply_adds(999), 2048u * (15 * 512 + 3 * 1000));
  EXPECT_EQ(cost.kv_bytes(999), 768u * (15 * 512 + 3 * 1000));
}

TEST(Workload, NamesSayWhatIsMeasured) {
  const auto all = workloads_of({.prefill_tokens = {512},
                                 .decode_tokens = 64,
                                 .batches = {1, 16},
                                 .depths = {0, 2048},
                                 .shared = 0});
  std::string names;
  for (const Workload& workload : all) names += workload.name() + " ";
  EXPECT_EQ(names, "pp512 tg64_x1 tg64_x16 pp512_d2048 tg64_x1_d2048 tg64_x16_d2048 ");
  EXPECT_EQ(workloads_of({.shared = 1030}).back().name(), "tg64_x1_s1024");
}

TEST(Workload, TheStandardSetFitsTheContext) {
  bool has_far = false;
  for (const Workload& workload : standard_workloads({}, 8192)) {
    EXPECT_LE(workload.end(), 8192u) << workload.name();
    has_far = has_far || workload.name() == "pp512_d7168";
  }
  EXPECT_TRUE(has_far);
  std::string names;
  for (const Workload& workload : standard_workloads({false, true, false, true}, 32768)) {
    names += workload.name() + " ";
  }
  EXPECT_EQ(names, "tg64_x1 tg64_x1_d2048 tg64_x1_d8192 pp32_d2048 ");
}

TEST(Measure, ARunCountsWhatItComputesAndReads) {
  const ModelCost cost(kSmolLm2, 1'000'000);
  const Workload decode{.kind = WorkloadKind::kDecode, .tokens = 2, .batch = 3, .depth = 16};
  EXPECT_DOUBLE_EQ(multiply_adds(decode, cost),
                   3.0 * (2 * (106'168'320.0 + 28'311'552.0) + (17 + 18) * 34'560.0));
  EXPECT_DOUBLE_EQ(bytes_read(decode, cost), 2 * 1e6 + 3 * (17 + 18) * 17'280.0);
  const Workload sharing{
      .kind = WorkloadKind::kDecode, .tokens = 1, .batch = 3, .depth = 1040, .shared = 1024};
  EXPECT_DOUBLE_EQ(bytes_read(sharing, cost), 1e6 + (1024 + 3 * 17) * 17'280.0);
}

BenchReport report() {
  BenchReport report;
  report.model = "a<b.gguf";
  report.isa = "avx512";
  report.threads = 2;
  report.measurements.measured.push_back({.workload = {.tokens = 512},
                                          .seconds = 0.1,
                                          .tokens_per_second = 5120,
                                          .share = 0.5,
                                          .roof = "int8"});
  report.measurements.left_out.push_back({{.tokens = 2048}, 30});
  report.warm_seconds = 0.015;
  return report;
}

TEST(BenchReport, JsonHasRatesUnderTheNamesOfWorkloads) {
  EXPECT_EQ(report_json(report()),
            R"({"model": "a<b.gguf", "threads": 2, "isa": "avx512", "processor": "", )"
            R"("pp512": 5120, "warm_first_token_ms": 15, )"
            R"("shares": {"pp512": {"roof": "int8", "share": 0.5}}, "left_out": ["pp2048"]})");
}

TEST(BenchReport, ThePictureHasABarAsLongAsTheShareAndNoForeignMarkup) {
  const std::string svg = report_svg(report());
  EXPECT_NE(svg.find("a&lt;b.gguf"), std::string::npos);
  EXPECT_NE(svg.find("width=\"200\" height=\"12\" rx=\"2\" class=\"c\""), std::string::npos);
  EXPECT_NE(svg.find("prefers-color-scheme:dark"), std::string::npos);
}

} // namespace
} // namespace outpost::cli
