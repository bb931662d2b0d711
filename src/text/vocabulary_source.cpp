#include "text/vocabulary_source.h"

#include <string>

#include "gguf/gguf.h"

namespace outpost::text {
namespace {

using gguf::Array;
using gguf::ValueType;

// nullptr when the key is missing; an error when it is there but no array.
Result<const Array*> find_array(const gguf::File& file, std::string_view key) {
  const gguf::Value* value = file.find(key);
  if (value == nullptr) return nullptr;
  const auto* array = std::get_if<Array>(&value->data);
  if (array == nullptr) {
    return fail(ErrorCode::kCorruptData, "the key " + std::string(key) +
                                             " should be an array and is of type " +
                                             std::string(gguf::to_string(value->type)));
  }
  return array;
}

tl::unexpected<Error> wrong_elements(std::string_view key, const Array& array,
                                     std::string_view expected) {
  return fail(ErrorCode::kCorruptData, "the elements of " + std::string(key) + " should be " +
                                           std::string(expected) + " and are of type " +
                                           std::string(gguf::to_string(array.element_type())));
}

Result<std::vector<std::string_view>> read_strings(const gguf::File& file, std::string_view key) {
  OUTPOST_TRY(const Array* array, find_array(file, key));
  std::vector<std::string_view> strings;
  if (array == nullptr) return strings;
  if (array->element_type() != ValueType::kString) return wrong_elements(key, *array, "strings");
  strings.reserve(array->size());
  for (std::uint64_t i = 0; i < array->size(); ++i) strings.push_back(array->text(i));
  return strings;
}

Result<std::vector<float>> read_scores(const gguf::File& file, std::string_view key) {
  OUTPOST_TRY(const Array* array, find_array(file, key));
  std::vector<float> scores;
  if (array == nullptr) return scores;
  const ValueType type = array->element_type();
  if (type != ValueType::kFloat32 && type != ValueType::kInt32) {
    return wrong_elements(key, *array, "float32 or int32");
  }
  scores.reserve(array->size());
  for (std::uint64_t i = 0; i < array->size(); ++i) {
    scores.push_back(static_cast<float>(array->number(i)));
  }
  return scores;
}

// The numbers are GGUF's (docs/gguf.md, tokenizer.ggml.token_type).
TokenKind token_kind(std::int64_t type) {
  switch (type) {
  case 2: return TokenKind::kUnknown;
  case 3: return TokenKind::kControl;
  case 4: return TokenKind::kUserDefined;
  case 5: return TokenKind::kUnused;
  case 6: return TokenKind::kByte;
  default: return TokenKind::kNormal;
  }
}

Result<std::vector<TokenKind>> read_kinds(const gguf::File& file, std::string_view key) {
  OUTPOST_TRY(const Array* array, find_array(file, key));
  std::vector<TokenKind> kinds;
  if (array == nullptr) return kinds;
  const ValueType type = array->element_type();
  if (type != ValueType::kInt32 && type != ValueType::kUint32) {
    return wrong_elements(key, *array, "int32");
  }
  kinds.reserve(array->size());
  for (std::uint64_t i = 0; i < array->size(); ++i) kinds.push_back(token_kind(array->integer(i)));
  return kinds;
}

Result<std::optional<std::uint64_t>> read_id(const gguf::File& file, std::string_view key) {
  if (file.find(key) == nullptr) return std::nullopt;
  OUTPOST_TRY(const std::uint64_t id, file.get_uint(key));
  return id;
}

Result<std::optional<bool>> read_flag(const gguf::File& file, std::string_view key) {
  if (file.find(key) == nullptr) return std::nullopt;
  OUTPOST_TRY(const bool flag, file.get_bool(key));
  return flag;
}

} // namespace

Result<VocabularySource> read_vocabulary(const gguf::File& file) {
  VocabularySource source;
  OUTPOST_TRY(source.model, file.get_string("tokenizer.ggml.model"));
  OUTPOST_TRY(source.pre, file.get_string_or("tokenizer.ggml.pre", ""));
  OUTPOST_TRY(source.architecture, file.get_string_or("general.architecture", ""));
  OUTPOST_TRY(source.tokens, read_strings(file, "tokenizer.ggml.tokens"));
  OUTPOST_TRY(source.kinds, read_kinds(file, "tokenizer.ggml.token_type"));
  OUTPOST_TRY(source.scores, read_scores(file, "tokenizer.ggml.scores"));
  OUTPOST_TRY(source.merges, read_strings(file, "tokenizer.ggml.merges"));
  OUTPOST_TRY(source.bos, read_id(file, "tokenizer.ggml.bos_token_id"));
  OUTPOST_TRY(source.eos, read_id(file, "tokenizer.ggml.eos_token_id"));
  OUTPOST_TRY(source.end_of_turn, read_id(file, "tokenizer.ggml.eot_token_id"));
  OUTPOST_TRY(source.end_of_message, read_id(file, "tokenizer.ggml.eom_token_id"));
  OUTPOST_TRY(source.unknown, read_id(file, "tokenizer.ggml.unknown_token_id"));
  OUTPOST_TRY(source.cls, read_id(file, "tokenizer.ggml.cls_token_id"));
  // GGUF's own spelling; files that are right have it as well.
  OUTPOST_TRY(source.separator, read_id(file, "tokenizer.ggml.seperator_token_id"));
  OUTPOST_TRY(source.adds_eos, read_flag(file, "tokenizer.ggml.add_eos_token"));
  OUTPOST_TRY(source.adds_bos, read_flag(file, "tokenizer.ggml.add_bos_token"));
  OUTPOST_TRY(source.adds_space_prefix, read_flag(file, "tokenizer.ggml.add_space_prefix"));
  return source;
}

} // namespace outpost::text
