#include "agents/orchestrator/batch.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "agents/orchestrator/batch_journal.h"
#include "chat/json_value.h"
#include "platform/thread_group.h"

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

// One round over the requests, by several threads: each takes the next request that has no outcome.
class BatchRound {
public:
  BatchRound(const std::vector<BatchRequest>& requests, Runner& runner, BatchJournal& journal,
             const BatchOptions& options)
      : requests_(requests), runner_(runner), journal_(journal), options_(options),
        outcomes_(requests.size()) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto earlier = journal.earlier().find(requests[i].id);
      const bool stands =
          earlier != journal.earlier().end() &&
          (earlier->second.status != BatchStatus::kUnknown || !options.retries_unknown);
      if (stands) outcomes_[i] = earlier->second;
      if (!stands) to_do_.push_back(i);
    }
  }

  Result<std::vector<BatchOutcome>> run() {
    const std::size_t threads = std::clamp<std::size_t>(options_.at_once, 1, to_do_.size() + 1);
    platform::ThreadGroup(threads, [this](std::size_t) { work(); }).join();
    if (!status_) return tl::unexpected(status_.error());
    return std::move(outcomes_);
  }

private:
  void work() {
    while (const auto index = begin_next()) {
      BatchOutcome outcome = run_one(requests_[*index], runner_, options_);
      end(*index, std::move(outcome));
    }
  }

  std::optional<std::size_t> begin_next() {
    const std::lock_guard lock(mutex_);
    if (!status_ || next_ == to_do_.size()) return std::nullopt;
    if (options_.cancel.cancelled()) {
      status_ = fail(ErrorCode::kCancelled, "the batch was cancelled",
                     "the same command goes on where it stopped");
      return std::nullopt;
    }
    const std::size_t index = to_do_[next_++];
    status_ = journal_.begin(requests_[index].id);
    return status_ ? std::optional(index) : std::nullopt;
  }

  void end(std::size_t index, BatchOutcome outcome) {
    const std::lock_guard lock(mutex_);
    const Status kept = journal_.end(outcome);
    if (!kept && status_) status_ = kept;
    if (kept && options_.on_outcome) options_.on_outcome(outcome);
    outcomes_[index] = std::move(outcome);
  }

  const std::vector<BatchRequest>& requests_;
  Runner& runner_;
  BatchJournal& journal_;
  const BatchOptions& options_;
  std::vector<std::size_t> to_do_;
  std::mutex mutex_;
  // All are guarded by mutex_.
  std::vector<BatchOutcome> outcomes_;
  std::size_t next_ = 0; // of to_do_
  Status status_;
};

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
  return BatchRound(requests, runner, log, options).run();
}

} // namespace outpost::agents
