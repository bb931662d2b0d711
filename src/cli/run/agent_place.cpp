#include "cli/run/agent_place.h"

#include <utility>

#include "agents/run/record_text.h"
#include "agents/spec/agent_spec.h"

namespace outpost::cli {
AgentPlace::AgentPlace(const Invocation& invocation, const AgentPlaceOptions& options)
    : options_(options),
      models_(invocation, options.model, {options.threads, options.context_tokens}) {}

Result<std::unique_ptr<AgentPlace>> AgentPlace::open(const Invocation& invocation,
                                                     const AgentPlaceOptions& options) {
  std::unique_ptr<AgentPlace> place(new AgentPlace(invocation, options));
  OUTPOST_TRY(place->stores_, app::AgentStores::open(invocation.environment, place->clock_));
  return place;
}

app::AgentSurroundings AgentPlace::surroundings() {
  if (!options_.loads_models) {
    const auto none = [this](const std::string& name) -> Result<app::AgentModel> {
      OUTPOST_TRY(agents::CallingProfile calling, models_.calling_of(name));
      return app::AgentModel{&no_model_, std::move(calling)};
    };
    return {*stores_, none, [](const auto&...) { return Status(); }, options_.seed};
  }
  return models_.surroundings(*stores_, options_.seed);
}

Result<std::unique_ptr<app::OpenAgent>> AgentPlace::agent_of_run(const std::string& run_id) {
  OUTPOST_TRY(const auto record, stores_->log.show(run_id));
  OUTPOST_TRY(const auto started, agents::body_of(record.front()));
  const std::string file = agents::text_in(started, "file");
  if (file.empty()) {
    return fail(ErrorCode::kUnsupported, "run " + run_id + " is of an agent that is in no file");
  }
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(file));
  app::AgentSurroundings around = surroundings();
  if (!options_.loads_models && started.contains("calling")) {
    around.model_named = [this](const auto&) { return app::AgentModel{&no_model_, {}}; };
  } else if (!options_.loads_models) {
    // An older record does not say how calls were weighed: as the profile of the run's model does,
    // which may be another than the file's.
    const std::string model = agents::text_in(started, "model");
    if (models_.is_here(model)) spec.model = model;
  }
  return app::open_agent(std::move(spec), around);
}

} // namespace outpost::cli
