#include "agents/eval/task.h"

#include <algorithm>

#include <boost/json.hpp>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextsMax = 100;

// Reads the fields of one task; remembers the first that is not as it should be.
class TaskReader {
public:
  explicit TaskReader(const json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const json::value* value = object_.if_contains(key);
    if (value != nullptr && value->is_string() && !value->get_string().empty()) {
      return std::string(value->get_string());
    }
    complain(key, "a text");
    return {};
  }

  std::vector<std::string> texts(std::string_view key) {
    const json::value* value = object_.if_contains(key);
    return value == nullptr ? std::vector<std::string>() : texts_in(*value, key);
  }

  std::vector<std::vector<std::string>> wordings() {
    std::vector<std::vector<std::string>> all;
    for (const json::value& one : array("wordings")) all.push_back(texts_in(one, "wordings"));
    const bool some = !all.empty() && std::none_of(all.begin(), all.end(),
                                                   [](const auto& turns) { return turns.empty(); });
    if (!some) complain("wordings", "a list of lists of texts");
    return all;
  }

  std::vector<StateCheck> state() {
    std::vector<StateCheck> checks;
    for (const json::value& one : array("state")) {
      const json::object none;
      const json::object& object = one.is_object() ? one.get_object() : none;
      const auto field = [&object](std::string_view key) {
        const json::value* value = object.if_contains(key);
        return value != nullptr && value->is_string()
                   ? std::optional<std::string>(std::string(value->get_string()))
                   : std::nullopt;
      };
      const auto sql = field("sql");
      const auto is = field("is");
      const auto file = field("file");
      const auto has = field("has");
      const bool sound = (sql && is && !file && !has) || (file && has && !sql && !is);
      if (!sound) {
        complain("state",
                 R"(a list of {"sql": "...", "is": "..."} or {"file": "...", "has": "..."})");
        return {};
      }
      checks.push_back({sql.value_or(""), is.value_or(""), file.value_or(""), has.value_or("")});
    }
    return checks;
  }

  std::string text_or_nothing(std::string_view key) {
    return object_.contains(key) ? text(key) : std::string();
  }

  std::optional<bool> claim(std::string_view key) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    complain(key, "true or false");
    return std::nullopt;
  }

  std::optional<bool> approval() {
    const std::string answer = text_or_nothing("approval");
    if (answer.empty()) return std::nullopt;
    if (answer != "given" && answer != "refused") complain("approval", "'given' or 'refused'");
    return answer == "given";
  }

  std::optional<EscalatedAnswer::SuggestedCall> larger() {
    const json::value* value = object_.if_contains("larger");
    if (value == nullptr) return std::nullopt;
    const json::object* call = value->if_object();
    const json::value* tool = call == nullptr ? nullptr : call->if_contains("tool");
    const json::value* arguments = call == nullptr ? nullptr : call->if_contains("arguments");
    const bool sound =
        tool != nullptr && arguments != nullptr && tool->is_string() && arguments->is_object();
    if (sound) {
      return EscalatedAnswer::SuggestedCall{std::string(tool->get_string()),
                                            arguments->get_object()};
    }
    complain("larger", R"({"tool": "...", "arguments": {...}})");
    return std::nullopt;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }

private:
  json::array array(std::string_view key) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr) return {};
    if (value->is_array() && value->get_array().size() <= kTextsMax) return value->get_array();
    complain(key, "a list");
    return {};
  }

  std::vector<std::string> texts_in(const json::value& value, std::string_view key) {
    std::vector<std::string> all;
    const json::array* items = value.if_array();
    const bool sound = items != nullptr && items->size() <= kTextsMax &&
                       std::all_of(items->begin(), items->end(),
                                   [](const json::value& one) { return one.is_string(); });
    if (!sound) {
      complain(key, "a list of texts");
      return all;
    }
    for (const json::value& one : *items) all.emplace_back(one.get_string());
    return all;
  }

  void complain(std::string_view key, std::string_view expected) {
    if (problem_.empty()) problem_ = "'" + std::string(key) + "' must be " + std::string(expected);
  }

  const json::object& object_;
  std::string problem_;
};

std::vector<std::string> split_alternatives(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('|'), text.size());
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

EvalTask read_task(TaskReader& reader) {
  EvalTask task{reader.text("id"),
                reader.text("kind"),
                reader.wordings(),
                split_alternatives(reader.text("expect")),
                reader.state(),
                reader.texts("says"),
                reader.texts("never_says")};
  task.domain = reader.text_or_nothing("domain");
  task.principal = reader.text_or_nothing("as");
  task.earlier = reader.texts("earlier");
  task.prepare = reader.texts("prepare");
  task.failing = reader.texts("failing");
  task.offline = reader.claim("offline").value_or(false);
  task.approves = reader.approval();
  task.larger = reader.larger();
  task.escalates = reader.claim("escalates");
  return task;
}

} // namespace

Result<std::vector<EvalTask>> parse_tasks(std::string_view lines, const std::string& origin) {
  std::vector<EvalTask> tasks;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = origin + ":" + std::to_string(number) + ": ";
    const auto parsed = chat::parse_json(line);
    if (!parsed) return fail(ErrorCode::kCorruptData, place + parsed.error().message);
    if (!parsed->is_object()) return fail(ErrorCode::kCorruptData, place + "a task is an object");
    if (tasks.size() == kEvalTasksMax) {
      return fail(ErrorCode::kLimitExceeded,
                  place + "more than " + std::to_string(kEvalTasksMax) + " tasks");
    }
    TaskReader reader(parsed->get_object());
    EvalTask task = read_task(reader);
    if (!reader.problem().empty()) return fail(ErrorCode::kCorruptData, place + reader.problem());
    tasks.push_back(std::move(task));
  }
  return tasks;
}

Result<std::vector<SuiteEntry>> parse_suite(std::string_view text, const std::string& origin) {
  const auto wrong = [&origin](const std::string& what) {
    return fail(ErrorCode::kCorruptData, origin + ": " + what);
  };
  const auto parsed = chat::parse_json(text);
  if (!parsed) return wrong(parsed.error().message);
  const json::array* list = parsed->if_array();
  if (list == nullptr || list->empty() || list->size() > kTextsMax) {
    return wrong("a suite is a list of up to " + std::to_string(kTextsMax) + " agents");
  }
  std::vector<SuiteEntry> entries;
  for (const json::value& one : *list) {
    if (!one.is_object()) return wrong("an entry is an object");
    TaskReader reader(one.get_object());
    entries.push_back({reader.text("domain"), reader.text("agent"), reader.text("tasks")});
    if (!reader.problem().empty()) return wrong(reader.problem());
  }
  return entries;
}

} // namespace outpost::agents
