// Every limit of the engine, and what they cost in memory.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/draft_source.h"
#include "engine/kv_snapshot.h"

namespace outpost::engine {

struct EngineConfig {
  // Positions that all sequences and the prefix cache share; rounded up to pages.
  std::uint32_t kv_tokens = 16384;
  // The longest sequence, prompt and answer; 0: the model's context. Never more than kv_tokens.
  std::uint32_t context_tokens = 0;
  // Of one step: rows computed, sequences that take part, rows that give logits.
  std::uint32_t rows_max = 512;
  std::uint32_t sequences_max = 64;
  std::uint32_t logits_rows_max = 64;
  // Prompt rows in a step beside running answers, to begin with; then as many as keep the step
  // within this time, which bounds the pause between two tokens. 0: always as many.
  std::uint32_t prompt_rows_beside_answers = 128;
  std::chrono::milliseconds step_time_beside_answers{50};
  // Most tokens that are drafted for one answer and step; 0: no speculation.
  std::uint32_t draft_tokens_max = kDraftTokensMax;
  // Requests that wait, in all and of one principal, and the tokens they may bring.
  std::uint32_t queue_max = 256;
  std::uint32_t queue_per_principal_max = 128;
  std::uint32_t queue_tokens_max = 1u << 22;
  // Of one scoring request.
  std::uint32_t score_items_max = 4096;
  std::uint32_t score_tokens_max = 1u << 20;
  // Whether the memory of keys and values is asked of the system while there is nothing to do, not
  // when it is first used in the middle of an answer; not of models that keep none.
  bool populates_kv = false;
  // What an earlier engine of the same model left; none: it begins with an empty cache.
  std::shared_ptr<const KvSnapshot> kept = nullptr;
};

// What the engine holds, all of it taken at start.
struct EnginePlan {
  std::size_t weights_bytes = 0;
  std::size_t kv_bytes = 0;
  std::size_t kv_bytes_per_token = 0;
  std::uint32_t kv_tokens = 0;
  std::uint32_t context_tokens = 0;
  std::size_t decoder_bytes = 0;  // activations and logits of a step
  std::size_t sampling_bytes = 0; // rows of logits being changed, orders of tokens
  [[nodiscard]] std::size_t total_bytes() const {
    return weights_bytes + kv_bytes + decoder_bytes + sampling_bytes;
  }
  // For people, one line a part.
  [[nodiscard]] std::string describe() const;
};

} // namespace outpost::engine
