#include <cmath>

#include <gtest/gtest.h>

#include "gguf/gguf.h"
#include "gguf/printable.h"
#include "gguf/tensor_type.h"
#include "gguf/testing_writer.h"

namespace outpost::gguf {
namespace {

using testing::Bytes;
using testing::Writer;

Bytes floats(std::size_t count) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) out.number(static_cast<float>(i));
  return out;
}

Writer small_file() {
  Writer writer;
  writer.string("general.architecture", "llama")
      .uint32("llama.block_count", 2)
      .scalar<std::int64_t>("signed", ValueType::kInt64, -7)
      .float32("llama.rope.freq_base", 10000.0f)
      .boolean("add_bos", true)
      .strings("tokenizer.ggml.tokens", {"<s>", "", "hello"})
      .numbers<std::int32_t>("tokenizer.ggml.token_type", ValueType::kInt32, {3, 1, -1})
      .tensor("a.weight", 0, {4, 3}, floats(12))
      .tensor("b.weight", 8, {32}, Bytes().zeros(34));
  return writer;
}

TEST(Gguf, ReadsWhatWasWritten) {
  const auto bytes = small_file().build();
  const auto file = File::parse(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->version(), 3u);
  EXPECT_EQ(file->metadata().size(), 7u);
  EXPECT_EQ(file->get_string("general.architecture").value(), "llama");
  EXPECT_EQ(file->get_uint("llama.block_count").value(), 2u);
  EXPECT_EQ(file->get_float("llama.rope.freq_base").value(), 10000.0);
  EXPECT_TRUE(file->get_bool("add_bos").value());
  EXPECT_EQ(file->file_size_bytes(), bytes.size());

  const TensorInfo* a = file->find_tensor("a.weight");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->dimensions, (std::vector<std::uint64_t>{4, 3}));
  EXPECT_EQ(a->element_count(), 12u);
  ASSERT_EQ(file->data(*a).size(), 48u);
  float last = 0;
  std::memcpy(&last, file->data(*a).data() + 44, 4);
  EXPECT_EQ(last, 11.0f);
  EXPECT_EQ(file->find_tensor("b.weight")->size_bytes, 34u);
  EXPECT_EQ(file->find_tensor("c.weight"), nullptr);
}

TEST(Gguf, ArraysGiveTheirElements) {
  const auto bytes = small_file().build();
  const auto file = File::parse(bytes).value();
  const Array* tokens = file.get_array("tokenizer.ggml.tokens", ValueType::kString).value();
  ASSERT_EQ(tokens->size(), 3u);
  EXPECT_EQ(tokens->text(0), "<s>");
  EXPECT_EQ(tokens->text(1), "");
  EXPECT_EQ(tokens->text(2), "hello");
  EXPECT_EQ(tokens->number(2), 0.0);
  const Array* types = file.get_array("tokenizer.ggml.token_type", ValueType::kInt32).value();
  EXPECT_EQ(types->integer(2), -1);
  EXPECT_EQ(types->number(0), 3.0);
}

TEST(Gguf, IntegersOfArraysStayInRange) {
  const auto bytes =
      Writer()
          .numbers<double>("d", ValueType::kFloat64, {1e300, -1e300, std::nan(""), 2.9})
          .numbers<std::uint64_t>("u", ValueType::kUint64, {~0ull, 5})
          .build();
  const auto file = File::parse(bytes).value();
  const Array* reals = file.get_array("d", ValueType::kFloat64).value();
  EXPECT_EQ(reals->integer(0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(reals->integer(1), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reals->integer(2), 0);
  EXPECT_EQ(reals->integer(3), 2);
  const Array* large = file.get_array("u", ValueType::kUint64).value();
  EXPECT_EQ(large->integer(0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(large->integer(1), 5);
}

TEST(Gguf, TypedAccessNamesKeyAndTypes) {
  const auto bytes = small_file().build();
  const auto file = File::parse(bytes).value();
  const auto absent = file.get_uint("llama.nothing");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  EXPECT_NE(absent.error().message.find("llama.nothing"), std::string::npos);

  const auto mistyped = file.get_uint("general.architecture");
  ASSERT_FALSE(mistyped);
  EXPECT_EQ(mistyped.error().code, ErrorCode::kCorruptData);
  EXPECT_EQ(mistyped.error().message,
            "metadata 'general.architecture': is string, expected an integer");
  EXPECT_FALSE(file.get_uint("signed"));
  EXPECT_FALSE(file.get_float("llama.block_count"));
  EXPECT_FALSE(file.get_bool("llama.block_count"));
  EXPECT_FALSE(file.get_string("add_bos"));
  EXPECT_EQ(file.get_array("tokenizer.ggml.tokens", ValueType::kInt32).error().message,
            "metadata 'tokenizer.ggml.tokens': is an array of string, expected an array of int32");
}

TEST(Gguf, FallbacksHoldOnlyForMissingKeys) {
  const auto bytes = small_file().build();
  const auto file = File::parse(bytes).value();
  EXPECT_EQ(file.get_uint_or("none", 9).value(), 9u);
  EXPECT_EQ(file.get_float_or("none", 0.5).value(), 0.5);
  EXPECT_EQ(file.get_string_or("none", "x").value(), "x");
  EXPECT_EQ(file.get_bool_or("none", true).value(), true);
  EXPECT_EQ(file.get_uint_or("llama.block_count", 9).value(), 2u);
  EXPECT_FALSE(file.get_uint_or("general.architecture", 9));
}

TEST(Gguf, InfiniteFloatsAreRefusedOnAccess) {
  const auto bytes = Writer().float32("x", std::numeric_limits<float>::infinity()).build();
  const auto file = File::parse(bytes).value();
  EXPECT_EQ(file.get_float("x").error().code, ErrorCode::kCorruptData);
}

TEST(Gguf, ReadsVersion2AndOtherAlignments) {
  Writer writer;
  writer.version = 2;
  writer.alignment = 64;
  writer.uint32("general.alignment", 64)
      .tensor("t", 0, {1}, floats(1))
      .tensor("u", 0, {1}, floats(1));
  const auto bytes = writer.build();
  const auto file = File::parse(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->tensors()[1].offset_bytes % 64, 0u);
}

TEST(Gguf, AVocabularyWithoutTensorsIsAFile) {
  const auto bytes = Writer().strings("tokenizer.ggml.tokens", {"a"}).build();
  const auto file = File::parse(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->tensors().empty());
}

TEST(Gguf, TensorTypesAreTheFormatsOwn) {
  EXPECT_EQ(find_tensor_type(12)->name, "Q4_K");
  EXPECT_EQ(find_tensor_type(34)->block_bytes, 54u);
  EXPECT_EQ(find_tensor_type(4), nullptr);
  EXPECT_EQ(find_tensor_type(9999), nullptr);
}

TEST(Printable, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(printable("a\x1b[31m\n\t"), "a\\u001b[31m\\n\\t");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\u009b31m");                                 // C1 control sequence introducer
  EXPECT_EQ(printable("x\xE2\x80\xAEy"), "x\\u202ey");     // right-to-left override
  EXPECT_EQ(printable("\xFF\xC0\x80"), "\\xff\\xc0\\x80"); // not UTF-8
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80"); // a surrogate
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("\xE2\x82"), "\\xe2\\x82"); // cut in the middle
}

} // namespace
} // namespace outpost::gguf
