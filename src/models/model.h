// A model in memory: its configuration read from the file and checked, its weights packed in
// panels. Immutable after load(); shared by everything that reads it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "gguf/gguf.h"
#include "kernels/kernels.h"
#include "platform/workers.h"

namespace outpost::models {

struct ModelParts; // weights.h

// Where packed weights are kept from one start to the next (packed_file.h).
struct PackedOptions {
  std::filesystem::path folder; // empty: nowhere
  std::string digest;           // of the model file, where it was verified
};

struct LoadOptions {
  // F32 activations against weights decoded to float, F32 keys and values: the reference mode.
  bool precise = false;
  // Memory the weights may take; 0: what the machine has free. kResourceExhausted beyond it.
  std::size_t weights_bytes_max = 0;
  PackedOptions packed;
};

// What a file will need, known from its directory alone (nothing is loaded).
struct MemoryNeed {
  std::size_t weights_bytes = 0;
  std::size_t kv_bytes_per_token = 0;
  std::size_t scratch_bytes = 0;
};

class Model {
public:
  // Checks every tensor against the architecture's rows (expected and actual shape in the error),
  // then packs in parallel, or reads what an earlier start packed. kUnsupported names an unknown
  // architecture or block format.
  static Result<std::unique_ptr<Model>> load(const gguf::File& file, const LoadOptions& options,
                                             const kernels::KernelTable& kernels,
                                             platform::Workers& workers);
  static Result<MemoryNeed> memory_need(const gguf::File& file);
  virtual ~Model() = default;

  [[nodiscard]] virtual std::uint32_t vocabulary_size() const = 0;
  [[nodiscard]] virtual std::uint32_t
  context_tokens() const = 0; // the longest the model was made for
  [[nodiscard]] virtual std::uint32_t layer_count() const = 0;
  [[nodiscard]] virtual std::uint32_t kv_head_count() const = 0;
  [[nodiscard]] virtual std::uint32_t head_size() const = 0;
  [[nodiscard]] virtual std::size_t weights_bytes() const = 0;
  [[nodiscard]] virtual bool is_precise() const = 0;
  // Otherwise it reads texts and cannot write any: its hidden states are all it gives.
  [[nodiscard]] virtual bool is_causal() const = 0;
  [[nodiscard]] virtual const std::string& architecture() const = 0;
  // Tensors of the file that the architecture has no use for.
  [[nodiscard]] virtual std::size_t unused_tensor_count() const = 0;
  // Why packed weights that were there could not be used; empty when all is well. They are made
  // anew.
  [[nodiscard]] virtual const std::string& packed_warning() const = 0;
  // Configuration and weights: for the decoder.
  [[nodiscard]] virtual const ModelParts& parts() const = 0;
};

} // namespace outpost::models
