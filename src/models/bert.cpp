// BERT (MiniLM, bge, e5): every token sees all others, LayerNorm after each residual sum, positions
// learnt; reads texts and writes none.
#include "models/arch.h"

namespace outpost::models {
namespace {

using enum TensorRole;
using enum Dim;
using enum Need;

constexpr TensorSpec kBertTensors[] = {
    {.role = kTokenEmbedding, .name = "token_embd", .cols = kWidth, .rows = kVocabulary},
    {.role = kPositionEmbedding, .name = "position_embd", .cols = kWidth, .rows = kPositions},
    {.role = kTypeEmbedding,
     .name = "token_types",
     .cols = kWidth,
     .rows = kTokenTypes,
     .need = kOptional},
    {.role = kEmbeddingNorm, .name = "token_embd_norm", .cols = kWidth, .bias = kRequired},
    {.role = kQuery,
     .name = "blk.#.attn_q",
     .cols = kWidth,
     .rows = kQueryWidth,
     .bias = kRequired},
    {.role = kKey, .name = "blk.#.attn_k", .cols = kWidth, .rows = kKvWidth, .bias = kRequired},
    {.role = kValue, .name = "blk.#.attn_v", .cols = kWidth, .rows = kKvWidth, .bias = kRequired},
    {.role = kAttentionOutput,
     .name = "blk.#.attn_output",
     .cols = kQueryWidth,
     .rows = kWidth,
     .bias = kRequired},
    {.role = kAttentionEndNorm,
     .name = "blk.#.attn_output_norm",
     .cols = kWidth,
     .bias = kRequired},
    {.role = kUp, .name = "blk.#.ffn_up", .cols = kWidth, .rows = kFfnWidth, .bias = kRequired},
    {.role = kDown, .name = "blk.#.ffn_down", .cols = kFfnWidth, .rows = kWidth, .bias = kRequired},
    {.role = kFfnEndNorm, .name = "blk.#.layer_output_norm", .cols = kWidth, .bias = kRequired},
};

} // namespace

extern const ArchSpec kBert = {.name = "bert",
                               .tensors = kBertTensors,
                               .activation = Activation::kGeluTanh,
                               .is_causal = false,
                               .has_rope = false,
                               .norm_epsilon_key = "attention.layer_norm_epsilon"};

} // namespace outpost::models
