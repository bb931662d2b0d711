// Waiting for another thread that is running and will be ready within microseconds.
#pragma once
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace outpost::platform {

inline void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins, then yields. Never sleeps.
template <class Ready>
void spin_until(Ready&& ready) {
  for (unsigned spins = 0; !ready(); ++spins) {
    relax();
    // An oversubscribed machine would otherwise spin away its whole time slice.
    if (spins >= 20000) std::this_thread::yield();
  }
}

} // namespace outpost::platform
