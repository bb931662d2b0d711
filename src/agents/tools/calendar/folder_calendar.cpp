#include "agents/tools/calendar/folder_calendar.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace outpost::agents {
namespace {

Error in_file(const std::string& file, Error error) {
  error.message = file + ": " + error.message;
  return error;
}

} // namespace

Result<CalendarFile> FolderCalendar::read(const std::string& file) const {
  OUTPOST_TRY(const std::string text, root_.read(file, CalendarFile::kBytesMax));
  auto parsed = CalendarFile::parse(text, offset_s_);
  if (!parsed) return fail(in_file(file, parsed.error()));
  return parsed;
}

Result<std::vector<FiledEntry>> FolderCalendar::entries(std::int64_t from_s,
                                                        std::int64_t to_s) const {
  OUTPOST_TRY(const auto files, root_.list(""));
  std::vector<FiledEntry> all;
  for (const platform::FolderEntry& file : files) {
    if (file.is_folder || !file.name.ends_with(".ics")) continue;
    OUTPOST_TRY(const CalendarFile calendar, read(file.name));
    auto found = calendar.entries(from_s, to_s);
    if (!found) return fail(in_file(file.name, found.error()));
    for (CalendarEntry& entry : *found) all.push_back({file.name, std::move(entry)});
  }
  std::sort(all.begin(), all.end(), [](const FiledEntry& a, const FiledEntry& b) {
    return std::tie(a.entry.begin_s, a.entry.end_s, a.entry.uid) <
           std::tie(b.entry.begin_s, b.entry.end_s, b.entry.uid);
  });
  return all;
}

Result<std::vector<FreeTime>> FolderCalendar::free_time(std::int64_t from_s, std::int64_t to_s,
                                                        std::int64_t least_s) const {
  OUTPOST_TRY(const auto busy, entries(from_s, to_s));
  std::vector<FreeTime> free;
  std::int64_t at = from_s;
  for (const FiledEntry& one : busy) {
    if (one.entry.begin_s - at >= least_s) free.push_back({at, one.entry.begin_s});
    at = std::max(at, one.entry.end_s);
  }
  if (to_s - at >= least_s) free.push_back({at, to_s});
  return free;
}

Status FolderCalendar::check_free(std::int64_t from_s, std::int64_t to_s,
                                  const std::string& but) const {
  OUTPOST_TRY(const auto busy, entries(from_s, to_s));
  for (const FiledEntry& one : busy) {
    const bool overlaps = one.entry.begin_s < to_s && one.entry.end_s > from_s;
    if (!overlaps || one.entry.uid == but) continue;
    return fail(ErrorCode::kConflict, "'" + one.entry.title.substr(0, 80) + "' is on then");
  }
  return {};
}

Status FolderCalendar::add(const CalendarEntry& entry, std::int64_t now_s) const {
  const std::lock_guard lock(writing_);
  OUTPOST_CHECK(check_free(entry.begin_s, entry.end_s, entry.uid));
  auto text = root_.read(kNewEvents, CalendarFile::kBytesMax);
  if (!text && text.error().code == ErrorCode::kNotFound) text = std::string();
  if (!text) return tl::unexpected(text.error());
  OUTPOST_TRY(CalendarFile calendar, CalendarFile::parse(*text, offset_s_));
  calendar.add(entry, now_s);
  return root_.write(kNewEvents, calendar.text(), true);
}

Status FolderCalendar::move(const FiledEntry& filed, std::int64_t begin_s,
                            std::int64_t now_s) const {
  const std::lock_guard lock(writing_);
  const std::int64_t length_s = filed.entry.end_s - filed.entry.begin_s;
  OUTPOST_CHECK(check_free(begin_s, begin_s + length_s, filed.entry.uid));
  OUTPOST_TRY(CalendarFile calendar, read(filed.file));
  OUTPOST_CHECK(calendar.move(filed.entry, begin_s, now_s));
  return root_.write(filed.file, calendar.text(), true);
}

Status FolderCalendar::cancel(const FiledEntry& filed, std::int64_t now_s) const {
  const std::lock_guard lock(writing_);
  OUTPOST_TRY(CalendarFile calendar, read(filed.file));
  OUTPOST_CHECK(calendar.cancel(filed.entry, now_s));
  return root_.write(filed.file, calendar.text(), true);
}

} // namespace outpost::agents
