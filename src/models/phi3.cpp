// Phi-3.5 and Phi-4-mini: query, key and value in one matrix, gate and up in one, only part of a
// head rotated, and longrope: one set of frequency factors up to the original context, one beyond
// it.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kPhi3Tensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kOutputNorm, .name = "output_norm", .cols = kWidth},
    {.role = kOutput, .name = "output", .cols = kWidth, .rows = kVocabulary, .need = kOptional},
    {.role = kRopeFactorsShort,
     .name = "rope_factors_short",
     .cols = kRotaryHalf,
     .need = kOptional},
    {.role = kRopeFactorsLong, .name = "rope_factors_long", .cols = kRotaryHalf, .need = kOptional},
    {.role = kAttentionNorm, .name = "blk.#.attn_norm", .cols = kWidth},
    {.role = kQkv, .name = "blk.#.attn_qkv", .cols = kWidth, .rows = kQkvWidth, .bias = kOptional},
    {.role = kAttentionOutput,
     .name = "blk.#.attn_output",
     .cols = kQueryWidth,
     .rows = kWidth,
     .bias = kOptional},
    {.role = kFfnNorm, .name = "blk.#.ffn_norm", .cols = kWidth},
    {.role = kGateUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kGateUpWidth},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth},
};

} // namespace

extern const ArchSpec kPhi3 = {.name = "phi3", .tensors = kPhi3Tensors};

} // namespace outpost::models
