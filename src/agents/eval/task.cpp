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
      const json::object* object = one.if_object();
      const json::value* sql = object == nullptr ? nullptr : object->if_contains("sql");
      const json::value* is = object == nullptr ? nullptr : object->if_contains("is");
      const bool sound = sql != nullptr && is != nullptr && sql->is_string() && is->is_string();
      if (!sound) {
        complain("state", R"(a list of {"sql": "...", "is": "..."})");
        return {};
      }
      checks.push_back({std::string(sql->get_string()), std::string(is->get_string())});
    }
    return checks;
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
    EvalTask task{reader.text("id"),
                  reader.text("kind"),
                  reader.wordings(),
                  split_alternatives(reader.text("expect")),
                  reader.state(),
                  reader.texts("says"),
                  reader.texts("never_says")};
    if (!reader.problem().empty()) return fail(ErrorCode::kCorruptData, place + reader.problem());
    tasks.push_back(std::move(task));
  }
  return tasks;
}

} // namespace outpost::agents
