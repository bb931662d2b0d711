// An architecture is a row of choices and a table of tensors. The loader, the checker and the
// memory estimate read the same tables, the decoder reads the choices: no code asks which model it
// runs. To add one: a file of rows, a line in registry.cpp, its name in CMakeLists.txt.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace outpost::models {

struct Config;

enum class Activation : std::uint8_t { kSilu, kGeluTanh, kRelu2 };

// Which two values of a head turn together: (2i, 2i+1), or (i, i + half).
enum class RopeOrder : std::uint8_t { kPairs, kHalves };

enum class Need : std::uint8_t { kNone, kOptional, kRequired };

// A dimension in words; config.h gives the number.
enum class Dim : std::uint8_t {
  kOne,
  kWidth,      // of the residual stream
  kQueryWidth, // heads * head size
  kKvWidth,    // kv heads * head size
  kQkvWidth,   // query, key and value after each other
  kFfnWidth,
  kGateUpWidth, // gate and up after each other
  kHeadSize,
  kRotaryHalf,
  kVocabulary,
  kPositions,  // as many as the model was made for
  kTokenTypes, // first text, second text
};

// What a tensor is for. A role that an architecture's table lacks is a step that its decoder skips.
enum class TensorRole : std::uint8_t {
  kTokenEmbedding,
  kPositionEmbedding, // one for each position, added; instead of a rotation
  kTypeEmbedding,     // the first is added: there is only one text
  kEmbeddingNorm,     // this and the two below are LayerNorms of the residual stream itself
  kOutputNorm,
  kOutput, // absent: the embedding is the head ("tied")
  kRopeFactors,
  kRopeFactorsShort,
  kRopeFactorsLong,
  kAttentionNorm,
  kQuery,
  kKey,
  kValue,
  kQkv,
  kQueryNorm, // per head, before the rotation
  kKeyNorm,
  kAttentionSubNorm, // of what the heads gave, before the output matrix
  kAttentionOutput,
  kAttentionPostNorm, // of a block's result, before it joins the residual stream
  kAttentionEndNorm,  // after it has joined
  kFfnNorm,
  kGate,
  kUp,
  kGateUp,
  kFfnSubNorm,
  kDown,
  kFfnPostNorm,
  kFfnEndNorm,
  kCount,
};

struct TensorSpec {
  TensorRole role;
  std::string_view name; // without ".weight"; '#' stands for the layer's number: one such per layer
  Dim cols;              // of a vector: its length
  Dim rows = Dim::kOne;  // kOne: a vector
  Need need = Need::kRequired;
  Need bias = Need::kNone;  // `name`.bias, [rows]; of a vector: [cols]
  Need scale = Need::kNone; // `name`.scale, [1]: multiplies the product

  [[nodiscard]] bool is_matrix() const { return rows != Dim::kOne; }
  [[nodiscard]] bool is_per_layer() const { return name.find('#') != std::string_view::npos; }
};

// 1 / sqrt(head size), what nearly all use.
double scale_by_head_size(const Config& config);

struct ArchSpec {
  std::string_view name; // general.architecture, and the prefix of the file's keys
  std::span<const TensorSpec> tensors;
  RopeOrder rope_order = RopeOrder::kHalves;
  Activation activation = Activation::kSilu; // where the file has no key that names one
  bool scales_embedding = false;             // by sqrt(width)
  bool is_causal = true;                     // a token sees those before it; otherwise all
  bool has_rope = true;
  std::string_view norm_epsilon_key = "attention.layer_norm_rms_epsilon";
  // With a period of n, every n-th layer sees all keys and the others the nearest `sliding_window`
  // of the file, with a rotary base of their own.
  std::uint32_t window_period = 0;
  double window_rope_base = 0;
  double (*attention_scale)(const Config& config) = scale_by_head_size;

  // Whether the feed-forward part multiplies by a gate; without one it is activation(up).
  [[nodiscard]] bool is_gated() const;
};

} // namespace outpost::models
