// Files that lie: hyper-parameters out of bounds, tensors of the wrong shape or type.
#include <functional>

#include <gtest/gtest.h>

#include "gguf/testing_writer.h"
#include "models/config.h"
#include "models/model.h"
#include "models/tensors.h"

namespace outpost::models {
namespace {

using gguf::ValueType;
using gguf::testing::Bytes;
using gguf::testing::Writer;

constexpr std::uint32_t kF32 = 0, kIq2 = 16;

// A whole llama of width 8 with one layer, but for what a test changes: `keys` adds to its keys (a
// key set twice keeps the first), `shape` gives a tensor's dimensions.
struct Fake {
  std::map<std::string, std::uint32_t> numbers = {{"block_count", 1},
                                                  {"embedding_length", 8},
                                                  {"feed_forward_length", 16},
                                                  {"context_length", 64},
                                                  {"attention.head_count", 2}};
  std::map<std::string, std::vector<std::uint64_t>> shapes = {
      {"token_embd", {8, 10}},       {"output_norm", {8}},       {"blk.0.attn_norm", {8}},
      {"blk.0.attn_q", {8, 8}},      {"blk.0.attn_k", {8, 8}},   {"blk.0.attn_v", {8, 8}},
      {"blk.0.attn_output", {8, 8}}, {"blk.0.ffn_norm", {8}},    {"blk.0.ffn_gate", {8, 16}},
      {"blk.0.ffn_up", {8, 16}},     {"blk.0.ffn_down", {16, 8}}};
  std::map<std::string, std::uint32_t> types; // other than F32
  float epsilon = 1e-5F;
  std::string architecture = "llama";
  std::function<void(Writer&)> more;

  [[nodiscard]] std::vector<std::byte> build() const {
    Writer w;
    w.string("general.architecture", architecture);
    for (const auto& [key, value] : numbers) w.uint32("llama." + key, value);
    w.float32("llama.attention.layer_norm_rms_epsilon", epsilon);
    if (more) more(w);
    for (const auto& [name, shape] : shapes) {
      std::size_t count = 1;
      for (const std::uint64_t n : shape) count *= n;
      const auto type = types.find(name);
      w.tensor(name + ".weight", type == types.end() ? kF32 : type->second, shape,
               Bytes().zeros(count * 4));
    }
    return w.build();
  }
};

Result<Config> config_of(const Fake& fake) {
  const auto bytes = fake.build();
  const auto file = gguf::File::parse(bytes);
  EXPECT_TRUE(file);
  return read_config(*file);
}

Error load_error(const Fake& fake) {
  const auto bytes = fake.build();
  const auto file = gguf::File::parse(bytes);
  EXPECT_TRUE(file) << (file ? "" : file.error().message);
  platform::Workers workers(1);
  const auto kernels = kernels::select_kernels(platform::cpu_features());
  const auto model = Model::load(*file, {}, *kernels, workers);
  EXPECT_FALSE(model);
  return model ? Error{} : model.error();
}

TEST(ReadConfig, FillsWhatAFileMayLeaveOut) {
  const auto config = config_of({});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->kv_head_count, 2u);
  EXPECT_EQ(config->head_size, 4u);
  EXPECT_EQ(config->rotary_size, 4u);
  EXPECT_EQ(config->vocabulary_size, 10u);
  EXPECT_EQ(config->rope.base, 10000.0);
  EXPECT_FLOAT_EQ(config->attention_scale, 0.5F);
  EXPECT_EQ(config->window, 0u);
}

TEST(ReadConfig, NamesWhatIsMissing) {
  for (const char* key : {"block_count", "embedding_length", "feed_forward_length",
                          "context_length", "attention.head_count"}) {
    Fake fake;
    fake.numbers.erase(key);
    const auto config = config_of(fake);
    ASSERT_FALSE(config) << key;
    EXPECT_EQ(config.error().code, ErrorCode::kNotFound);
    EXPECT_NE(config.error().message.find(key), std::string::npos) << config.error().message;
  }
}

TEST(ReadConfig, RefusesNumbersOutOfBounds) {
  const std::pair<const char*, std::uint32_t> lies[] = {{"block_count", 0},
                                                        {"block_count", 4'000'000'000u},
                                                        {"embedding_length", 0},
                                                        {"embedding_length", 1u << 31},
                                                        {"feed_forward_length", 0},
                                                        {"context_length", 0},
                                                        {"attention.head_count", 0},
                                                        {"attention.head_count", 1u << 20},
                                                        {"attention.head_count_kv", 0},
                                                        {"attention.key_length", 100'000},
                                                        {"rope.dimension_count", 0}};
  for (const auto& [key, value] : lies) {
    Fake fake;
    fake.numbers[key] = value;
    const auto config = config_of(fake);
    ASSERT_FALSE(config) << key;
    EXPECT_EQ(config.error().code, ErrorCode::kLimitExceeded) << key;
    EXPECT_NE(config.error().message.find(std::to_string(value)), std::string::npos);
  }
}

TEST(ReadConfig, RefusesNumbersThatDoNotFitEachOther) {
  const std::pair<const char*, std::uint32_t> lies[] = {
      {"attention.head_count_kv", 3}, {"attention.key_length", 7}, {"attention.value_length", 6},
      {"rope.dimension_count", 6},    {"rope.dimension_count", 3}, {"expert_count", 8}};
  for (const auto& [key, value] : lies) {
    Fake fake;
    fake.numbers[key] = value;
    EXPECT_FALSE(config_of(fake)) << key;
  }
}

TEST(ReadConfig, RefusesFloatsThatWouldSpread) {
  for (const float epsilon : {0.0F, -1.0F, 2.0F}) {
    Fake fake;
    fake.epsilon = epsilon;
    EXPECT_FALSE(config_of(fake)) << epsilon;
  }
  for (const float base : {0.0F, -10000.0F, 1e30F}) {
    Fake fake;
    fake.more = [&](Writer& w) { w.float32("llama.rope.freq_base", base); };
    EXPECT_FALSE(config_of(fake)) << base;
  }
  Fake fake;
  fake.more = [](Writer& w) {
    w.string("llama.rope.scaling.type", "linear").float32("llama.rope.scaling.factor", 0.0F);
  };
  EXPECT_FALSE(config_of(fake));
}

TEST(ReadConfig, SaysWhatItDoesNotSupport) {
  Fake yarn;
  yarn.more = [](Writer& w) { w.string("llama.rope.scaling.type", "yarn"); };
  ASSERT_FALSE(config_of(yarn));
  EXPECT_EQ(config_of(yarn).error().code, ErrorCode::kUnsupported);
  Fake unknown;
  unknown.architecture = "mamba";
  ASSERT_FALSE(config_of(unknown));
  EXPECT_EQ(config_of(unknown).error().code, ErrorCode::kUnsupported);
  EXPECT_NE(config_of(unknown).error().hint.find("llama, qwen2"), std::string::npos);
}

TEST(ReadConfig, TakesANumberPerLayerWhenAllAreEqual) {
  const auto with_kv_heads = [](const std::vector<std::uint32_t>& heads) {
    Fake fake;
    fake.more = [&](Writer& w) {
      w.numbers<std::uint32_t>("llama.attention.head_count_kv", ValueType::kUint32, heads);
    };
    return config_of(fake);
  };
  EXPECT_EQ(with_kv_heads({1, 1})->kv_head_count, 1u);
  EXPECT_FALSE(with_kv_heads({1, 2}));
  EXPECT_FALSE(with_kv_heads({}));
}

TEST(FindTensors, PrintsExpectedAndActualShape) {
  Fake fake;
  fake.shapes["blk.0.ffn_down"] = {8, 16};
  const Error error = load_error(fake);
  EXPECT_EQ(error.code, ErrorCode::kCorruptData);
  EXPECT_EQ(error.message, "tensor blk.0.ffn_down.weight has shape [8, 16] instead of [16, 8]");
}

TEST(FindTensors, NamesAMissingTensor) {
  Fake fake;
  fake.shapes.erase("blk.0.attn_v");
  const Error error = load_error(fake);
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_NE(error.message.find("blk.0.attn_v.weight"), std::string::npos);
}

TEST(FindTensors, NamesATypeWithoutKernels) {
  Fake fake;
  fake.numbers["embedding_length"] = 256;
  fake.shapes["token_embd"] = {256, 4};
  fake.types["token_embd"] = kIq2;
  const Error error = load_error(fake);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("token_embd.weight"), std::string::npos);
}

TEST(FindTensors, CountsWhatNobodyAsksFor) {
  Fake fake;
  fake.shapes["blk.0.mystery"] = {3};
  const auto bytes = fake.build();
  const auto file = gguf::File::parse(bytes);
  const auto config = read_config(*file);
  ASSERT_TRUE(config);
  EXPECT_EQ(find_tensors(*file, *config)->unused_count, 1u);
}

TEST(LoadModel, RefusesRopeFactorsThatDivideByZero) {
  Fake fake;
  fake.shapes["rope_freqs"] = {2};
  const Error error = load_error(fake);
  EXPECT_EQ(error.code, ErrorCode::kCorruptData);
}

TEST(LoadModel, RefusesWhatDoesNotFitInMemory) {
  const auto bytes = Fake{}.build();
  const auto file = gguf::File::parse(bytes);
  platform::Workers workers(1);
  const auto kernels = kernels::select_kernels(platform::cpu_features());
  const auto model = Model::load(*file, {.weights_bytes_max = 100}, *kernels, workers);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kResourceExhausted);
  const auto need = Model::memory_need(*file);
  ASSERT_TRUE(need);
  EXPECT_GT(need->weights_bytes, 100u);
  // Heads; keys of 16 bits, values of 8, and a scale each.
  EXPECT_EQ(need->kv_bytes_per_token, 2u * ((4u * 2u + 4u) + (4u + 4u)));
}

} // namespace
} // namespace outpost::models
