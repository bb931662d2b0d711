// Damaged files. Every one must be refused with a message, or be a valid file after all; never read
// out of bounds (run under ASan and UBSan), hang or allocate beyond the bound.
#include <functional>

#include <gtest/gtest.h>

#include "base/random.h"
#include "gguf/gguf.h"
#include "gguf/testing_walk.h"
#include "gguf/testing_writer.h"

namespace outpost::gguf {
namespace {

using testing::Bytes;
using testing::walk;
using testing::Writer;

constexpr std::uint32_t kF32 = 0;
constexpr std::uint32_t kQ8_0 = 8;
constexpr std::uint64_t kHuge = ~std::uint64_t{0};

// Every kind of value, two tensors; the last byte belongs to the last tensor.
Writer valid_file() {
  Writer writer;
  writer.string("general.architecture", "llama")
      .uint32("general.alignment", 32)
      .scalar<std::uint8_t>("k.u8", ValueType::kUint8, 1)
      .scalar<std::int8_t>("k.i8", ValueType::kInt8, -1)
      .scalar<std::uint16_t>("k.u16", ValueType::kUint16, 2)
      .scalar<std::int16_t>("k.i16", ValueType::kInt16, -2)
      .scalar<std::uint64_t>("k.u64", ValueType::kUint64, 1ull << 40)
      .scalar<std::int64_t>("k.i64", ValueType::kInt64, -3)
      .float32("k.f32", 0.5f)
      .scalar<double>("k.f64", ValueType::kFloat64, 0.25)
      .boolean("k.bool", true)
      .strings("k.texts", {"one", "", "three"})
      .numbers<float>("k.floats", ValueType::kFloat32, {1, 2, 3})
      .numbers<std::uint8_t>("k.bools", ValueType::kBool, {0, 1})
      .tensor("first.weight", kF32, {4, 2}, Bytes().zeros(32))
      .tensor("second.weight", kQ8_0, {32, 1}, Bytes().zeros(34));
  return writer;
}

struct Case {
  const char* name;
  ErrorCode code;
  const char* says; // must be part of the message
  std::function<void(Writer&)> damage;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

Writer& one_tensor(Writer& w, const std::vector<std::uint64_t>& dimensions,
                   std::uint32_t type = kF32) {
  return w.tensor_entry("t", type, dimensions, 0).data_bytes(256);
}

Writer& array_claim(Writer& w, ValueType element, std::uint64_t count) {
  return w.array("k", element, count, Bytes().zeros(32));
}

const std::vector<Case> kCases = {
    {"magic", ErrorCode::kUnsupported, "not a GGUF file", [](Writer& w) { w.magic = "GGUX"; }},
    {"legacy_magic", ErrorCode::kUnsupported, "not a GGUF file",
     [](Writer& w) { w.magic = "tjgg"; }},
    {"version_0", ErrorCode::kUnsupported, "version 0", [](Writer& w) { w.version = 0; }},
    {"version_1", ErrorCode::kUnsupported, "version 1", [](Writer& w) { w.version = 1; }},
    {"version_4", ErrorCode::kUnsupported, "version 4", [](Writer& w) { w.version = 4; }},
    {"big_endian", ErrorCode::kUnsupported, "big-endian GGUF file of version 3",
     [](Writer& w) { w.version = 0x03000000; }},
    {"metadata_count_over_limit", ErrorCode::kLimitExceeded, "the limit is 65536",
     [](Writer& w) { w.claimed_metadata_count = 65'537; }},
    {"metadata_count_huge", ErrorCode::kLimitExceeded, "18446744073709551615 metadata entries",
     [](Writer& w) { w.claimed_metadata_count = kHuge; }},
    {"metadata_count_beyond_file", ErrorCode::kCorruptData, "60000 metadata entries",
     [](Writer& w) { w.claimed_metadata_count = 60'000; }},
    {"tensor_count_over_limit", ErrorCode::kLimitExceeded, "the limit is 65536",
     [](Writer& w) { w.claimed_tensor_count = 65'537; }},
    {"tensor_count_huge", ErrorCode::kLimitExceeded, "18446744073709551615 tensors",
     [](Writer& w) { w.claimed_tensor_count = kHuge; }},
    {"tensor_count_wraps_struct", ErrorCode::kLimitExceeded, "tensors",
     [](Writer& w) { w.claimed_tensor_count = kHuge / 88; }}, // ggml-org/llama.cpp#15711
    {"tensor_count_beyond_file", ErrorCode::kCorruptData, "60000 tensors",
     [](Writer& w) { w.claimed_tensor_count = 60'000; }},
    {"empty_key", ErrorCode::kCorruptData, "a key is empty", [](Writer& w) { w.uint32("", 1); }},
    {"control_key", ErrorCode::kCorruptData, "control characters",
     [](Writer& w) { w.uint32("a\x1b[2J", 1); }},
    {"long_key", ErrorCode::kLimitExceeded, "limit of 1024",
     [](Writer& w) { w.uint32(std::string(1025, 'k'), 1); }},
    {"duplicate_key", ErrorCode::kCorruptData, "'twin' appears twice",
     [](Writer& w) { w.uint32("twin", 1).uint32("other", 1).float32("twin", 2); }},
    {"value_type_13", ErrorCode::kCorruptData, "value's type is 13",
     [](Writer& w) { w.entry("k", 13, Bytes().zeros(16)); }},
    {"value_type_huge", ErrorCode::kCorruptData, "metadata 'k'",
     [](Writer& w) { w.entry("k", ~0u, Bytes().zeros(16)); }},
    {"bool_2", ErrorCode::kCorruptData, "a bool holds 2",
     [](Writer& w) { w.entry("k", 7, Bytes().number<std::uint8_t>(2)); }},
    {"bool_array_255", ErrorCode::kCorruptData, "a bool holds 255",
     [](Writer& w) { w.numbers<std::uint8_t>("k", ValueType::kBool, {1, 255}); }},
    {"string_over_limit", ErrorCode::kLimitExceeded, "limit of 4194304",
     [](Writer& w) { w.entry("k", 8, Bytes().number<std::uint64_t>((4u << 20) + 1)); }},
    {"string_wraps", ErrorCode::kLimitExceeded, "18446744073709551615 bytes",
     [](Writer& w) { w.entry("k", 8, Bytes().number(kHuge).zeros(8)); }},
    {"string_beyond_file", ErrorCode::kCorruptData, "bytes, but the file has only",
     [](Writer& w) { w.entry("k", 8, Bytes().number<std::uint64_t>(5000).zeros(8)); }},
    {"array_of_arrays", ErrorCode::kUnsupported, "array of arrays",
     [](Writer& w) { array_claim(w, ValueType::kArray, 1); }},
    {"array_of_unknown", ErrorCode::kCorruptData, "element type is 77",
     [](Writer& w) { array_claim(w, static_cast<ValueType>(77), 1); }},
    {"array_over_limit", ErrorCode::kLimitExceeded, "limit of 4194304",
     [](Writer& w) { array_claim(w, ValueType::kUint8, (4u << 20) + 1); }},
    {"array_product_wraps", ErrorCode::kLimitExceeded, "2305843009213693953 elements",
     [](Writer& w) { array_claim(w, ValueType::kFloat64, (1ull << 61) + 1); }},
    {"array_beyond_file", ErrorCode::kCorruptData, "an array at byte",
     [](Writer& w) { array_claim(w, ValueType::kFloat64, 1'000'000); }},
    {"strings_beyond_file", ErrorCode::kCorruptData, "1000000 strings",
     [](Writer& w) { array_claim(w, ValueType::kString, 1'000'000); }},
    {"string_element_huge", ErrorCode::kLimitExceeded, "element 1",
     [](Writer& w) { w.array("k", ValueType::kString, 2, Bytes().text("a").number(kHuge)); }},
    {"alignment_string", ErrorCode::kCorruptData, "is string, expected uint32",
     [](Writer& w) { one_tensor(w, {4}).string("general.alignment", "32"); }},
    {"alignment_uint64", ErrorCode::kCorruptData, "is uint64, expected uint32",
     [](Writer& w) { w.scalar<std::uint64_t>("general.alignment", ValueType::kUint64, 32); }},
    {"alignment_int32", ErrorCode::kCorruptData, "expected uint32",
     [](Writer& w) { w.scalar<std::int32_t>("general.alignment", ValueType::kInt32, -32); }},
    {"alignment_0", ErrorCode::kCorruptData, "power of two",
     [](Writer& w) { w.uint32("general.alignment", 0); }},
    {"alignment_1", ErrorCode::kCorruptData, "power of two",
     [](Writer& w) { w.uint32("general.alignment", 1); }},
    {"alignment_48", ErrorCode::kCorruptData, "power of two",
     [](Writer& w) { w.uint32("general.alignment", 48); }},
    {"alignment_2_31", ErrorCode::kCorruptData, "to 65536",
     [](Writer& w) { w.uint32("general.alignment", 1u << 31); }},
    {"no_dimensions", ErrorCode::kCorruptData, "0 dimensions",
     [](Writer& w) { one_tensor(w, {}); }},
    {"five_dimensions", ErrorCode::kCorruptData, "5 dimensions",
     [](Writer& w) { one_tensor(w, {1, 1, 1, 1, 1}); }},
    {"zero_first", ErrorCode::kCorruptData, "tensor 't': a dimension is 0",
     [](Writer& w) { one_tensor(w, {0, 4}); }},
    {"zero_last", ErrorCode::kCorruptData, "a dimension is 0",
     [](Writer& w) { one_tensor(w, {4, 4, 4, 0}); }},
    {"product_wraps_to_4", ErrorCode::kCorruptData, "does not fit 64 bits",
     [](Writer& w) { one_tensor(w, {4, (1ull << 62) + 1}); }},
    {"product_wraps_2_42", ErrorCode::kCorruptData, "does not fit 64 bits", // llama.cpp#18674
     [](Writer& w) { one_tensor(w, {(1ull << 42) + 1, 1ull << 22, 1}); }},
    {"product_wraps_to_0", ErrorCode::kCorruptData, "does not fit 64 bits",
     [](Writer& w) { one_tensor(w, {1ull << 32, 1ull << 32}); }},
    {"bytes_wrap", ErrorCode::kCorruptData, "does not fit 64 bits",
     [](Writer& w) { one_tensor(w, {1ull << 62}); }},
    {"largest_dimension", ErrorCode::kCorruptData, "does not fit 64 bits",
     [](Writer& w) { one_tensor(w, {kHuge, kHuge, kHuge, kHuge}); }},
    {"ragged_block", ErrorCode::kCorruptData, "whole blocks of 32",
     [](Writer& w) { one_tensor(w, {33}, kQ8_0); }},
    {"ragged_k_block", ErrorCode::kCorruptData, "whole blocks of 256",
     [](Writer& w) { one_tensor(w, {128, 2}, 12); }},
    {"withdrawn_type", ErrorCode::kUnsupported, "tensor type 31",
     [](Writer& w) { one_tensor(w, {32}, 31); }},
    {"unknown_type", ErrorCode::kUnsupported, "tensor type 4294967295",
     [](Writer& w) { one_tensor(w, {32}, ~0u); }},
    {"size_beyond_file", ErrorCode::kCorruptData, "beyond the end of the file",
     [](Writer& w) { one_tensor(w, {4096}); }},
    {"offset_beyond_file", ErrorCode::kCorruptData, "beyond the end of the file",
     [](Writer& w) { w.tensor_entry("t", kF32, {4}, 1u << 20).data_bytes(64); }},
    {"offset_wraps", ErrorCode::kCorruptData, "beyond the end of the file",
     [](Writer& w) { w.tensor_entry("t", kF32, {4}, kHuge - 31).data_bytes(64); }},
    {"offset_plus_size_wraps", ErrorCode::kCorruptData, "beyond the end of the file",
     [](Writer& w) { w.tensor_entry("t", kF32, {1ull << 61}, 1ull << 63).data_bytes(64); }},
    {"offset_unaligned", ErrorCode::kCorruptData, "not a multiple of the file's alignment, 32",
     [](Writer& w) { w.tensor_entry("t", kF32, {4}, 16).data_bytes(64); }},
    {"overlap", ErrorCode::kCorruptData, "before the end of the tensor in front",
     [](Writer& w) {
       w.tensor_entry("t", kF32, {16}, 0).tensor_entry("u", kF32, {4}, 32).data_bytes(128);
     }},
    {"same_offset", ErrorCode::kCorruptData, "tensor 'u'",
     [](Writer& w) {
       w.tensor_entry("t", kF32, {4}, 0).tensor_entry("u", kF32, {4}, 0).data_bytes(128);
     }},
    {"reversed_offsets", ErrorCode::kCorruptData, "before the end of the tensor in front",
     [](Writer& w) {
       w.tensor_entry("t", kF32, {4}, 32).tensor_entry("u", kF32, {4}, 0).data_bytes(128);
     }},
    {"duplicate_tensor", ErrorCode::kCorruptData, "tensor 'twin' appears twice",
     [](Writer& w) {
       w.tensor_entry("twin", kF32, {4}, 0).tensor_entry("twin", kF32, {4}, 32).data_bytes(128);
     }},
    {"empty_tensor_name", ErrorCode::kCorruptData, "name is empty",
     [](Writer& w) { w.tensor_entry("", kF32, {4}, 0).data_bytes(64); }},
    {"long_tensor_name", ErrorCode::kLimitExceeded, "limit of 1024",
     [](Writer& w) { w.tensor_entry(std::string(1025, 't'), kF32, {4}, 0).data_bytes(64); }},
    {"no_data", ErrorCode::kCorruptData, "beyond the end of the file",
     [](Writer& w) { w.tensor_entry("t", kF32, {4}, 0); }},
};

class Damaged : public ::testing::TestWithParam<Case> {};

TEST_P(Damaged, IsRefusedWithKeyValueAndLimit) {
  Writer writer;
  GetParam().damage(writer);
  const auto bytes = writer.build();
  const auto file = File::parse(bytes);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, GetParam().code) << file.error().message;
  EXPECT_NE(file.error().message.find(GetParam().says), std::string::npos) << file.error().message;
}

INSTANTIATE_TEST_SUITE_P(Files, Damaged, ::testing::ValuesIn(kCases),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(Hostile, EveryCutIsRefused) {
  const auto bytes = valid_file().build();
  ASSERT_TRUE(File::parse(bytes));
  ASSERT_GT(bytes.size(), 200u);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of exactly that size, so that one byte too far is seen by the sanitizer.
    const std::vector<std::byte> cut(bytes.begin(),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const auto file = File::parse(cut);
    ASSERT_FALSE(file) << "cut to " << size;
    EXPECT_FALSE(file.error().message.empty());
  }
}

// Either refused with words or readable in full; returns whether it was refused.
bool survives(const std::vector<std::byte>& bytes) {
  const auto file = File::parse(bytes);
  if (file) {
    walk(*file);
    return false;
  }
  EXPECT_FALSE(file.error().message.empty());
  return true;
}

TEST(Hostile, EveryBitFlipIsRefusedOrHarmless) {
  auto bytes = valid_file().build();
  int refused = 0;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1u << (bit % 8));
    bytes[bit / 8] ^= mask;
    refused += survives(bytes) ? 1 : 0;
    bytes[bit / 8] ^= mask;
  }
  EXPECT_GT(refused, 1000);
}

TEST(Hostile, EveryFieldSetToAnExtremeIsRefusedOrHarmless) {
  const auto good = valid_file().build();
  for (const std::uint64_t extreme :
       {kHuge, kHuge >> 1, (kHuge >> 1) + 1, std::uint64_t{1} << 32, std::uint64_t{0}}) {
    for (std::size_t place = 4; place + 8 <= good.size(); ++place) {
      auto bytes = good;
      std::memcpy(bytes.data() + place, &extreme, 8);
      survives(bytes);
    }
  }
}

TEST(Hostile, RandomDamageIsRefusedOrHarmless) {
  const auto good = valid_file().build();
  Random random(20'240'117);
  for (int round = 0; round < 5000; ++round) {
    auto bytes = good;
    const std::uint32_t changes = 1 + random.next_below(8);
    for (std::uint32_t i = 0; i < changes; ++i) {
      bytes[random.next_below(static_cast<std::uint32_t>(bytes.size()))] =
          static_cast<std::byte>(random.next_below(256));
    }
    survives(bytes);
  }
}

TEST(Hostile, ForeignFilesAreNamed) {
  const auto hint = [](std::string_view text) {
    const auto bytes = Bytes().raw(text).zeros(64).data();
    return File::parse(bytes).error().hint;
  };
  EXPECT_NE(hint("version https://git-lfs.github.com/spec/v1").find("Git LFS"), std::string::npos);
  EXPECT_NE(hint("<!DOCTYPE html>").find("web page"), std::string::npos);
  EXPECT_NE(hint("PK\x03\x04").find("zip"), std::string::npos);
}

} // namespace
} // namespace outpost::gguf
