#include "app/serving/event_log.h"

#include <utility>

#include "api/wall_time.h"
#include "base/json_text.h"

namespace outpost::app {
namespace {

constexpr std::size_t kWaitingMax = 4096;                                     // lines
constexpr std::string_view kLevels[] = {"error", "warning", "info", "debug"}; // as LogLevel

} // namespace

LogField::LogField(std::string_view field_name, std::string_view value)
    : name(field_name), text(json_string(value)), json(text) {
  const bool is_plain = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
                        text.size() == value.size() + 2; // nothing had to be escaped
  if (is_plain) text = std::string(value);
}

LogField::LogField(std::string_view field_name, double number)
    : name(field_name), text(json_number(number)), json(text) {}

std::string EventLog::line(LogLevel level, std::string_view event,
                           std::initializer_list<LogField> fields) const {
  const std::string time = api::utc_time(clock_.wall_ms());
  const std::string_view name = kLevels[static_cast<std::size_t>(level)];
  if (config_.format == LogFormat::kJson) {
    JsonObject out;
    out.add("time", time);
    out.add("level", name);
    out.add("event", event);
    for (const LogField& field : fields) out.add_raw(field.name, field.json);
    return out.text() + "\n";
  }
  std::string out = time + " " + std::string(name) + " " + std::string(event);
  for (const LogField& field : fields) out.append(" ").append(field.name).append("=") += field.text;
  return out + "\n";
}

EventLog::EventLog(const LogConfig& config, Sink write, Clock& clock)
    : clock_(clock), write_(std::move(write)), config_(config),
      thread_(1, [this](std::size_t) { write_lines(); }) {}

EventLog::~EventLog() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void EventLog::say(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  {
    const std::lock_guard lock(mutex_);
    if (level > config_.level) return;
    if (waiting_.size() >= kWaitingMax) {
      ++lost_;
      return;
    }
    if (lost_ > 0) {
      waiting_.push_back(
          line(LogLevel::kWarning, "lines_lost", {{"count", std::exchange(lost_, 0)}}));
    }
    waiting_.push_back(line(level, event, fields));
  }
  changed_.notify_one();
}

void EventLog::write_lines() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || is_stopping_; });
    if (waiting_.empty()) return;
    const std::string next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    write_(next);
    lock.lock();
  }
}

bool EventLog::tells(LogLevel level) {
  const std::lock_guard lock(mutex_);
  return level <= config_.level;
}

bool EventLog::tells_prompts() {
  const std::lock_guard lock(mutex_);
  return config_.tells_prompts && config_.level >= LogLevel::kInfo;
}

void EventLog::set(const LogConfig& config) {
  const std::lock_guard lock(mutex_);
  config_ = config;
}

} // namespace outpost::app
