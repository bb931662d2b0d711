// Qwen2 and Qwen2.5: biases on query, key and value.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kQwen2Tensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kOutputNorm, .name = "output_norm", .cols = kWidth},
    {.role = kOutput, .name = "output", .cols = kWidth, .rows = kVocabulary, .need = kOptional},
    {.role = kAttentionNorm, .name = "blk.#.attn_norm", .cols = kWidth},
    {.role = kQuery,
     .name = "blk.#.attn_q",
     .cols = kWidth,
     .rows = kQueryWidth,
     .bias = kRequired},
    {.role = kKey, .name = "blk.#.attn_k", .cols = kWidth, .rows = kKvWidth, .bias = kRequired},
    {.role = kValue, .name = "blk.#.attn_v", .cols = kWidth, .rows = kKvWidth, .bias = kRequired},
    {.role = kAttentionOutput, .name = "blk.#.attn_output", .cols = kQueryWidth, .rows = kWidth},
    {.role = kFfnNorm, .name = "blk.#.ffn_norm", .cols = kWidth},
    {.role = kGate, .name = "blk.#.ffn_gate", .cols = kWidth, .rows = kFfnWidth},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth},
};

} // namespace

extern const ArchSpec kQwen2 = {.name = "qwen2", .tensors = kQwen2Tensors};

} // namespace outpost::models
