#include "agents/run/run_models.h"

#include "agents/run/record_text.h"

namespace outpost::agents {

Status RunModels::use(const LargerModel& model) {
  OUTPOST_TRY(AgentModel opened, model.open());
  metered_.use(*opened.model);
  calling_ = std::move(opened.calling);
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
  ModelChosen event{part, probability, model.name, {}};
  if (const StoredEvent* recorded = journal_.next("model_chosen")) {
    OUTPOST_TRY(const boost::json::object body, body_of(*recorded));
    event.kept = text_in(body, "kept");
    // For what comes after the record. A model that cannot be had by now leaves the one there is.
    if (event.kept.empty()) static_cast<void>(use(model));
  } else if (journal_.is_new()) {
    event.kept = why_not(model);
  } else {
    return false; // the run had no larger model, or its record ends here
  }
  OUTPOST_CHECK(journal_.write(event, chat::join(chat::user_label(), chat::model_label())));
  if (!event.kept.empty()) return false;
  ++next_;
  return true;
}

} // namespace outpost::agents
