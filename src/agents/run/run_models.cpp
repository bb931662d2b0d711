#include "agents/run/run_models.h"

#include <algorithm>

#include "agents/run/calling_record.h"
#include "agents/run/record_text.h"

namespace outpost::agents {

RunModels::RunModels(const AgentParts& parts, double below, const chat::PrincipalId& principal,
                     MeteredModel& metered, RunJournal& journal)
    : larger_(parts.larger), calling_(fitted_to(parts.model.info().context_tokens, parts.calling)),
      has_schema_tools_(std::ranges::any_of(
          parts.tools.tools(), [](const Tool& tool) { return !tool.input_schema.empty(); })),
      below_(below), principal_(principal), metered_(metered), journal_(journal) {}

boost::json::object RunModels::calling_json() const {
  return has_schema_tools_ ? calling_record(calling_) : boost::json::object();
}

Result<boost::json::object> RunModels::call_as(const boost::json::object& body) {
  const boost::json::value* recorded = body.if_contains("calling");
  if (recorded == nullptr) return boost::json::object();
  OUTPOST_TRY(calling_, read_calling_record(*recorded));
  return recorded->get_object();
}

Status RunModels::use(const LargerModel& model) {
  OUTPOST_TRY(AgentModel opened, model.open());
  metered_.use(*opened.model);
  calling_ = fitted_to(opened.model->info().context_tokens, opened.calling);
  return {};
}

std::string RunModels::why_not(const LargerModel& model) {
  Status had = model.may_have(principal_);
  if (had) had = use(model);
  return had ? std::string() : had.error().message;
}

Result<bool> RunModels::step_up(const std::string& part, double probability) {
  if (probability >= below_ || next_ == larger_.size()) return false;
  const LargerModel& model = larger_[next_];
  ModelChosen event{part, probability, model.name, {}, {}};
  if (const StoredEvent* recorded = journal_.next("model_chosen")) {
    OUTPOST_TRY(const boost::json::object body, body_of(*recorded));
    event.kept = text_in(body, "kept");
    if (event.kept.empty()) {
      // For what comes after the record. A model that cannot be had by now leaves the one there is.
      static_cast<void>(use(model));
      OUTPOST_TRY(event.calling, call_as(body));
    }
  } else if (journal_.is_new()) {
    event.kept = why_not(model);
    if (event.kept.empty()) event.calling = calling_json();
  } else {
    return false; // the run had no larger model, or its record ends here
  }
  OUTPOST_CHECK(journal_.write(event, chat::join(chat::user_label(), chat::model_label())));
  if (!event.kept.empty()) return false;
  ++next_;
  return true;
}

} // namespace outpost::agents
