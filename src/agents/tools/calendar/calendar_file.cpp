#include "agents/tools/calendar/calendar_file.h"

#include <algorithm>
#include <libical/ical.h>
#include <tuple>

#include "base/utf8.h"

namespace outpost::agents {
namespace {

constexpr int kNestingMax = 8; // a calendar, an event, an alarm; a time zone and its rules

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

// libical frees components by recursion: what it is given must not be deep.
bool is_nested_well(std::string_view text) {
  int depth = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = without_end(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto begins = [&line](std::string_view word) {
      return line.size() >= word.size() &&
             std::equal(word.begin(), word.end(), line.begin(), [](char a, char b) {
               return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 'a' + 'A') : b);
             });
    };
    if (begins("BEGIN:") && ++depth > kNestingMax) return false;
    if (begins("END:") && --depth < 0) return false;
  }
  return depth == 0;
}

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

icaltimetype utc_time(std::int64_t seconds) {
  return icaltime_from_timet_with_zone(static_cast<time_t>(seconds), 0,
                                       icaltimezone_get_utc_timezone());
}

bool is_floating(const icaltimetype& time) {
  return !icaltime_is_utc(time) && icaltime_get_timezone(time) == nullptr;
}

// Rules that give many times a day could be made to take for ever.
bool repeats_more_than_daily(icalcomponent* event) {
  for (icalproperty* rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
       rule != nullptr; rule = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY)) {
    const icalrecurrencetype recurrence = icalproperty_get_rrule(rule);
    if (recurrence.freq < ICAL_DAILY_RECURRENCE ||
        recurrence.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        recurrence.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        recurrence.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX) {
      return true;
    }
  }
  return false;
}

struct Times {
  std::vector<std::pair<std::int64_t, std::int64_t>> spans;
  bool is_full = false;
};

void keep_span(icalcomponent* /*event*/, icaltime_span* span, void* into) {
  auto& times = *static_cast<Times*>(into);
  times.is_full = times.is_full || times.spans.size() == CalendarFile::kEntriesMax;
  if (!times.is_full) times.spans.emplace_back(span->start, span->end);
}

void set_sequence_and_stamp(icalcomponent* event, std::int64_t now_s) {
  icalcomponent_set_sequence(event, icalcomponent_get_sequence(event) + 1);
  icalcomponent_set_dtstamp(event, utc_time(now_s));
}

} // namespace

void CalendarFile::Free::operator()(icalcomponent_impl* component) const {
  icalcomponent_free(component);
}

Result<CalendarFile> CalendarFile::parse(std::string_view text, std::int64_t offset_s) {
  if (text.size() > kBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "a calendar of " + std::to_string(text.size()) +
                                               " bytes; the limit is " + std::to_string(kBytesMax));
  }
  icalerror_set_errors_are_fatal(0);
  if (text.empty()) {
    icalcomponent* root = icalcomponent_new_vcalendar();
    icalcomponent_add_property(root, icalproperty_new_version("2.0"));
    icalcomponent_add_property(root, icalproperty_new_prodid("-//Outpost//agents//EN"));
    return CalendarFile(root, offset_s);
  }
  const bool is_text = is_utf8(text) && text.find('\0') == std::string_view::npos;
  if (!is_text || !is_nested_well(text)) {
    return fail(ErrorCode::kCorruptData, "it is no iCalendar file (RFC 5545)");
  }
  icalcomponent* root = icalparser_parse_string(std::string(text).c_str());
  if (root == nullptr || icalcomponent_isa(root) != ICAL_VCALENDAR_COMPONENT) {
    if (root != nullptr) icalcomponent_free(root);
    return fail(ErrorCode::kCorruptData, "it is no iCalendar file with one calendar (RFC 5545)");
  }
  return CalendarFile(root, offset_s);
}

Result<std::vector<CalendarEntry>> CalendarFile::entries(std::int64_t from_s,
                                                         std::int64_t to_s) const {
  std::vector<CalendarEntry> found;
  for (icalcomponent* event = icalcomponent_get_first_component(root_.get(), ICAL_VEVENT_COMPONENT);
       event != nullptr;
       event = icalcomponent_get_next_component(root_.get(), ICAL_VEVENT_COMPONENT)) {
    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED) continue;
    CalendarEntry entry{text_of(icalcomponent_get_uid(event)),
                        text_of(icalcomponent_get_summary(event)),
                        text_of(icalcomponent_get_location(event))};
    if (repeats_more_than_daily(event)) {
      return fail(ErrorCode::kUnsupported,
                  "the event '" + entry.title.substr(0, 80) + "' repeats more often than daily");
    }
    entry.repeats = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY) != nullptr ||
                    icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY) != nullptr;
    // A time without a zone is the user's; libical takes it for UTC.
    const std::int64_t shift = is_floating(icalcomponent_get_dtstart(event)) ? offset_s_ : 0;
    Times times;
    icalcomponent_foreach_recurrence(event, utc_time(from_s + shift), utc_time(to_s + shift),
                                     keep_span, &times);
    if (times.is_full || found.size() + times.spans.size() > kEntriesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  "more than " + std::to_string(kEntriesMax) + " events at once");
    }
    for (const auto& [begin, end] : times.spans) {
      if (end - shift <= from_s && begin != end) continue;
      entry.begin_s = begin - shift;
      entry.end_s = end - shift;
      found.push_back(entry);
    }
  }
  std::sort(found.begin(), found.end(), [](const CalendarEntry& a, const CalendarEntry& b) {
    return std::tie(a.begin_s, a.end_s, a.uid) < std::tie(b.begin_s, b.end_s, b.uid);
  });
  return found;
}

Result<icalcomponent_impl*> CalendarFile::find(const std::string& uid) const {
  for (icalcomponent* event = icalcomponent_get_first_component(root_.get(), ICAL_VEVENT_COMPONENT);
       event != nullptr;
       event = icalcomponent_get_next_component(root_.get(), ICAL_VEVENT_COMPONENT)) {
    if (text_of(icalcomponent_get_uid(event)) == uid) return event;
  }
  return fail(ErrorCode::kNotFound, "there is no event '" + uid.substr(0, 80) + "'");
}

void CalendarFile::add(const CalendarEntry& entry, std::int64_t now_s) {
  icalcomponent* event = icalcomponent_new_vevent();
  icalcomponent_set_uid(event, entry.uid.c_str());
  icalcomponent_set_dtstamp(event, utc_time(now_s));
  icalcomponent_set_summary(event, entry.title.c_str());
  if (!entry.place.empty()) icalcomponent_set_location(event, entry.place.c_str());
  icalcomponent_set_dtstart(event, utc_time(entry.begin_s));
  icalcomponent_set_dtend(event, utc_time(entry.end_s));
  icalcomponent_add_component(root_.get(), event);
}

Status CalendarFile::move(const CalendarEntry& entry, std::int64_t begin_s, std::int64_t now_s) {
  OUTPOST_TRY(icalcomponent* const event, find(entry.uid));
  if (entry.repeats) {
    return fail(ErrorCode::kUnsupported,
                "'" + entry.title.substr(0, 80) + "' repeats; only single events can be moved");
  }
  for (const icalproperty_kind kind :
       {ICAL_DTSTART_PROPERTY, ICAL_DTEND_PROPERTY, ICAL_DURATION_PROPERTY}) {
    if (icalproperty* old = icalcomponent_get_first_property(event, kind)) {
      icalcomponent_remove_property(event, old);
      icalproperty_free(old);
    }
  }
  icalcomponent_set_dtstart(event, utc_time(begin_s));
  icalcomponent_set_dtend(event, utc_time(begin_s + entry.end_s - entry.begin_s));
  set_sequence_and_stamp(event, now_s);
  return {};
}

Status CalendarFile::cancel(const CalendarEntry& entry, std::int64_t now_s) {
  OUTPOST_TRY(icalcomponent* const event, find(entry.uid));
  if (entry.repeats) {
    const bool floats = is_floating(icalcomponent_get_dtstart(event));
    icaltimetype without = utc_time(entry.begin_s + (floats ? offset_s_ : 0));
    if (floats) without.zone = nullptr;
    icalcomponent_add_property(event, icalproperty_new_exdate(without));
  } else {
    icalcomponent_set_status(event, ICAL_STATUS_CANCELLED);
  }
  set_sequence_and_stamp(event, now_s);
  return {};
}

std::string CalendarFile::text() const {
  char* written = icalcomponent_as_ical_string_r(root_.get());
  std::string text = text_of(written);
  icalmemory_free_buffer(written);
  return text;
}

} // namespace outpost::agents
