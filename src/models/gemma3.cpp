// Gemma 3 (text): four norms a layer, scaled embeddings, five windowed layers to each full one, and
// a rotary base of their own for the windowed ones. The file's norm weights include their 1 +.
#include <cmath>

#include "models/config.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kGemma3Tensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kOutputNorm, .name = "output_norm", .cols = kWidth},
    {.role = kOutput, .name = "output", .cols = kWidth, .rows = kVocabulary, .need = kOptional},
    {.role = kAttentionNorm, .name = "blk.#.attn_norm", .cols = kWidth},
    {.role = kQuery, .name = "blk.#.attn_q", .cols = kWidth, .rows = kQueryWidth},
    {.role = kKey, .name = "blk.#.attn_k", .cols = kWidth, .rows = kKvWidth},
    {.role = kValue, .name = "blk.#.attn_v", .cols = kWidth, .rows = kKvWidth},
    {.role = kQueryNorm, .name = "blk.#.attn_q_norm", .cols = kHeadSize},
    {.role = kKeyNorm, .name = "blk.#.attn_k_norm", .cols = kHeadSize},
    {.role = kAttentionOutput, .name = "blk.#.attn_output", .cols = kQueryWidth, .rows = kWidth},
    {.role = kAttentionPostNorm, .name = "blk.#.post_attention_norm", .cols = kWidth},
    {.role = kFfnNorm, .name = "blk.#.ffn_norm", .cols = kWidth},
    {.role = kGate, .name = "blk.#.ffn_gate", .cols = kWidth, .rows = kFfnWidth},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth},
    {.role = kFfnPostNorm, .name = "blk.#.post_ffw_norm", .cols = kWidth},
};

// The 27B model alone divides by its width per head instead of its head size; its file has no key
// that says so.
double attention_scale(const Config& config) {
  const bool is_27b = config.layer_count == 62;
  return is_27b ? 1.0 / std::sqrt(config.width / config.head_count) : scale_by_head_size(config);
}

} // namespace

extern const ArchSpec kGemma3 = {.name = "gemma3",
                                 .tensors = kGemma3Tensors,
                                 .activation = Activation::kGeluTanh,
                                 .scales_embedding = true,
                                 .window_period = 6,
                                 .window_rope_base = 10000,
                                 .attention_scale = attention_scale};

} // namespace outpost::models
