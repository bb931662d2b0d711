// What is in a model file, as text for people and as plain fields for whoever writes JSON. All text
// in a Summary is already safe to print.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/gguf.h"

namespace outpost::gguf {

struct SummaryOptions {
  std::size_t array_elements_max = 6; // shown of an array
  std::size_t text_bytes_max = 100;   // shown of a string
};

struct MetadataLine {
  std::string key;
  std::string type;                          // "uint32", "string", "array of float32"
  std::string value;                         // shortened and escaped
  std::optional<std::uint64_t> array_length; // of arrays only
};

struct TensorLine {
  std::string name;
  std::string_view type; // "Q4_K"
  std::vector<std::uint64_t> shape;
  std::uint64_t size_bytes = 0;
};

struct TypeTotal {
  std::string_view type;
  std::uint64_t tensor_count = 0;
  std::uint64_t element_count = 0;
  std::uint64_t size_bytes = 0;
};

struct Summary {
  std::uint32_t version = 0;
  std::uint64_t file_size_bytes = 0;
  std::size_t shard_count = 1;
  std::uint64_t element_count = 0; // parameters of the model
  std::vector<MetadataLine> metadata;
  std::vector<TensorLine> tensors;
  std::vector<TypeTotal> types; // largest first
};

Summary summarize(const File& file, const SummaryOptions& options = {});

// What the model will take in memory, as models/ works it out; shown under the totals.
struct MemoryNeed {
  std::string what; // "weights", "KV cache, 8192 tokens"
  std::uint64_t bytes = 0;
};

// Several lines, each ending in a line break: the file, its metadata, its tensors, totals per type
// and, when given, the memory it needs.
std::string to_text(const Summary& summary, const std::vector<MemoryNeed>& memory = {});

// "98.4 MB": decimal units, as file sizes are written elsewhere.
std::string size_text(std::uint64_t bytes);

} // namespace outpost::gguf
