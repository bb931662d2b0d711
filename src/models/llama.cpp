// Llama 1 to 3.x, SmolLM2, TinyLlama, Mistral, R1-Distill-Llama. The rope factors are Llama 3.1's
// stretched frequencies, worked out when the file was written.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kLlamaTensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kOutputNorm, .name = "output_norm", .cols = kWidth},
    {.role = kOutput, .name = "output", .cols = kWidth, .rows = kVocabulary, .need = kOptional},
    {.role = kRopeFactors, .name = "rope_freqs", .cols = kRotaryHalf, .need = kOptional},
    {.role = kAttentionNorm, .name = "blk.#.attn_norm", .cols = kWidth},
    {.role = kQuery,
     .name = "blk.#.attn_q",
     .cols = kWidth,
     .rows = kQueryWidth,
     .bias = kOptional},
    {.role = kKey, .name = "blk.#.attn_k", .cols = kWidth, .rows = kKvWidth, .bias = kOptional},
    {.role = kValue, .name = "blk.#.attn_v", .cols = kWidth, .rows = kKvWidth, .bias = kOptional},
    {.role = kAttentionOutput,
     .name = "blk.#.attn_output",
     .cols = kQueryWidth,
     .rows = kWidth,
     .bias = kOptional},
    {.role = kFfnNorm, .name = "blk.#.ffn_norm", .cols = kWidth},
    {.role = kGate, .name = "blk.#.ffn_gate", .cols = kWidth, .rows = kFfnWidth, .bias = kOptional},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth, .bias = kOptional},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth, .bias = kOptional},
};

} // namespace

extern const ArchSpec kLlama = {
    .name = "llama", .tensors = kLlamaTensors, .rope_order = RopeOrder::kPairs};

} // namespace outpost::models
