// Loads a model: finds the tensors by the architecture's rows, takes one arena for all of them,
// packs matrices in parallel and decodes vectors, then groups them as the decoder reads them.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/assert.h"
#include "models/choose_outliers.h"
#include "models/model.h"
#include "models/packed_store.h"
#include "models/tensors.h"
#include "models/weights.h"
#include "platform/arena.h"
#include "platform/cpu.h"
#include "quant/encoding.h"
#include "quant/levels.h"

namespace outpost::models {
namespace {

// What an earlier start left of the packed weights.
struct Packed {
  std::optional<PackedFile> file;
  bool is_read = false; // the arena holds them
  std::string warning;
};

Packed read_packed(const gguf::File& file, const PackedOptions& options, std::string_view isa,
                   std::span<std::byte> weights, platform::Workers& workers) {
  Packed packed{.file = packed_file_of(file, options, isa, weights.size())};
  if (!packed.file) return packed;
  const Status status = packed.file->read(weights, workers);
  packed.is_read = status.has_value();
  if (!status && status.error().code != ErrorCode::kNotFound) {
    packed.warning = "the packed weights in '" + packed.file->path().string() +
                     "' are made anew: " + status.error().message;
  }
  return packed;
}

class LoadedModel final : public Model {
public:
  LoadedModel(ModelParts parts, platform::Arena arena, std::size_t unused_tensors, Packed packed)
      : parts_(std::move(parts)), arena_(std::move(arena)), unused_tensors_(unused_tensors),
        architecture_(parts_.config.arch->name), packed_warning_(std::move(packed.warning)) {
    if (packed.file && !packed.is_read) unwritten_ = std::move(packed.file);
  }

  // Keeps what was packed for the next start. The weights may not change from here on.
  void write_packed() {
    if (unwritten_) write_.emplace(*std::exchange(unwritten_, {}), arena_.bytes());
  }

  std::uint32_t vocabulary_size() const override { return parts_.config.vocabulary_size; }
  std::uint32_t context_tokens() const override { return parts_.config.context_tokens; }
  std::uint32_t layer_count() const override { return parts_.config.layer_count; }
  std::uint32_t kv_head_count() const override { return parts_.config.kv_head_count; }
  std::uint32_t head_size() const override { return parts_.config.head_size; }
  std::size_t weights_bytes() const override { return arena_.bytes().size(); }
  bool is_precise() const override { return parts_.precise; }
  bool is_causal() const override { return parts_.config.arch->is_causal; }
  const std::string& architecture() const override { return architecture_; }
  std::size_t unused_tensor_count() const override { return unused_tensors_; }
  const std::string& packed_warning() const override { return packed_warning_; }
  const ModelParts& parts() const override { return parts_; }

private:
  ModelParts parts_;
  platform::Arena arena_;
  std::size_t unused_tensors_;
  std::string architecture_;
  std::string packed_warning_;
  std::optional<PackedFile> unwritten_;
  std::optional<PackedWrite> write_; // reads the arena
};

// What was loaded of one layer (or of the whole model), by role.
struct Loaded {
  std::array<Matrix, static_cast<std::size_t>(TensorRole::kCount)> matrices;
  std::array<const float*, static_cast<std::size_t>(TensorRole::kCount)> vectors{};
  std::array<const float*, static_cast<std::size_t>(TensorRole::kCount)> vector_biases{};

  [[nodiscard]] const float* vector(TensorRole role) const {
    return vectors[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] LayerNorm layer_norm(TensorRole role) const {
    return {vector(role), vector_biases[static_cast<std::size_t>(role)]};
  }
  [[nodiscard]] quant::PackedMatrix packed(TensorRole role) const {
    return matrices[static_cast<std::size_t>(role)].packed;
  }
  // Those of `roles` that the architecture has, as one group.
  [[nodiscard]] MatrixGroup group(std::initializer_list<TensorRole> roles, bool precise) const {
    MatrixGroup group;
    for (const TensorRole role : roles) {
      Matrix matrix = matrices[static_cast<std::size_t>(role)];
      if (matrix.packed.data == nullptr) continue;
      matrix.out_column = group.rows;
      group.members[group.count++] = matrix;
      group.rows += matrix.packed.rows;
      group.panel_count += matrix.packed.panel_count();
      group.cols = matrix.packed.cols;
      if (precise || quant::shape_of(matrix.packed.encoding).is_float()) continue;
      group.takes_codes = true;
      if (quant::shape_of(matrix.packed.encoding).is_super())
        group.activation_group = kernels::kWideActivationGroup;
      else
        group.takes_short_scales = true;
      // Padding differs only where neither pads (quant/encoding.h: units of 64 and 256).
      group.cols_padded = matrix.packed.cols_padded;
    }
    // Floats of an input are whole, so a member that takes these leaves no outliers to the others.
    const auto keeps = [&](const Matrix& m) { return !precise && m.outliers.table != nullptr; };
    if (!std::ranges::all_of(group.matrices(), keeps))
      for (Matrix& matrix : group.members) matrix.outliers = {};
    return group;
  }
};

LayerWeights layer_weights(const Loaded& l, bool precise) {
  using enum TensorRole;
  return {.attention_norm = l.vector(kAttentionNorm),
          .query_norm = l.vector(kQueryNorm),
          .key_norm = l.vector(kKeyNorm),
          .attention_sub_norm = l.vector(kAttentionSubNorm),
          .attention_post_norm = l.vector(kAttentionPostNorm),
          .attention_end_norm = l.layer_norm(kAttentionEndNorm),
          .ffn_norm = l.vector(kFfnNorm),
          .ffn_sub_norm = l.vector(kFfnSubNorm),
          .ffn_post_norm = l.vector(kFfnPostNorm),
          .ffn_end_norm = l.layer_norm(kFfnEndNorm),
          .qkv = l.group({kQkv, kQuery, kKey, kValue}, precise),
          .attention_output = l.group({kAttentionOutput}, precise),
          .gate_up = l.group({kGateUp, kGate, kUp}, precise),
          .down = l.group({kDown}, precise)};
}

// Places every tensor in the arena, in the order of the rows; packs it there unless the arena holds
// the packed weights already.
class Loader {
public:
  Loader(const gguf::File& file, const Config& config, platform::Arena& arena, bool is_packed,
         bool on_levels, platform::Workers& workers)
      : file_(file), config_(config), arena_(arena), is_packed_(is_packed), on_levels_(on_levels),
        workers_(workers) {}

  Result<Weights> load(const TensorDirectory& directory, bool precise) {
    Loaded of_model;
    std::vector<Loaded> of_layers(config_.layer_count);
    for (const FoundTensor& tensor : directory.found) {
      OUTPOST_CHECK(load_one(tensor, keeps_outliers(directory, tensor),
                             tensor.spec->is_per_layer() ? of_layers[tensor.layer] : of_model));
    }
    return assemble(of_model, of_layers, precise);
  }

private:
  Status load_one(const FoundTensor& tensor, bool keeps_outliers, Loaded& into) {
    const auto role = static_cast<std::size_t>(tensor.spec->role);
    if (!tensor.spec->is_matrix()) {
      into.vectors[role] = floats(*tensor.weight);
      if (tensor.bias != nullptr) into.vector_biases[role] = floats(*tensor.bias);
      return {};
    }
    Matrix& matrix = into.matrices[role];
    matrix.packed = pack(tensor);
    if (keeps_outliers) {
      matrix.outliers = Outliers::take(matrix.packed.rows, arena_);
      matrix.packed.outliers = matrix.outliers.weights;
    }
    if (tensor.bias != nullptr) matrix.bias = floats(*tensor.bias);
    if (tensor.scale != nullptr) {
      tensor_format(*tensor.scale).decode(file_.data(*tensor.scale).data(), 1, &matrix.scale);
      if (!std::isfinite(matrix.scale)) {
        return fail(ErrorCode::kCorruptData, "tensor " + tensor.scale->name + " is not finite");
      }
    }
    return {};
  }

  static const quant::BlockFormat& tensor_format(const gguf::TensorInfo& info) {
    const quant::BlockFormat* format = quant::find_format(info.type);
    OUTPOST_ASSERT(format != nullptr); // find_tensors refused others
    return *format;
  }

  const float* floats(const gguf::TensorInfo& info) {
    const auto count = static_cast<std::size_t>(info.element_count());
    const std::span<float> out = arena_.take_array<float>(count);
    if (is_packed_) return out.data();
    tensor_format(info).decode(file_.data(info).data(), count, out.data());
    return out.data();
  }

  quant::PackedMatrix pack(const FoundTensor& tensor) {
    const quant::PanelPlan plan = panel_plan(tensor, config_);
    const std::uint32_t rows = config_.dim(tensor.spec->rows),
                        cols = config_.dim(tensor.spec->cols);
    const std::span<std::byte> out = arena_.take(plan.total_bytes);
    // Of the same size in either encoding.
    const quant::BlockFormat format =
        on_levels_ ? quant::on_levels(*tensor.format) : *tensor.format;
    const quant::PackedMatrix packed{.encoding = format.encoding,
                                     .rows = rows,
                                     .cols = cols,
                                     .cols_padded = plan.cols_padded,
                                     .panel_bytes = plan.panel_bytes,
                                     .data = out.data()};
    if (is_packed_) return packed;
    workers_.run([&](unsigned worker) {
      const auto share = workers_.share(packed.panel_count(), worker);
      quant::pack_panels(format, file_.data(*tensor.weight), rows, cols,
                         static_cast<std::uint32_t>(share.begin),
                         static_cast<std::uint32_t>(share.end), out);
    });
    file_.done_with(*tensor.weight); // or a model would be in memory twice
    return packed;
  }

  // Factors divide angles: a stranger's zero or NaN would spread through every logit.
  Result<const float*> rope_factors(const Loaded& of_model, TensorRole role) const {
    const float* factors = of_model.vector(role);
    for (std::uint32_t i = 0; factors != nullptr && i < config_.rotary_size / 2; ++i) {
      if (!(factors[i] > 1e-6f && factors[i] < 1e6f)) {
        return fail(ErrorCode::kCorruptData, "rope factor " + std::to_string(i) + " is " +
                                                 std::to_string(factors[i]) +
                                                 "; it must be positive and below a million");
      }
    }
    return factors;
  }

  Result<Weights> assemble(const Loaded& of_model, const std::vector<Loaded>& of_layers,
                           bool precise) const {
    using enum TensorRole;
    Weights weights;
    weights.token_embedding = of_model.packed(kTokenEmbedding);
    weights.position_embedding = of_model.packed(kPositionEmbedding);
    weights.type_embedding = of_model.packed(kTypeEmbedding);
    weights.embedding_norm = of_model.layer_norm(kEmbeddingNorm);
    weights.output_norm = of_model.vector(kOutputNorm);
    weights.output = of_model.group({kOutput}, precise);
    if (weights.output.count == 0) weights.output = of_model.group({kTokenEmbedding}, precise);
    if (!config_.arch->is_causal) weights.output.members[0].outliers = {}; // it is never asked
    OUTPOST_TRY(weights.rope_factors, rope_factors(of_model, kRopeFactors));
    OUTPOST_TRY(weights.rope_factors_short, rope_factors(of_model, kRopeFactorsShort));
    OUTPOST_TRY(weights.rope_factors_long, rope_factors(of_model, kRopeFactorsLong));
    for (const Loaded& layer : of_layers) weights.layers.push_back(layer_weights(layer, precise));
    return weights;
  }

  const gguf::File& file_;
  const Config& config_;
  platform::Arena& arena_;
  bool is_packed_;
  bool on_levels_;
  platform::Workers& workers_;
};

// Whether all matrix groups have their outliers: what a file says of them is not believed.
bool has_outliers(const Weights& weights) {
  const auto has = [](const MatrixGroup& group) {
    return std::ranges::all_of(group.matrices(), [](const Matrix& matrix) {
      return matrix.outliers.table == nullptr || matrix.outliers.are_chosen(matrix.packed.cols);
    });
  };
  return has(weights.output) && std::ranges::all_of(weights.layers, [&](const LayerWeights& w) {
           return has(w.qkv) && has(w.attention_output) && has(w.gate_up) && has(w.down);
         });
}

std::string mebibytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

} // namespace

Result<std::unique_ptr<Model>> Model::load(const gguf::File& file, const LoadOptions& options,
                                           const kernels::KernelTable& kernels,
                                           platform::Workers& workers) {
  OUTPOST_TRY(Config config, read_config(file));
  OUTPOST_TRY(const TensorDirectory directory, find_tensors(file, config));
  OUTPOST_TRY(const std::size_t bytes, packed_bytes(directory, config));
  const std::size_t limit = options.weights_bytes_max != 0 ? options.weights_bytes_max
                                                           : platform::available_memory_bytes();
  if (bytes > limit) {
    return fail(ErrorCode::kResourceExhausted,
                "the weights take " + mebibytes(bytes) + " and " + mebibytes(limit) + " are free",
                "close other programs, or choose a smaller model or a smaller quantisation");
  }
  OUTPOST_TRY(platform::Arena arena, platform::Arena::make(bytes));
  // The precise mode has its weights as they are in the file.
  const bool on_levels = kernels.matmul.prefers_levels && !options.precise;
  const PackedOptions kept = options.precise ? PackedOptions{} : options.packed;
  Packed packed = read_packed(file, kept, kernels.isa, arena.bytes(), workers);
  OUTPOST_TRY(Weights weights, Loader(file, config, arena, packed.is_read, on_levels, workers)
                                   .load(directory, options.precise));
  const bool is_complete = packed.is_read && has_outliers(weights);
  packed.is_read = is_complete;
  auto model = std::make_unique<LoadedModel>(
      ModelParts{std::move(config), std::move(weights), kernels, options.precise}, std::move(arena),
      directory.unused_count, std::move(packed));
  if (options.precise) return model; // whose weights lack the outliers
  if (!is_complete) OUTPOST_CHECK(choose_outliers(*model));
  model->write_packed();
  return model;
}

} // namespace outpost::models
