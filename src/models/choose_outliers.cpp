#include "models/choose_outliers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/checked.h"
#include "models/decoder.h"
#include "models/input_observer.h"
#include "models/weights.h"
#include "quant/panel_block.h"

namespace outpost::models {
namespace {

constexpr std::uint32_t kTokens = 64;
constexpr std::uint32_t kLogitsRows = 16;
// A column is an outlier if without it the noise that int8 codes add to the input is less by this
// part at least; it costs each output one multiplication, as a group of columns costs nine or ten.
constexpr double kWorth = 1.0 / 64;

// Rounding to codes adds noise in proportion to the square of each group's largest magnitude. Finds
// the column whose absence takes most of it away, again and again.
class Search {
public:
  Search(const float* rows, std::size_t stride, std::uint32_t count, std::uint32_t cols,
         std::uint32_t group_cols)
      : rows_(rows), stride_(stride), count_(count), cols_(cols), group_cols_(group_cols),
        is_out_(cols) {}

  // False when no column is worth it.
  bool next(std::uint32_t& column) {
    std::vector<double> gains(cols_);
    double noise = 0;
    for (std::uint32_t row = 0; row < count_; ++row)
      for (std::uint32_t begin = 0; begin < cols_; begin += group_cols_)
        noise += add_gain(rows_ + row * stride_, begin, gains);
    const auto best = std::max_element(gains.begin(), gains.end());
    if (!(*best > noise * kWorth)) return false; // nor when the noise is not a number
    column = static_cast<std::uint32_t>(best - gains.begin());
    is_out_[column] = true;
    return true;
  }

private:
  // The square of the largest magnitude of a group of columns of `x`; what it would be less without
  // that column is added to the column's gain.
  double add_gain(const float* x, std::uint32_t begin, std::vector<double>& gains) const {
    double largest = 0, second = 0;
    std::uint32_t at = begin;
    for (std::uint32_t c = begin; c < std::min(begin + group_cols_, cols_); ++c) {
      const double magnitude = is_out_[c] ? 0 : std::abs(double{x[c]});
      if (magnitude > largest) {
        second = largest;
        largest = magnitude;
        at = c;
      } else if (magnitude > second) {
        second = magnitude;
      }
    }
    gains[at] += largest * largest - second * second;
    return largest * largest;
  }

  const float* rows_;
  std::size_t stride_;
  std::uint32_t count_, cols_, group_cols_;
  std::vector<bool> is_out_;
};

// Column `column` of a matrix, decoded, as outlier `index`.
void decode_column(const quant::PackedMatrix& w, std::uint32_t column, std::uint32_t index,
                   float* out) {
  for (std::uint32_t panel = 0; panel < w.panel_count(); ++panel) {
    float* weights = out + (std::size_t{panel} * kOutliersMax + index) * quant::kPanelRows;
    for (std::uint32_t row = 0; row < quant::kPanelRows; ++row)
      quant::decode_panel_row(w.encoding, w.panel(panel), row, column, column + 1, weights + row);
  }
}

// Chooses a group's outliers when its input comes by, so that what follows has them already.
class Chooser final : public InputObserver {
public:
  void see(const MatrixGroup& group, const float* rows, std::size_t stride,
           std::uint32_t count) override {
    if (!group.has_outlier_tables()) return;
    const auto columns = find_outliers(rows, stride, count, group.cols, group.activation_group);
    Outliers::Table chosen{
        .is_chosen = 1, .count = static_cast<std::uint32_t>(columns.size()), .columns = {}};
    std::ranges::copy(columns, chosen.columns);
    for (const Matrix& matrix : group.matrices()) {
      const Outliers& outliers = matrix.outliers;
      for (std::uint32_t i = 0; i < chosen.count; ++i)
        decode_column(matrix.packed, columns[i], i, outliers.weights);
      *outliers.table = chosen;
    }
  }
};

} // namespace

std::vector<std::uint32_t> find_outliers(const float* rows, std::size_t stride, std::uint32_t count,
                                         std::uint32_t cols, std::uint32_t group) {
  Search search(rows, stride, count, cols, group);
  std::vector<std::uint32_t> columns;
  std::uint32_t column = 0;
  while (columns.size() < kOutliersMax && search.next(column)) columns.push_back(column);
  return columns;
}

Status choose_outliers(const Model& model) {
  const std::uint32_t count = std::min(kTokens, model.context_tokens());
  const std::uint32_t page_count = (count + kernels::kPageTokens - 1) / kernels::kPageTokens;
  OUTPOST_TRY(KvArena kv, KvArena::make({.layer_count = model.layer_count(),
                                         .kv_head_count = model.kv_head_count(),
                                         .head_size = model.head_size()},
                                        page_count));
  platform::Workers alone(1);
  Chooser chooser;
  OUTPOST_TRY(const auto decoder,
              Decoder::make(model, kv, alone,
                            {.rows_max = count, .sequences_max = 1, .logits_rows_max = kLogitsRows},
                            &chooser));
  std::vector<std::int32_t> tokens;
  // Spread over the more frequent half of the vocabulary, in no order that means anything.
  const std::uint64_t spread = std::max<std::uint64_t>(model.vocabulary_size() / 2, 1);
  for (std::uint64_t i = 0; i < count; ++i)
    tokens.push_back(static_cast<std::int32_t>(i * 2654435761u % spread));
  std::vector<PageId> pages(page_count);
  std::iota(pages.begin(), pages.end(), 0u);
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t row = 0; row < count && wanted.size() < kLogitsRows; row += 4)
    wanted.push_back(row);
  const StepSequence sequence{pages, 0, count};
  Step step{tokens, {&sequence, 1}, {}};
  (model.is_causal() ? step.logits_rows : step.hidden_rows) = wanted;
  OUTPOST_TRY(const auto logits, decoder->run(step, {}));
  (void)logits;
  return {};
}

} // namespace outpost::models
