// The weights as the decoder reads them: matrices in panels, vectors in float, grouped by the input
// they share. Views over the model's arena.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/kernels.h"
#include "models/config.h"
#include "models/outliers.h"
#include "quant/encoding.h"

namespace outpost::models {

struct Matrix {
  quant::PackedMatrix packed;
  const float* bias = nullptr;  // [rows], or none
  float scale = 1;              // multiplies the product, before the bias
  std::uint32_t out_column = 0; // of its first row in the group's output
  Outliers outliers;            // of the group's input; none where the table is nullptr
};

// Up to three matrices over one input (query, key, value; gate, up): the input is prepared once,
// and their outputs lie beside each other, as if they were one matrix.
struct MatrixGroup {
  std::array<Matrix, 3> members;
  std::uint32_t count = 0;
  std::uint32_t cols = 0;
  std::uint32_t rows = 0; // of all members
  std::uint32_t panel_count = 0;
  bool takes_codes = false;      // some member multiplies int8 activations
  std::uint32_t cols_padded = 0; // of those
  std::uint32_t activation_group = kernels::kActivationGroup; // that these are to have
  bool takes_short_scales = false;                            // some member asks for them

  [[nodiscard]] std::span<const Matrix> matrices() const { return {members.data(), count}; }
  // All members keep outliers, or none does.
  [[nodiscard]] bool has_outlier_tables() const { return members[0].outliers.table != nullptr; }
  // Columns that stay out of the codes.
  [[nodiscard]] std::span<const std::uint32_t> outlier_columns() const {
    if (!has_outlier_tables()) return {};
    const Outliers::Table& table = *members[0].outliers.table;
    return {table.columns, table.count};
  }
  // `memory` as rows of this group's input.
  [[nodiscard]] kernels::QuantizedRows codes_in(kernels::QuantizedRows memory,
                                                std::uint32_t row_count) const {
    memory.row_count = row_count;
    memory.cols_padded = cols_padded;
    memory.group = activation_group;
    memory.has_short_scales = takes_short_scales;
    memory.outlier_count = static_cast<std::uint32_t>(outlier_columns().size());
    return memory;
  }
};

// LayerNorm (Ba et al. 2016, arXiv:1607.06450); absent: weight is nullptr.
struct LayerNorm {
  const float* weight = nullptr; // [width]
  const float* bias = nullptr;   // [width], or none
};

// Absent norms are nullptr: the decoder skips them.
struct LayerWeights {
  const float* attention_norm = nullptr;
  const float* query_norm = nullptr;
  const float* key_norm = nullptr;
  const float* attention_sub_norm = nullptr;
  const float* attention_post_norm = nullptr;
  LayerNorm attention_end_norm;
  const float* ffn_norm = nullptr;
  const float* ffn_sub_norm = nullptr;
  const float* ffn_post_norm = nullptr;
  LayerNorm ffn_end_norm;
  MatrixGroup qkv;
  MatrixGroup attention_output;
  MatrixGroup gate_up;
  MatrixGroup down;
};

struct Weights {
  quant::PackedMatrix token_embedding;
  quant::PackedMatrix position_embedding; // these two may be absent: data is nullptr
  quant::PackedMatrix type_embedding;
  LayerNorm embedding_norm;
  const float* output_norm = nullptr;
  MatrixGroup output;
  // [rotary size / 2], all positive; nullptr: ones.
  const float* rope_factors = nullptr;
  const float* rope_factors_short = nullptr;
  const float* rope_factors_long = nullptr;
  std::vector<LayerWeights> layers;
};

// What the decoder needs of a model.
struct ModelParts {
  Config config;
  Weights weights;
  kernels::KernelTable kernels;
  bool precise = false;

  // Whether a matrix multiplies float activations instead of int8 ones.
  [[nodiscard]] bool takes_floats(quant::Encoding encoding) const {
    return precise || quant::shape_of(encoding).is_float();
  }
};

} // namespace outpost::models
