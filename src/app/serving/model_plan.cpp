#include "app/serving/model_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/chat_model.h"
#include "gguf/gguf.h"
#include "models/model.h"

namespace outpost::app {
namespace {

// Of the budget, keys and values take at most one part in this many unless told otherwise.
constexpr std::size_t kKvShare = 2;
// Tokenizer, templates and tables, for each token of the vocabulary: 350 bytes measured with
// SmolLM2's 49,152 tokens, rounded up.
constexpr std::size_t kBytesPerToken = 512;

Result<std::uint64_t> of_architecture(const gguf::File& file, const char* key) {
  OUTPOST_TRY(const auto architecture, file.get_string("general.architecture"));
  return file.get_uint(std::string(architecture) + key);
}

Result<std::uint32_t> context_of(const gguf::File& file, std::uint32_t asked) {
  OUTPOST_TRY(const std::uint64_t most, of_architecture(file, ".context_length"));
  if (asked > most) {
    return fail(
        ErrorCode::kLimitExceeded,
        fmt::format("a context of {} tokens is asked for, the model was made for {}", asked, most));
  }
  const std::uint64_t usual = std::min<std::uint64_t>(most, kDefaultContextTokens);
  return static_cast<std::uint32_t>(asked != 0 ? asked : usual);
}

Result<std::size_t> vocabulary_bytes(const gguf::File& file) {
  OUTPOST_TRY(const gguf::Array* tokens,
              file.get_array("tokenizer.ggml.tokens", gguf::ValueType::kString));
  return static_cast<std::size_t>(tokens->size()) * kBytesPerToken;
}

std::uint32_t kv_tokens_of(const ModelConfig& config, const ModelPlan& plan,
                           std::size_t bytes_per_token, std::size_t budget_bytes) {
  if (config.kv_tokens != 0) return std::max(config.kv_tokens, plan.context_tokens);
  const std::size_t others = plan.weights_bytes + plan.scratch_bytes;
  const std::size_t left = budget_bytes > others ? budget_bytes - others : 0;
  const std::size_t fits = std::min(left, budget_bytes / kKvShare) / bytes_per_token;
  const auto most = static_cast<std::uint32_t>(std::min<std::size_t>(fits, kServerKvTokens));
  return std::max(most, plan.context_tokens);
}

} // namespace

std::string mebibytes(std::size_t bytes) {
  return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / (1 << 20));
}

std::string ModelPlan::describe() const {
  return fmt::format("{}: {} (weights {}, keys and values {} for {} tokens, other {})", info.name,
                     mebibytes(total_bytes()), mebibytes(weights_bytes), mebibytes(kv_bytes),
                     kv_tokens, mebibytes(scratch_bytes));
}

Result<ModelPlan> plan_model(const std::filesystem::path& path, const ModelConfig& config,
                             std::size_t budget_bytes) {
  OUTPOST_TRY(const gguf::File file, gguf::File::open(path));
  OUTPOST_TRY(const models::MemoryNeed need, models::Model::memory_need(file));
  OUTPOST_TRY(const std::size_t vocabulary, vocabulary_bytes(file));
  ModelPlan plan;
  plan.path = path;
  plan.sequences = config.sequences;
  plan.file_bytes = file.file_size_bytes();
  plan.weights_bytes = need.weights_bytes;
  plan.scratch_bytes = need.scratch_bytes + vocabulary;
  OUTPOST_TRY(plan.context_tokens, context_of(file, config.context_tokens));
  plan.kv_tokens = kv_tokens_of(config, plan, need.kv_bytes_per_token, budget_bytes);
  plan.kv_bytes = plan.kv_tokens * need.kv_bytes_per_token;
  plan.info.name = config.name;
  plan.info.context_tokens = plan.context_tokens;
  OUTPOST_TRY(const std::uint64_t width, of_architecture(file, ".embedding_length"));
  plan.info.embedding_size = static_cast<std::uint32_t>(width);
  plan.info.has_chat_template = file.find("tokenizer.chat_template") != nullptr;
  if (plan.total_bytes() > budget_bytes) {
    return fail(ErrorCode::kResourceExhausted,
                plan.describe() + " does not fit into " + mebibytes(budget_bytes),
                "lower its kv_tokens or context, or give the server more memory");
  }
  return plan;
}

} // namespace outpost::app
