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
  // The run's model, where the catalogue knows it, may be another than the file's: its answers
  // stand in the record, but how calls are weighed is its profile's.
  const std::string model = agents::text_in(started, "model");
  if (!options_.loads_models && models_.is_here(model)) spec.model = model;
  return app::open_agent(std::move(spec), surroundings());
}

} // namespace outpost::cli
