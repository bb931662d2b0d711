#include "agents/run/journal.h"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace outpost::agents {

Status RunJournal::write(RunEventBody body, chat::Label label) {
  const RunEvent event{run_id_, sequence_ + 1, clock_.wall_ms(), std::move(body), std::move(label)};
  OUTPOST_CHECK(log_.append(event));
  ++sequence_;
  if (observer_) observer_(event);
  return {};
}

std::string make_run_id(Clock& clock, Random& random) {
  std::array<char, 32> text{};
  const std::uint64_t noise = random.next_u64() & 0xFFFF'FFFF'FFFFU;
  std::snprintf(text.data(), text.size(), "%011" PRIx64 "-%012" PRIx64,
                static_cast<std::uint64_t>(clock.wall_ms()), noise);
  return text.data();
}

} // namespace outpost::agents
