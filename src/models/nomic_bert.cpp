// Nomic's BERT (nomic-embed-text 1 and 1.5): rotated positions, a gate, no biases but the norms'.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kNomicBertTensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kTypeEmbedding,
     .name = "token_types",
     .cols = kWidth,
     .rows = kTokenTypes,
     .need = kOptional},
    {.role = kEmbeddingNorm, .name = "token_embd_norm", .cols = kWidth, .bias = kRequired},
    {.role = kQkv, .name = "blk.#.attn_qkv", .cols = kWidth, .rows = kQkvWidth, .bias = kOptional},
    {.role = kAttentionOutput,
     .name = "blk.#.attn_output",
     .cols = kQueryWidth,
     .rows = kWidth,
     .bias = kOptional},
    {.role = kAttentionEndNorm,
     .name = "blk.#.attn_output_norm",
     .cols = kWidth,
     .bias = kRequired},
    {.role = kGate, .name = "blk.#.ffn_gate", .cols = kWidth, .rows = kFfnWidth},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth},
    {.role = kFfnEndNorm, .name = "blk.#.layer_output_norm", .cols = kWidth, .bias = kRequired},
};

} // namespace

extern const ArchSpec kNomicBert = {.name = "nomic-bert",
                                    .tensors = kNomicBertTensors,
                                    .is_causal = false,
                                    .norm_epsilon_key = "attention.layer_norm_epsilon"};

} // namespace outpost::models
