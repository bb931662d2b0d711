#include <atomic>
#include <fstream>
#include <numeric>
#include <sys/mman.h>
#include <thread>

#include <gtest/gtest.h>

#include "platform/arena.h"
#include "platform/cpu.h"
#include "platform/mapped_file.h"
#include "platform/workers.h"

namespace outpost::platform {
namespace {

TEST(Workers, ThoseThatShareTheCoresTakeTurns) {
  CoreTurns turns;
  std::atomic<int> loops{0};
  std::atomic<bool> were_two{false};
  const auto work = [&] {
    Workers workers(2, {}, &turns);
    for (int i = 0; i < 200; ++i) {
      workers.run([&](unsigned worker) {
        if (worker == 0 && loops.fetch_add(1) != 0) were_two = true;
        workers.barrier(worker);
        if (worker == 0) loops.fetch_sub(1);
      });
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_FALSE(were_two);
}

TEST(Workers, EveryIndexIsVisitedOnceForAnyCount) {
  for (unsigned count : {1u, 2u, 3u, 7u}) {
    Workers workers(count);
    std::vector<int> visits(101, 0);
    for (int round = 0; round < 200; ++round) {
      workers.run([&](unsigned worker) {
        const auto [begin, end] = workers.share(visits.size(), worker);
        for (std::size_t i = begin; i < end; ++i) ++visits[i];
      });
    }
    for (const int count_of : visits) EXPECT_EQ(count_of, 200);
  }
}

TEST(Workers, BarrierOrdersPhases) {
  Workers workers(3);
  std::vector<int> first(3, 0);
  std::vector<int> sums(3, 0);
  for (int round = 1; round <= 500; ++round) {
    workers.run([&](unsigned worker) {
      first[worker] = round;
      workers.barrier(worker);
      sums[worker] = std::accumulate(first.begin(), first.end(), 0);
      workers.barrier(worker);
    });
    for (const int sum : sums) ASSERT_EQ(sum, 3 * round);
  }
}

TEST(Workers, WakeAfterSleep) {
  Workers workers(2);
  std::atomic<int> calls{0};
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2)); // well past the spin time
    workers.run([&](unsigned) { ++calls; });
  }
  EXPECT_EQ(calls.load(), 6);
}

// Whether the system has given the memory of the byte at `at`.
bool is_resident(const std::byte* at) {
  unsigned char state = 0;
  auto* page = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(at) / 4096 * 4096);
  return mincore(page, 1, &state) == 0 && (state & 1) != 0;
}

TEST(Arena, IsPopulatedBeforeItsUse) {
  auto arena = Arena::make(std::size_t{8} << 20);
  ASSERT_TRUE(arena);
  const auto bytes = arena->bytes();
  EXPECT_FALSE(is_resident(&bytes.front()));
  bytes[3 << 20] = std::byte{7};
  if (!arena->populate(std::size_t{3} << 20, 1 << 20)) GTEST_SKIP() << "not by this system";
  EXPECT_TRUE(is_resident(&bytes[(4 << 20) - 1]));
  EXPECT_FALSE(is_resident(&bytes.front()));
  EXPECT_FALSE(is_resident(&bytes.back()));
  EXPECT_EQ(bytes[3 << 20], std::byte{7});
  EXPECT_TRUE(arena->populate(0, bytes.size()));
  EXPECT_TRUE(is_resident(&bytes.front()) && is_resident(&bytes.back()));
}

TEST(Arena, IsZeroedAlignedAndBounded) {
  auto arena = Arena::make(1 << 20);
  ASSERT_TRUE(arena);
  const auto a = arena->take(100);
  const auto b = arena->take_array<float>(10);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data()) % 64, 0u);
  EXPECT_EQ(a[50], std::byte{0});
  EXPECT_FALSE(Arena::make(~std::size_t{0}));
}

TEST(MappedFile, ReadsAndRefuses) {
  const auto path = std::filesystem::path(testing::TempDir()) / "mapped_file_test";
  std::ofstream(path) << "hello";
  auto file = MappedFile::open(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes().size(), 5u);
  EXPECT_EQ(MappedFile::open("/no/such/file").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(MappedFile::open("/dev/zero").error().code, ErrorCode::kInvalidArgument);
  std::filesystem::remove(path);
}

TEST(Cpu, SaysSomethingPlausible) {
  EXPECT_FALSE(usable_cores().empty());
  EXPECT_GT(available_memory_bytes(), std::size_t{16} << 20);
  EXPECT_FALSE(cpu_features().name.empty());
}

} // namespace
} // namespace outpost::platform
