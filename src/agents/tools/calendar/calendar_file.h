// One iCalendar file (RFC 5545), over libical: when its events are, repeated ones and time zones
// included, and changes that leave everything else in the file as it was. Times are seconds since
// 1970 in UTC.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct icalcomponent_impl;

namespace outpost::agents {

struct CalendarEntry {
  std::string uid; // of the event; the same for all times it takes place
  std::string title;
  std::string place;
  std::int64_t begin_s = 0;
  std::int64_t end_s = 0;
  bool repeats = false;
};

class CalendarFile {
public:
  static constexpr std::size_t kBytesMax = 1U << 20U;
  static constexpr std::size_t kEntriesMax = 5000; // of one look

  // An empty calendar for an empty text. `offset_s`: east of Greenwich, for times without a zone.
  // kCorruptData for what is no calendar or nested too deep; kLimitExceeded beyond kBytesMax.
  static Result<CalendarFile> parse(std::string_view text, std::int64_t offset_s);

  // What takes place between the two, in order; cancelled events are left out. kUnsupported names
  // an event that repeats more often than daily; kLimitExceeded beyond kEntriesMax.
  [[nodiscard]] Result<std::vector<CalendarEntry>> entries(std::int64_t from_s,
                                                           std::int64_t to_s) const;

  // `entry.uid` is the new event's; `repeats` is not looked at.
  void add(const CalendarEntry& entry, std::int64_t now_s);
  // To another time, as long as before. kNotFound; kUnsupported for one that repeats.
  Status move(const CalendarEntry& entry, std::int64_t begin_s, std::int64_t now_s);
  // This one time of it, where it repeats. kNotFound.
  Status cancel(const CalendarEntry& entry, std::int64_t now_s);

  [[nodiscard]] std::string text() const;

private:
  struct Free {
    void operator()(icalcomponent_impl* component) const;
  };
  CalendarFile(icalcomponent_impl* root, std::int64_t offset_s)
      : root_(root), offset_s_(offset_s) {}
  [[nodiscard]] Result<icalcomponent_impl*> find(const std::string& uid) const;

  std::unique_ptr<icalcomponent_impl, Free> root_; // a VCALENDAR
  std::int64_t offset_s_;
};

} // namespace outpost::agents
