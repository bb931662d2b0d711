// A decode step allocates nothing: every operator new is counted while the engine answers.
#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "engine/testing/fake_engine.h"

namespace {

std::atomic<bool> is_counting{false};
std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size) {
  if (is_counting.load(std::memory_order_relaxed)) allocations.fetch_add(1);
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}

void* counted_aligned(std::size_t size, std::align_val_t alignment) {
  if (is_counting.load(std::memory_order_relaxed)) allocations.fetch_add(1);
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return memory;
  std::abort();
}

} // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, std::align_val_t a) { return counted_aligned(size, a); }
void* operator new[](std::size_t size, std::align_val_t a) { return counted_aligned(size, a); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace outpost::engine {
namespace {

std::size_t allocations_in(testing::FakeEngine& engine, int steps) {
  allocations = 0;
  is_counting = true;
  for (int i = 0; i < steps; ++i) engine.loop.step();
  is_counting = false;
  return allocations;
}

// Everything that a plain answer may ask of a step, in several forms.
std::vector<std::unique_ptr<GenerateJob>> answers(testing::FakeEngine& engine) {
  std::vector<std::unique_ptr<GenerateJob>> jobs;
  for (int i = 0; i < 6; ++i) {
    GenerateRequest request;
    for (int p = 0; p < 20 + i; ++p) request.prompt.push_back('a' + (p * 7 + i) % 26);
    request.max_tokens = 200;
    request.sampling.temperature = i == 0 ? 0.0f : 1.0f;
    request.sampling.top_k = i == 1 ? 0 : 20;
    request.sampling.repetition_penalty = 1.1f;
    request.sampling.frequency_penalty = 0.1f;
    request.sampling.logit_bias = {{5, 1.0f}};
    request.stop = {"never seen in this text"};
    request.log_probabilities = i % 2 == 0;
    request.top_log_probabilities = i == 2 ? 5 : 0;
    jobs.push_back(engine.make_job(std::move(request)));
    EXPECT_TRUE(engine.queue.push(*jobs.back()));
  }
  return jobs;
}

TEST(Allocation, TheCounterCounts) {
  allocations = 0;
  is_counting = true;
  const auto probe = std::make_unique<int>(1);
  is_counting = false;
  EXPECT_EQ(allocations, 1u);
}

TEST(Allocation, ADecodeStepAllocatesNothing) {
  testing::FakeEngine engine({.pages = 128, .threads = 2});
  engine.decoder.set_end_logit(testing::FakeTokenizer::kEnd, -100);
  const auto jobs = answers(engine);
  for (int i = 0; i < 20; ++i) engine.loop.step(); // admission and prompts
  ASSERT_EQ(engine.loop.counters().running.load(), 6u);
  EXPECT_EQ(allocations_in(engine, 100), 0u);
  ASSERT_EQ(engine.loop.counters().running.load(), 6u) << "they were still answering";
  engine.run_all();
}

TEST(Allocation, NorDoesAStepThatEvictsFromTheCache) {
  testing::FakeEngine engine({.pages = 100});
  engine.decoder.set_end_logit(testing::FakeTokenizer::kEnd, -100);
  for (int round = 0; round < 2; ++round) {
    const auto jobs = answers(engine);
    engine.run_all();
  }
  const auto jobs = answers(engine);
  for (int i = 0; i < 20; ++i) engine.loop.step();
  const std::uint32_t cached = engine.loop.counters().pages_cached.load();
  EXPECT_EQ(allocations_in(engine, 100), 0u);
  EXPECT_LT(engine.loop.counters().pages_cached.load(), cached) << "nothing was evicted";
  engine.run_all();
}

} // namespace
} // namespace outpost::engine
