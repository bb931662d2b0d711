// The promise that no file, however made, takes more than 64 MiB and 2 s to read or refuse. This
// file counts what is allocated, by replacing operator new for the whole test program.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <malloc.h>
#include <new>

#include <gtest/gtest.h>

#include "gguf/gguf.h"
#include "gguf/testing_writer.h"

namespace {
std::atomic<std::size_t> live_bytes{0};
std::atomic<std::size_t> peak_bytes{0};
} // namespace

// GCC 12 takes a replaced operator new, once inlined, for a mismatch with its own operator delete.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

void* operator new(std::size_t size) {
  void* place = std::malloc(size);
  if (place == nullptr) std::abort();
  const std::size_t now = live_bytes += malloc_usable_size(place);
  if (now > peak_bytes) peak_bytes = now;
  return place;
}

void operator delete(void* place) noexcept {
  if (place != nullptr) live_bytes -= malloc_usable_size(place);
  std::free(place);
}

void operator delete(void* place, std::size_t) noexcept { std::free(place); }

namespace outpost::gguf {
namespace {

using testing::Bytes;
using testing::Writer;

constexpr std::size_t kBytesMax = 64u << 20;
constexpr double kSecondsMax = 2; // of the processor: the machine may have other work

struct Greedy {
  const char* name;
  std::function<void(Writer&)> fill;
};

void PrintTo(const Greedy& greedy, std::ostream* out) { *out << greedy.name; }

std::string numbered(std::size_t i, std::size_t bytes) {
  std::string name = std::to_string(i);
  return name + std::string(bytes - name.size(), 'x');
}

const std::vector<Greedy> kGreedy = {
    {"many_empty_strings",
     [](Writer& w) { w.array("k", ValueType::kString, 4u << 20, Bytes().zeros(8u * (4u << 20))); }},
    {"several_such_arrays",
     [](Writer& w) {
       const auto elements = Bytes().zeros(8u * (2u << 20));
       for (int i = 0; i < 8; ++i)
         w.array("k" + std::to_string(i), ValueType::kString, 2u << 20, elements);
     }},
    {"many_keys",
     [](Writer& w) {
       for (std::size_t i = 0; i < 65'536; ++i)
         w.scalar<std::uint8_t>(numbered(i, 8), ValueType::kUint8, 1);
     }},
    {"many_long_keys",
     [](Writer& w) {
       for (std::size_t i = 0; i < 65'536; ++i)
         w.scalar<std::uint8_t>(numbered(i, 1000), ValueType::kUint8, 1);
     }},
    {"many_tensors",
     [](Writer& w) {
       for (std::size_t i = 0; i < 65'536; ++i)
         w.tensor_entry(numbered(i, 20), 0, {1, 1, 1, 1}, 32 * i);
       w.data_bytes(32u * 65'536);
     }},
    {"all_of_it",
     [](Writer& w) {
       w.array("k", ValueType::kString, 4u << 20, Bytes().zeros(8u * (4u << 20)));
       for (std::size_t i = 0; i < 65'535; ++i) w.uint32(numbered(i, 60), 1);
       for (std::size_t i = 0; i < 65'536; ++i) w.tensor_entry(numbered(i, 60), 0, {1}, 32 * i);
     }},
};

class Bounds : public ::testing::TestWithParam<Greedy> {};

TEST_P(Bounds, TimeAndMemoryHold) {
  Writer writer;
  GetParam().fill(writer);
  const auto bytes = writer.build();
  const std::clock_t started = std::clock();
  const std::size_t before = live_bytes;
  peak_bytes = before;
  const auto file = File::parse(bytes);
  const double seconds = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
  EXPECT_LT(peak_bytes - before, kBytesMax);
  EXPECT_LT(seconds, kSecondsMax);
  RecordProperty("peak_kib", std::to_string((peak_bytes - before) >> 10));
  RecordProperty("accepted", file ? "yes" : file.error().message);
}

INSTANTIATE_TEST_SUITE_P(Files, Bounds, ::testing::ValuesIn(kGreedy),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

} // namespace
} // namespace outpost::gguf
