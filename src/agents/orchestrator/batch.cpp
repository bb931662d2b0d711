#include "agents/orchestrator/batch.h"

#include <set>

#include "agents/orchestrator/batch_journal.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kRequestsMax = 100'000;

Result<BatchRequest> parse_line(std::string_view line, std::size_t number) {
  const std::string where = "line " + std::to_string(number) + " of the batch";
  const auto value = chat::parse_json(line);
  if (!value) return fail(ErrorCode::kInvalidArgument, where + ": " + value.error().message);
  const boost::json::object* object = value->if_object();
  const auto* text = object == nullptr ? nullptr : object->if_contains("request");
  if (text == nullptr || !text->is_string()) {
    return fail(ErrorCode::kInvalidArgument, where + " has no \"request\"",
                R"(a line is {"request": "Where is order A-20417?"})");
  }
  BatchRequest request{std::to_string(number), std::string(text->get_string())};
  const auto* id = object->if_contains("id");
  if (id != nullptr && id->is_string()) request.id = std::string(id->get_string());
  if (id != nullptr && id->is_int64()) request.id = std::to_string(id->get_int64());
  return request;
}

BatchStatus status_of(const RunOutcome& outcome, const std::string& deferred) {
  if (outcome.end == RunEnd::kWaiting) return BatchStatus::kQuestion; // for somebody's approval
  if (outcome.end != RunEnd::kDone) return BatchStatus::kFailed;
  if (!deferred.empty()) return BatchStatus::kDeferred;
  switch (outcome.kind) {
  case AnswerKind::kStatement:
  case AnswerKind::kReply: return BatchStatus::kDone;
  case AnswerKind::kQuestion: return BatchStatus::kQuestion;
  case AnswerKind::kNoTool: return BatchStatus::kRefused;
  case AnswerKind::kFailure: return BatchStatus::kFailed;
  }
  return BatchStatus::kFailed;
}

BatchOutcome run_one(const BatchRequest& request, Runner& runner, const BatchOptions& options) {
  BatchOutcome made{.id = request.id};
  RunOptions run{.principal = options.principal, .cancel = options.cancel};
  run.observer = [&made](const RunEvent& event) {
    const auto* finished = std::get_if<CallFinished>(&event.body);
    if (finished == nullptr || finished->outcome != "deferred") return;
    const auto* content = finished->content.if_object();
    const auto* id = content == nullptr ? nullptr : content->if_contains("deferred");
    if (id != nullptr && id->is_string()) made.deferred = std::string(id->get_string());
  };
  Session session;
  const auto outcome = runner.run(session, request.text, run);
  if (!outcome) {
    const ErrorCode code = outcome.error().code;
    const bool refused = code == ErrorCode::kResourceExhausted || code == ErrorCode::kUnavailable;
    made.status = refused ? BatchStatus::kRefused : BatchStatus::kFailed;
    made.text = outcome.error().message;
    return made;
  }
  made.status = status_of(*outcome, made.deferred);
  made.text = outcome->text;
  made.run_id = outcome->run_id;
  made.tokens = outcome->usage.tokens;
  return made;
}

} // namespace

Result<std::vector<BatchRequest>> parse_batch(const std::string& text) {
  std::vector<BatchRequest> requests;
  std::set<std::string> ids;
  std::size_t at = 0;
  for (std::size_t number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (requests.size() == kRequestsMax) {
      return fail(ErrorCode::kLimitExceeded,
                  "a batch has at most " + std::to_string(kRequestsMax) + " requests");
    }
    OUTPOST_TRY(BatchRequest request, parse_line(line, number));
    if (!ids.insert(request.id).second) {
      return fail(ErrorCode::kInvalidArgument, "line " + std::to_string(number) +
                                                   " of the batch has the id '" + request.id +
                                                   "' of an earlier one");
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

Result<std::vector<BatchOutcome>> run_batch(const std::vector<BatchRequest>& requests,
                                            Runner& runner, const std::filesystem::path& journal,
                                            const BatchOptions& options) {
  OUTPOST_TRY(BatchJournal log, BatchJournal::open(journal));
  std::vector<BatchOutcome> outcomes;
  for (const BatchRequest& request : requests) {
    const auto earlier = log.earlier().find(request.id);
    const bool known = earlier != log.earlier().end();
    if (known && (earlier->second.status != BatchStatus::kUnknown || !options.retries_unknown)) {
      outcomes.push_back(earlier->second);
      continue;
    }
    if (options.cancel.cancelled()) {
      return fail(ErrorCode::kCancelled, "the batch was cancelled",
                  "the same command goes on where it stopped");
    }
    OUTPOST_CHECK(log.begin(request.id));
    outcomes.push_back(run_one(request, runner, options));
    OUTPOST_CHECK(log.end(outcomes.back()));
    if (options.on_outcome) options.on_outcome(outcomes.back());
  }
  return outcomes;
}

} // namespace outpost::agents
