#include "agents/tools/builtin/builtin_toolset.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "agents/tools/builtin/calculator.h"
#include "agents/tools/function/function_toolset.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr auto kWeekdays = std::to_array<const char*>(
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"});

std::string date_text(sys_days day) {
  const year_month_day date(day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::string weekday_text(sys_days day) { return kWeekdays[std::chrono::weekday(day).c_encoding()]; }

// The number that `text` is, digits only; nothing else.
std::optional<int> digits_of(std::string_view text) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return is_whole && value >= 0 && text.front() != '-' ? std::optional(value) : std::nullopt;
}

Result<sys_days> read_date(const std::string& text) {
  const std::string_view view(text);
  const bool has_form = view.size() == 10 && view[4] == '-' && view[7] == '-';
  const auto year = has_form ? digits_of(view.substr(0, 4)) : std::nullopt;
  const auto month = has_form ? digits_of(view.substr(5, 2)) : std::nullopt;
  const auto day = has_form ? digits_of(view.substr(8, 2)) : std::nullopt;
  const year_month_day date{std::chrono::year(year.value_or(0)),
                            std::chrono::month(static_cast<unsigned>(month.value_or(0))),
                            std::chrono::day(static_cast<unsigned>(day.value_or(0)))};
  if (!year || !month || !day || !date.ok() || *year < 1) {
    return fail(ErrorCode::kInvalidArgument,
                "'" + text.substr(0, 40) + "' is no date such as 2026-11-21");
  }
  return sys_days(date);
}

// The wall clock of the people it is for.
std::chrono::sys_time<std::chrono::milliseconds> local_now(Clock& clock, int offset_minutes) {
  return std::chrono::sys_time<std::chrono::milliseconds>(
             std::chrono::milliseconds(clock.wall_ms())) +
         minutes(offset_minutes);
}

std::string offset_text(int offset) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%c%02d:%02d", offset < 0 ? '-' : '+',
                std::abs(offset) / 60, std::abs(offset) % 60);
  return text.data();
}

Parameter date_parameter(std::string name, std::string description) {
  Parameter made = words(std::move(name), std::move(description));
  made.kind.free_text = false;
  made.kind.name = "date";
  made.kind.pattern = R"(\d{4}-\d{2}-\d{2})";
  return made;
}

void add_calculator(FunctionToolset& tools) {
  Parameter expression = words("expression", "the sum, such as 19.90 * 3 + 15%");
  expression.kind.max_length = 500;
  tools.add({.name = "calculate",
             .description = "Works out a sum, exactly",
             .examples = {"What is 17 * 23?", "How much is 15% of 80?", "19.99 times 3 plus 4.50"},
             .parameters = {expression}},
            [](const Arguments& arguments, const CallContext&) -> Result<json::value> {
              OUTPOST_TRY(const Sum sum, calculate(*arguments.text("expression")));
              return json::object{{"value", sum.value},
                                  {"exact", sum.is_exact},
                                  {"say", (sum.is_exact ? "" : "about ") + sum.text}};
            });
}

void add_clock(FunctionToolset& tools, Clock& clock, int offset) {
  tools.add({.name = "current_time",
             .description = "Tells the date, the time and the day of the week",
             .examples = {"What time is it?", "What day is today?", "What is the date?"}},
            [&clock, offset](const Arguments&, const CallContext&) -> Result<json::value> {
              const auto now = local_now(clock, offset);
              const auto day = std::chrono::floor<days>(now);
              const auto past = std::chrono::duration_cast<minutes>(now - day).count();
              std::array<char, 16> time{};
              std::snprintf(time.data(), time.size(), "%02d:%02d", static_cast<int>(past / 60),
                            static_cast<int>(past % 60));
              return json::object{{"date", date_text(day)},
                                  {"time", time.data()},
                                  {"weekday", weekday_text(day)},
                                  {"utc_offset", offset_text(offset)},
                                  {"say", "It is " + weekday_text(day) + ", " + date_text(day) +
                                              ", " + time.data() + "."}};
            });
  tools.add(
      {.name = "date_after",
       .description = "Tells which date is a number of days after a date, or before it",
       .examples = {"What date is 30 days from 2026-03-01?", "Which day is it in 10 days?"},
       .parameters = {whole_number("days", "how many days; negative: before", -40'000, 40'000),
                      optional(date_parameter("date", "from this date; today if left out"))}},
      [&clock, offset](const Arguments& arguments, const CallContext&) -> Result<json::value> {
        sys_days from = std::chrono::floor<days>(local_now(clock, offset));
        if (const auto given = arguments.text("date")) {
          OUTPOST_TRY(from, read_date(*given));
        }
        const sys_days day = from + days(*arguments.integer("days"));
        return json::object{{"date", date_text(day)},
                            {"weekday", weekday_text(day)},
                            {"say", weekday_text(day) + ", " + date_text(day)}};
      });
  tools.add({.name = "days_between",
             .description = "Counts the days from one date to another",
             .examples = {"How many days from 2026-03-01 to 2026-04-15?"},
             .parameters = {date_parameter("from", "the first date"),
                            date_parameter("to", "the second date")}},
            [](const Arguments& arguments, const CallContext&) -> Result<json::value> {
              OUTPOST_TRY(const sys_days from, read_date(*arguments.text("from")));
              OUTPOST_TRY(const sys_days to, read_date(*arguments.text("to")));
              const std::int64_t count = (to - from).count();
              return json::object{{"days", count}, {"say", std::to_string(count) + " days"}};
            });
}

void add_system(FunctionToolset& tools, const std::filesystem::path& disk) {
  tools.add(
      {.name = "system_facts",
       .description = "Tells how many processors this machine has and how much disk is free",
       .examples = {"How much disk space is left?", "How many cores does this machine have?"}},
      [disk](const Arguments&, const CallContext&) -> Result<json::value> {
        std::error_code error;
        const auto space = std::filesystem::space(disk.empty() ? "/" : disk, error);
        if (error) {
          return fail(ErrorCode::kIo, "cannot tell the free space of the disk: " + error.message());
        }
        const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
        const auto mib = [](std::uintmax_t bytes) { return std::to_string(bytes >> 20U); };
        return json::object{{"processors", cores},
                            {"disk_free_bytes", space.available},
                            {"disk_bytes", space.capacity},
                            {"say", std::to_string(cores) + " processors; " + mib(space.available) +
                                        " of " + mib(space.capacity) + " MiB of disk are free."}};
      });
}

} // namespace

std::unique_ptr<Toolset> make_builtin_toolset(const BuiltinSection& use,
                                              const std::filesystem::path& disk, Clock& clock) {
  auto tools = std::make_unique<FunctionToolset>();
  const auto wants = [&](Builtin one) {
    return std::find(use.tools.begin(), use.tools.end(), one) != use.tools.end();
  };
  if (wants(Builtin::kCalculator)) add_calculator(*tools);
  if (wants(Builtin::kClock)) add_clock(*tools, clock, use.utc_offset_minutes);
  if (wants(Builtin::kSystem)) add_system(*tools, disk);
  return tools;
}

} // namespace outpost::agents
