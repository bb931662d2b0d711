// The calendars of a folder as one: what is on, and changes in the file where the event is.
#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "agents/tools/calendar/calendar_file.h"
#include "base/result.h"
#include "platform/folder_root.h"

namespace outpost::agents {

struct FiledEntry {
  std::string file;
  CalendarEntry entry;
};

// A stretch of time that nothing is in.
struct FreeTime {
  std::int64_t begin_s = 0;
  std::int64_t end_s = 0;
};

class FolderCalendar {
public:
  // Where new events go; made when it is not there.
  static constexpr std::string_view kNewEvents = "outpost.ics";

  // `writing` outlives this.
  FolderCalendar(platform::FolderRoot root, std::int64_t offset_s, std::mutex& writing)
      : root_(std::move(root)), offset_s_(offset_s), writing_(writing) {}

  // In order. Errors: those of CalendarFile with the file's name.
  [[nodiscard]] Result<std::vector<FiledEntry>> entries(std::int64_t from_s,
                                                        std::int64_t to_s) const;
  [[nodiscard]] Result<std::vector<FreeTime>> free_time(std::int64_t from_s, std::int64_t to_s,
                                                        std::int64_t least_s) const;
  // kConflict names what is on at that time.
  [[nodiscard]] Status add(const CalendarEntry& entry, std::int64_t now_s) const;
  [[nodiscard]] Status move(const FiledEntry& filed, std::int64_t begin_s,
                            std::int64_t now_s) const;
  [[nodiscard]] Status cancel(const FiledEntry& filed, std::int64_t now_s) const;

private:
  [[nodiscard]] Result<CalendarFile> read(const std::string& file) const;
  [[nodiscard]] Status check_free(std::int64_t from_s, std::int64_t to_s,
                                  const std::string& but) const;

  platform::FolderRoot root_;
  std::int64_t offset_s_;
  std::mutex& writing_;
};

} // namespace outpost::agents
