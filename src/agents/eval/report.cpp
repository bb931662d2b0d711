// What an evaluation tells (evaluation.h).
#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "agents/eval/evaluation.h"
#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kStoredBytesMax = 64U << 20U;

std::string name_of(const TaskResult& result) {
  return result.id + " wording " + std::to_string(result.wording + 1);
}

std::map<std::string, KindTally> tally_by(const std::vector<TaskResult>& results,
                                          std::string TaskResult::* what) {
  std::map<std::string, KindTally> tallies;
  for (const TaskResult& one : results) {
    KindTally& tally = tallies[one.*what];
    ++tally.all;
    tally.completed += one.completed ? 1 : 0;
  }
  return tallies;
}

} // namespace

KindTally EvalReport::total() const {
  KindTally tally{0, results.size()};
  for (const TaskResult& one : results) tally.completed += one.completed ? 1 : 0;
  return tally;
}

std::map<std::string, KindTally> EvalReport::by_kind() const {
  return tally_by(results, &TaskResult::kind);
}

std::map<std::string, KindTally> EvalReport::by_domain() const {
  return tally_by(results, &TaskResult::domain);
}

std::vector<KindTally> EvalReport::by_wording() const {
  std::vector<KindTally> wordings;
  for (const TaskResult& one : results) {
    if (one.wording >= wordings.size()) wordings.resize(one.wording + 1);
    ++wordings[one.wording].all;
    wordings[one.wording].completed += one.completed ? 1 : 0;
  }
  return wordings;
}

std::size_t EvalReport::wrong_effects() const {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [](const TaskResult& one) { return one.wrong_effect; }));
}

double EvalReport::time_ms_at(double share) const {
  if (results.empty()) return 0;
  std::vector<double> times;
  for (const TaskResult& one : results)
    times.push_back(static_cast<double>(one.usage.time.count()));
  std::sort(times.begin(), times.end());
  const auto place = static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5);
  return times[std::min(place, times.size() - 1)];
}

std::string EvalReport::json() const {
  JsonArray all;
  for (const TaskResult& one : results) {
    JsonObject object;
    object.add("id", one.id);
    object.add("wording", one.wording);
    object.add("kind", one.kind);
    object.add("domain", one.domain);
    object.add("completed", one.completed);
    object.add("wrong_effect", one.wrong_effect);
    object.add("problem", one.problem);
    object.add("answer", one.answer);
    object.add("steps", one.usage.steps);
    object.add("tool_calls", one.usage.tool_calls);
    object.add("tokens", one.usage.tokens);
    object.add("time_ms", one.usage.time.count());
    all.add_raw(object.text());
  }
  JsonObject report;
  report.add("completed", total().completed);
  report.add("all", total().all);
  report.add("wrong_effects", wrong_effects());
  report.add("p50_ms", time_ms_at(0.5));
  report.add("p95_ms", time_ms_at(0.95));
  report.add_raw("results", all.text());
  return report.text();
}

Result<std::vector<std::string>> compare(const EvalReport& now, const std::string& stored_json) {
  OUTPOST_TRY(const auto parsed, chat::parse_json(stored_json, {kStoredBytesMax, 16}));
  const boost::json::object* object = parsed.if_object();
  const boost::json::value* stored = object == nullptr ? nullptr : object->if_contains("results");
  if (stored == nullptr || !stored->is_array()) {
    return fail(ErrorCode::kCorruptData, "this is no stored evaluation",
                "outpost eval --json writes one");
  }
  std::map<std::string, bool> was;
  for (const boost::json::value& one : stored->get_array()) {
    const boost::json::object* row = one.if_object();
    if (row == nullptr) continue;
    const auto* id = row->if_contains("id");
    const auto* wording = row->if_contains("wording");
    const auto* completed = row->if_contains("completed");
    const bool sound = id != nullptr && wording != nullptr && completed != nullptr &&
                       id->is_string() && wording->is_int64() && completed->is_bool();
    if (!sound) continue;
    was[std::string(id->get_string()) + " wording " + std::to_string(wording->get_int64() + 1)] =
        completed->get_bool();
  }
  std::vector<std::string> lines;
  for (const TaskResult& one : now.results) {
    const auto before = was.find(name_of(one));
    if (before == was.end()) {
      lines.push_back(name_of(one) + ": new, " + (one.completed ? "completed" : "not completed"));
    } else if (before->second != one.completed) {
      lines.push_back(name_of(one) + (one.completed ? ": now completed" : ": no longer completed"));
    }
  }
  return lines;
}

} // namespace outpost::agents
