// What a server says about itself while it runs, one line an event: for people, or as JSON for
// machines. What clients wrote and models answered is told of only where log.prompts asks for it.
//
// Lines wait in a bounded queue for a thread of their own: a reader of the log that stands still
// must not stop the server. What does not fit is counted and told of later. Thread-safe.
#pragma once
#include <concepts>
#include <condition_variable>
#include <deque>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "app/config/server_config.h"
#include "base/clock.h"
#include "platform/thread_group.h"

namespace outpost::app {

// A field of a line; numbers are told apart from texts.
struct LogField {
  LogField(std::string_view field_name, std::string_view value);
  LogField(std::string_view field_name, const char* value)
      : LogField(field_name, std::string_view(value)) {}
  LogField(std::string_view field_name, std::integral auto number)
      : name(field_name), text(std::to_string(number)), json(text) {}
  LogField(std::string_view field_name, double number);

  std::string_view name;
  std::string text; // for people
  std::string json;
};

class EventLog {
public:
  // `write` gets whole lines, one at a time, on the log's thread.
  using Sink = std::function<void(std::string_view line)>;
  EventLog(const LogConfig& config, Sink write, Clock& clock);
  // Writes what waits.
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // "error request id=... status=500", or {"time": ..., "level": "error", "event": "request", ...}
  void say(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);
  void set(const LogConfig& config);
  // Whether lines of that level are written: for callers whose fields cost something to make.
  [[nodiscard]] bool tells(LogLevel level);
  // Whether conversations are to be told of (log.prompts).
  [[nodiscard]] bool tells_prompts();

private:
  [[nodiscard]] std::string line(LogLevel level, std::string_view event,
                                 std::initializer_list<LogField> fields) const;
  void write_lines();

  Clock& clock_;
  const Sink write_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All below are guarded by mutex_.
  LogConfig config_;
  std::deque<std::string> waiting_;
  std::size_t lost_ = 0; // lines that did not fit
  bool is_stopping_ = false;
  platform::ThreadGroup thread_; // last: it uses all the others
};

} // namespace outpost::app
