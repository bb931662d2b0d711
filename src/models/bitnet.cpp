// BitNet b1.58 (Ma et al. 2024): ternary weights with a scale per matrix, a norm more before each
// output matrix, tied embeddings.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kBitnetTensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kOutputNorm, .name = "output_norm", .cols = kWidth},
    {.role = kAttentionNorm, .name = "blk.#.attn_norm", .cols = kWidth},
    {.role = kQuery,
     .name = "blk.#.attn_q",
     .cols = kWidth,
     .rows = kQueryWidth,
     .scale = kOptional},
    {.role = kKey, .name = "blk.#.attn_k", .cols = kWidth, .rows = kKvWidth, .scale = kOptional},
    {.role = kValue, .name = "blk.#.attn_v", .cols = kWidth, .rows = kKvWidth, .scale = kOptional},
    {.role = kAttentionSubNorm, .name = "blk.#.attn_sub_norm", .cols = kQueryWidth},
    {.role = kAttentionOutput,
     .name = "blk.#.attn_output",
     .cols = kQueryWidth,
     .rows = kWidth,
     .scale = kOptional},
    {.role = kFfnNorm, .name = "blk.#.ffn_norm", .cols = kWidth},
    {.role = kGate,
     .name = "blk.#.ffn_gate",
     .cols = kWidth,
     .rows = kFfnWidth,
     .scale = kOptional},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth, .scale = kOptional},
    {.role = kFfnSubNorm, .name = "blk.#.ffn_sub_norm", .cols = kFfnWidth},
    {.role = kDown,
     .name = "blk.#.ffn_down",
     .cols = kFfnWidth,
     .rows = kWidth,
     .scale = kOptional},
};

} // namespace

extern const ArchSpec kBitnet = {.name = "bitnet", .tensors = kBitnetTensors};

} // namespace outpost::models
