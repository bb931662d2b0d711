#include "models/config.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "kernels/attention.h"
#include "models/registry.h"

namespace outpost::models {
namespace {

// Far above every published model of the sizes this program is for, far below any overflow.
constexpr std::uint32_t kLayersMax = 1'024;
constexpr std::uint32_t kWidthMax = 1u << 17;
constexpr std::uint32_t kFfnWidthMax = 1u << 19;
constexpr std::uint32_t kHeadsMax = 1'024;
constexpr std::uint32_t kVocabularyMax = 1u << 22;
constexpr std::uint32_t kContextMax = 1u << 24;

// Reads the keys of one architecture ("llama.block_count"); the first failure is remembered and
// everything after it gives zero, so that the reading below is a plain list.
class KeyReader {
public:
  KeyReader(const gguf::File& file, std::string prefix)
      : file_(file), prefix_(std::move(prefix) + ".") {}

  std::uint32_t count(std::string_view key, std::uint32_t max,
                      std::optional<std::uint32_t> fallback = {}) {
    if (error_) return 0;
    const std::string name = prefix_ + std::string(key);
    const Result<std::uint64_t> value = uniform(name);
    if (!value) {
      if (value.error().code == ErrorCode::kNotFound && fallback) return *fallback;
      error_ = value.error();
      return 0;
    }
    if (*value == 0 || *value > max) {
      refuse(ErrorCode::kLimitExceeded, name, std::to_string(*value),
             "1 to " + std::to_string(max));
      return 0;
    }
    return static_cast<std::uint32_t>(*value);
  }

  double number(std::string_view key, double min, double max, double fallback) {
    return read_number(key, min, max, file_.get_float_or(prefix_ + std::string(key), fallback));
  }
  double number(std::string_view key, double min, double max) {
    return read_number(key, min, max, file_.get_float(prefix_ + std::string(key)));
  }

  [[nodiscard]] bool has(std::string_view key) const {
    return file_.find(prefix_ + std::string(key)) != nullptr;
  }
  std::string text(std::string_view key) {
    const auto value = file_.get_string_or(prefix_ + std::string(key), "");
    if (!value && !error_) error_ = value.error();
    return value && !error_ ? std::string(*value) : std::string();
  }

  void refuse(ErrorCode code, const std::string& what, const std::string& value,
              const std::string& allowed) {
    if (!error_) error_ = Error{code, what + " is " + value + "; it can be " + allowed, {}};
  }
  [[nodiscard]] std::string name(std::string_view key) const { return prefix_ + std::string(key); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
  // Some writers give a number per layer; ours must be the same in all.
  [[nodiscard]] Result<std::uint64_t> uniform(const std::string& name) const {
    const gguf::Value* value = file_.find(name);
    if (value == nullptr || value->type != gguf::ValueType::kArray) return file_.get_uint(name);
    const auto& array = std::get<gguf::Array>(value->data);
    if (array.size() == 0 || array.element_type() == gguf::ValueType::kString) {
      return fail(ErrorCode::kCorruptData, name + " is not a number");
    }
    for (std::uint64_t i = 0; i < array.size(); ++i) {
      if (array.integer(i) != array.integer(0) || array.integer(i) < 0) {
        return fail(ErrorCode::kUnsupported, name + " differs from layer to layer");
      }
    }
    return static_cast<std::uint64_t>(array.integer(0));
  }

  double read_number(std::string_view key, double min, double max, Result<double> value) {
    if (error_) return 0;
    if (!value) {
      error_ = value.error();
      return 0;
    }
    // The comparison also refuses a NaN.
    if (!(*value >= min && *value <= max)) {
      refuse(ErrorCode::kLimitExceeded, prefix_ + std::string(key), std::to_string(*value),
             std::to_string(min) + " to " + std::to_string(max));
      return 0;
    }
    return *value;
  }

  const gguf::File& file_;
  std::string prefix_;
  std::optional<Error> error_;
};

void read_heads(KeyReader& keys, Config& c) {
  c.head_count = keys.count("attention.head_count", kHeadsMax);
  c.kv_head_count = keys.count("attention.head_count_kv", kHeadsMax, c.head_count);
  if (keys.error()) return;
  if (c.head_count % c.kv_head_count != 0) {
    return keys.refuse(ErrorCode::kCorruptData, keys.name("attention.head_count_kv"),
                       std::to_string(c.kv_head_count),
                       "a divisor of " + std::to_string(c.head_count));
  }
  const std::uint32_t even_split = c.width % c.head_count == 0 ? c.width / c.head_count : 0;
  c.head_size = even_split == 0
                    ? keys.count("attention.key_length", kernels::kHeadSizeMax)
                    : keys.count("attention.key_length", kernels::kHeadSizeMax, even_split);
  const std::uint32_t value_size =
      keys.count("attention.value_length", kernels::kHeadSizeMax, c.head_size);
  c.rotary_size =
      c.arch->has_rope ? keys.count("rope.dimension_count", kernels::kHeadSizeMax, c.head_size) : 0;
  if (keys.error()) return;
  if (c.head_size % 2 != 0 || c.head_size > kernels::kHeadSizeMax) {
    keys.refuse(ErrorCode::kUnsupported, "the head size", std::to_string(c.head_size),
                "even, up to " + std::to_string(kernels::kHeadSizeMax));
  } else if (value_size != c.head_size) {
    keys.refuse(ErrorCode::kUnsupported, keys.name("attention.value_length"),
                std::to_string(value_size), "the key length, " + std::to_string(c.head_size));
  } else if (c.rotary_size % 2 != 0 || c.rotary_size > c.head_size) {
    keys.refuse(ErrorCode::kUnsupported, keys.name("rope.dimension_count"),
                std::to_string(c.rotary_size),
                "even, up to the head size of " + std::to_string(c.head_size));
  }
}

void read_rope(KeyReader& keys, Config& c) {
  constexpr double kBaseMax = 1e12, kFactorMax = 1e4;
  c.rope.base = keys.number("rope.freq_base", 1.0, kBaseMax, 10000.0);
  c.rope.magnitude = keys.number("rope.scaling.attn_factor", 1e-3, 1e3, 1.0);
  const std::string kind = keys.text("rope.scaling.type");
  if (kind == "linear") {
    c.rope.position_scale = 1.0 / keys.number("rope.scaling.factor", 1.0 / kFactorMax, kFactorMax);
  } else if (!kind.empty() && kind != "none" && kind != "longrope") {
    keys.refuse(ErrorCode::kUnsupported, keys.name("rope.scaling.type"), "'" + kind + "'",
                "none, linear or longrope");
  }
  c.original_context_tokens =
      keys.count("rope.scaling.original_context_length", kContextMax, c.context_tokens);
  if (c.arch->window_period != 0 && keys.has("attention.sliding_window")) {
    c.window = keys.count("attention.sliding_window", kContextMax);
    const double base = c.arch->window_rope_base;
    c.window_rope.base = keys.number("rope.freq_base_swa", 1.0, kBaseMax, base);
  }
}

void read_scales(KeyReader& keys, Config& c) {
  c.norm_epsilon = static_cast<float>(keys.number(c.arch->norm_epsilon_key, 1e-13, 1.0));
  c.attention_soft_cap = static_cast<float>(keys.number("attn_logit_softcapping", 0, 1e6, 0));
  c.logits_soft_cap = static_cast<float>(keys.number("final_logit_softcapping", 0, 1e6, 0));
  if (keys.error()) return; // the divisions below need what was read above
  c.attention_scale =
      static_cast<float>(keys.number("attention.scale", 1e-6, 1e6, c.arch->attention_scale(c)));
  if (c.arch->scales_embedding) c.embedding_scale = std::sqrt(static_cast<float>(c.width));
}

void read_activation(KeyReader& keys, Config& c) {
  constexpr std::string_view kKey = "hidden_activation";
  constexpr std::pair<std::string_view, Activation> kNames[] = {
      {"silu", Activation::kSilu},
      {"gelu", Activation::kGeluTanh},
      {"gelu_pytorch_tanh", Activation::kGeluTanh},
      {"relu2", Activation::kRelu2},
  };
  c.activation = c.arch->activation;
  const std::string name = keys.text(kKey);
  if (name.empty()) return;
  for (const auto& [known, activation] : kNames) {
    if (name == known) {
      c.activation = activation;
      return;
    }
  }
  keys.refuse(ErrorCode::kUnsupported, keys.name(kKey), "'" + name + "'",
              "silu, gelu, gelu_pytorch_tanh or relu2");
}

// The vocabulary's size is what the embedding has rows for; the tokenizer's list may be shorter.
Status read_vocabulary(const gguf::File& file, Config& c) {
  const gguf::TensorInfo* embedding = file.find_tensor("token_embd.weight");
  if (embedding == nullptr || embedding->dimensions.size() < 2) {
    return fail(ErrorCode::kNotFound, "the file has no tensor token_embd.weight",
                "it may be a vocabulary without a model");
  }
  const std::uint64_t size = embedding->dimensions[1];
  if (size > kVocabularyMax) {
    return fail(ErrorCode::kLimitExceeded, "token_embd.weight has " + std::to_string(size) +
                                               " rows; the limit is " +
                                               std::to_string(kVocabularyMax));
  }
  c.vocabulary_size = static_cast<std::uint32_t>(size);
  return {};
}

Result<std::uint32_t> token_type_count(const gguf::File& file) {
  constexpr std::string_view kKey = "tokenizer.ggml.token_type_count";
  constexpr std::uint64_t kUsual = 2, kMost = 1024;
  OUTPOST_TRY(const std::uint64_t count, file.get_uint_or(kKey, kUsual));
  if (count >= 1 && count <= kMost) return static_cast<std::uint32_t>(count);
  return fail(ErrorCode::kLimitExceeded, std::string(kKey) + " is " + std::to_string(count) +
                                             "; it can be 1 to " + std::to_string(kMost));
}

} // namespace

bool ArchSpec::is_gated() const {
  return std::ranges::any_of(tensors, [](const TensorSpec& spec) {
    return spec.role == TensorRole::kGate || spec.role == TensorRole::kGateUp;
  });
}

double scale_by_head_size(const Config& config) { return 1.0 / std::sqrt(config.head_size); }

std::uint32_t Config::dim(Dim dim) const {
  switch (dim) {
  case Dim::kOne: return 1;
  case Dim::kWidth: return width;
  case Dim::kQueryWidth: return head_count * head_size;
  case Dim::kKvWidth: return kv_head_count * head_size;
  case Dim::kQkvWidth: return (head_count + 2 * kv_head_count) * head_size;
  case Dim::kFfnWidth: return ffn_width;
  case Dim::kGateUpWidth: return 2 * ffn_width;
  case Dim::kHeadSize: return head_size;
  case Dim::kRotaryHalf: return rotary_size / 2;
  case Dim::kVocabulary: return vocabulary_size;
  case Dim::kPositions: return context_tokens;
  case Dim::kTokenTypes: return token_type_count;
  }
  return 0;
}

Result<Config> read_config(const gguf::File& file) {
  OUTPOST_TRY(const std::string_view name, file.get_string("general.architecture"));
  Config c;
  c.arch = find_arch(name);
  if (c.arch == nullptr) {
    return fail(ErrorCode::kUnsupported, "no architecture '" + std::string(name) + "' is known",
                "known are: " + arch_names());
  }
  KeyReader keys(file, std::string(name));
  OUTPOST_TRY(const std::uint64_t experts, file.get_uint_or(keys.name("expert_count"), 0));
  if (experts != 0) {
    keys.refuse(ErrorCode::kUnsupported, keys.name("expert_count"), std::to_string(experts), "0");
  }
  c.layer_count = keys.count("block_count", kLayersMax);
  c.width = keys.count("embedding_length", kWidthMax);
  c.ffn_width = keys.count("feed_forward_length", kFfnWidthMax);
  c.context_tokens = keys.count("context_length", kContextMax);
  OUTPOST_TRY(c.token_type_count, token_type_count(file));
  if (!keys.error()) read_heads(keys, c);
  if (!keys.error()) read_rope(keys, c);
  if (!keys.error()) read_scales(keys, c);
  read_activation(keys, c);
  if (keys.error()) return fail(*keys.error());
  OUTPOST_CHECK(read_vocabulary(file, c));
  return c;
}

} // namespace outpost::models
