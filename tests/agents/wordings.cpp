#include "agents/wordings.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "agents/tools/argument_schema.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, const char* key) {
  return json::value_to<std::string>(object.at(key));
}

bool same_arguments(const json::object& wanted, const json::object& made) {
  return wanted.size() == made.size() &&
         std::all_of(wanted.begin(), wanted.end(), [&made](const auto& one) {
           const json::value* value = made.if_contains(one.key());
           return value != nullptr && (one.value() == json::value("*") || *value == one.value());
         });
}

bool same_calls(const json::array& wanted, const std::vector<CallStarted>& made) {
  return wanted.size() == made.size() &&
         std::equal(wanted.begin(), wanted.end(), made.begin(), [](const auto& w, const auto& m) {
           return text_at(w.as_object(), "tool") == m.tool &&
                  same_arguments(w.at("arguments").as_object(), m.arguments);
         });
}

bool is_right(const Wording& wording, const RunOutcome& outcome,
              const std::vector<CallStarted>& made) {
  if (wording.outcome == "call") return same_calls(wording.calls, made);
  if (!made.empty()) return false;
  if (wording.outcome == "ask") return outcome.kind == AnswerKind::kQuestion;
  if (wording.outcome == "answer") return outcome.kind == AnswerKind::kReply;
  return outcome.kind != AnswerKind::kQuestion;
}

std::string kind_of_wording(const Wording& wording) {
  if (wording.outcome != "call") return wording.outcome;
  if (wording.calls.size() > 1) return "several calls";
  return text_at(wording.calls[0].as_object(), "tool");
}

} // namespace

Result<std::vector<Wording>> load_wordings(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kNotFound, "no wordings at " + path.string());
  std::vector<Wording> wordings;
  for (std::string line; std::getline(file, line);) {
    OUTPOST_TRY(const json::value value, chat::parse_json(line));
    const json::object& row = value.as_object();
    wordings.push_back({text_at(row, "id"), text_at(row, "split"), text_at(row, "outcome"),
                        text_at(row, "request"), row.at("calls").as_array()});
  }
  return wordings;
}

Result<AgentSpec> support_desk(const std::filesystem::path& folder) {
  OUTPOST_TRY(AgentSpec spec, load_agent_file(std::string(OUTPOST_SOURCE_DIR) +
                                              "/examples/support-desk/agent.yaml"));
  spec.database = folder / "shop.sqlite";
  std::error_code error;
  std::filesystem::copy_file(OUTPOST_SHOP, spec.database,
                             std::filesystem::copy_options::overwrite_existing, error);
  if (error) return fail(ErrorCode::kIo, "copying the shop: " + error.message());
  return spec;
}

Result<WordingResult> judge(Agent& agent, const Wording& wording) {
  Session session;
  std::vector<CallStarted> made;
  RunOptions options;
  options.observer = [&made](const RunEvent& event) {
    if (const auto* call = std::get_if<CallStarted>(&event.body)) made.push_back(*call);
  };
  OUTPOST_TRY(const RunOutcome outcome, agent.run(session, wording.request, options));
  WordingResult result;
  result.right = is_right(wording, outcome, made);
  for (const CallStarted& call : made) {
    for (const SqlTool& tool : agent.spec().tools) {
      if (tool.tool.name != call.tool) continue;
      result.calls_valid &= check_arguments(tool.tool, call.arguments).has_value();
    }
    result.chosen += call.tool + chat::json_text(call.arguments) + " ";
  }
  result.chosen += "-> " + outcome.text.substr(0, 80);
  return result;
}

double Tally::share(const std::string& kind) const {
  const auto at = by_kind.find(kind);
  return at == by_kind.end() ? 0.0 : static_cast<double>(at->second.first) / at->second.second;
}

std::string Tally::table() const {
  std::ostringstream text;
  for (const auto& [kind, count] : by_kind) {
    text << "  " << kind << ": " << count.first << " of " << count.second << "\n";
  }
  for (const std::string& line : wrong) text << "  wrong: " << line << "\n";
  return text.str();
}

Result<Tally> judge_all(Agent& agent, const std::vector<Wording>& wordings,
                        const std::function<bool(const Wording&)>& wanted) {
  Tally tally;
  for (const Wording& wording : wordings) {
    if (!wanted(wording)) continue;
    OUTPOST_TRY(const WordingResult result, judge(agent, wording));
    for (const std::string& kind : {kind_of_wording(wording), std::string("total")}) {
      tally.by_kind[kind].first += result.right ? 1 : 0;
      tally.by_kind[kind].second += 1;
    }
    tally.invalid_calls += result.calls_valid ? 0 : 1;
    if (!result.right)
      tally.wrong.push_back(wording.id + " " + wording.request + " " + result.chosen);
  }
  return tally;
}

} // namespace outpost::agents
