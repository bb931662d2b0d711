// What a model will take, known from its file's directory before anything is loaded: the numbers
// with which a server decides whether there is room.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "app/config/server_config.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::app {

struct ModelPlan {
  std::filesystem::path path;
  chat::ModelInfo info;
  std::uint32_t context_tokens = 0;
  std::uint32_t kv_tokens = 0;
  std::uint32_t sequences = 0;
  std::uint64_t file_bytes = 0;
  std::size_t weights_bytes = 0;
  std::size_t kv_bytes = 0;
  std::size_t scratch_bytes = 0; // of a step, and what the vocabulary takes
  friend bool operator==(const ModelPlan& a, const ModelPlan& b) {
    return a.path == b.path && a.context_tokens == b.context_tokens && a.kv_tokens == b.kv_tokens &&
           a.sequences == b.sequences && a.file_bytes == b.file_bytes;
  }
  [[nodiscard]] std::size_t total_bytes() const { return weights_bytes + kv_bytes + scratch_bytes; }
  // "smollm2-135m: 856 MiB (weights 92, kv 743 for 32768 tokens, other 21)"
  [[nodiscard]] std::string describe() const;
};

// Without kv_tokens in `config` they are kServerKvTokens, fewer where `budget_bytes` asks for it
// but enough for one conversation. kResourceExhausted with all numbers when even that does not fit;
// kLimitExceeded for a context beyond the model's.
Result<ModelPlan> plan_model(const std::filesystem::path& path, const ModelConfig& config,
                             std::size_t budget_bytes);

inline constexpr std::uint32_t kServerKvTokens = 32768;

std::string mebibytes(std::size_t bytes); // "856 MiB"

} // namespace outpost::app
