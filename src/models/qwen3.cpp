// Qwen3: a norm per head on query and key instead of biases.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kQwen3Tensors[] = {
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
    {.role = kFfnNorm, .name = "blk.#.ffn_norm", .cols = kWidth},
    {.role = kGate, .name = "blk.#.ffn_gate", .cols = kWidth, .rows = kFfnWidth},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth},
};

} // namespace

extern const ArchSpec kQwen3 = {.name = "qwen3", .tensors = kQwen3Tensors};

} // namespace outpost::models
