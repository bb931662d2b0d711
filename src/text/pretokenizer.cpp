#include "text/pretokenizer.h"

#include <algorithm>
#include <array>

namespace outpost::text {
namespace {

// The names that GGUF files carry, and what they mean: ggml-org/llama.cpp, src/llama-vocab.cpp.
// Left out on purpose: "default", which files carry whose converter did not know better.
constexpr std::array<PreTokenizer, 22> kPreTokenizers = {{
    {"gpt-2", split_gpt2},
    {"phi-2", split_gpt2},
    {"exaone4", split_gpt2},
    {"mpt", split_gpt2},
    {"olmo", split_gpt2},
    {"smollm", split_gpt2_single_digits},
    {"starcoder", split_gpt2_single_digits},
    {"refact", split_gpt2_single_digits},
    {"command-r", split_gpt2_single_digits},
    {"falcon", split_falcon},
    {"llama-bpe", split_llama3, true, true},
    {"llama3", split_llama3, true, true},
    {"llama-v3", split_llama3, true, true},
    {"falcon3", split_llama3, true, true},
    {"qwen2", split_qwen2},
    {"deepseek-r1-qwen", split_qwen2},
    {"megrez", split_qwen2},
    {"gpt-4o", split_gpt4o},
    {"llama4", split_gpt4o},
    {"tekken", split_tekken, true, true},
    {"deepseek-llm", split_deepseek_llm},
    {"deepseek-coder", split_deepseek_coder},
}};

} // namespace

const PreTokenizer* find_pretokenizer(std::string_view name) {
  const auto* found = std::find_if(kPreTokenizers.begin(), kPreTokenizers.end(),
                                   [name](const PreTokenizer& p) { return p.name == name; });
  return found == kPreTokenizers.end() ? nullptr : found;
}

std::span<const PreTokenizer> known_pretokenizers() { return kPreTokenizers; }

} // namespace outpost::text
