#include "agents/run/journal.h"

#include <array>
#include <cinttypes>
#include <cstdio>

#include "chat/json_value.h"

namespace outpost::agents {

void RunJournal::go_through(std::string run_id, std::vector<StoredEvent> record, bool may_go_on) {
  run_id_ = std::move(run_id);
  record_ = std::move(record);
  may_go_on_ = may_go_on;
  sequence_ = record_.empty() ? 0 : record_.back().sequence;
}

const StoredEvent* RunJournal::next() const {
  return at_ < record_.size() ? &record_[at_] : nullptr;
}

const StoredEvent* RunJournal::next(std::string_view kind) const {
  const StoredEvent* event = next();
  return event != nullptr && event->kind == kind ? event : nullptr;
}

tl::unexpected<Error> RunJournal::differs(std::string_view wanted) {
  has_differed_ = true;
  const StoredEvent* event = next();
  return fail(ErrorCode::kConflict,
              "run " + run_id_ + " came to '" + std::string(wanted) + "' where its record " +
                  (event == nullptr ? "ends"
                                    : "has '" + event->kind + "' (event " +
                                          std::to_string(event->sequence) + ")"),
              "its agent, tools or the program itself have changed since");
}

Status RunJournal::compare(const RunEventBody& body) {
  const StoredEvent* event = next();
  if (event->kind != kind_of(body) || event->body != chat::json_text(to_json(body))) {
    return differs(kind_of(body));
  }
  pass();
  return {};
}

Status RunJournal::append(std::vector<RunEvent> events) {
  OUTPOST_CHECK(log_.append(events));
  sequence_ += events.size();
  if (observer_) {
    for (const RunEvent& event : events) observer_(event);
  }
  return {};
}

Status RunJournal::write(RunEventBody body, chat::Label label) {
  OUTPOST_CHECK(defer(std::move(body), std::move(label)));
  if (deferred_.empty()) return {};
  return append(std::exchange(deferred_, {}));
}

Status RunJournal::defer(RunEventBody body, chat::Label label) {
  if (next() != nullptr) return compare(body);
  if (!may_go_on_) {
    is_through_ = true;
    return differs(kind_of(body));
  }
  deferred_.push_back({run_id_, sequence_ + deferred_.size() + 1, clock_.wall_ms(), std::move(body),
                       std::move(label)});
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
