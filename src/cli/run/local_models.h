// The models that agent files name, loaded when the first agent asks and kept for the others.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "app/agents/open_agent.h"
#include "app/chat_model.h"
#include "cli/invocation.h"

namespace outpost::cli {

// Thread-safe.
class LocalModels {
public:
  // `override`: the model of all agents, whatever their files say; may be empty.
  LocalModels(const Invocation& invocation, std::string override,
              const app::ChatModelSettings& settings)
      : invocation_(invocation), override_(std::move(override)), settings_(settings) {}

  // Pulls it when it is not here.
  Result<app::AgentModel> named(const std::string& name);
  // Whether a step may have it as a larger model: it is here, and there is room for it.
  Status may_have(const std::string& name);
  // The model of that name for embeddings, with the context it was made for and whatever stands in
  // the place of the agents' models.
  Result<chat::ChatModel*> embedder(const std::string& name);
  [[nodiscard]] bool is_here(const std::string& name) const;
  // How the model of that name calls tools that tell only a schema, without loading it. One that is
  // not here any more: as nobody's.
  Result<agents::CallingProfile> calling_of(const std::string& name) const;
  // Of agents with these models, which outlive them, as `stores` do.
  app::AgentSurroundings surroundings(app::AgentStores& stores, std::uint64_t seed);

private:
  struct Loaded {
    app::LocalModel local;
    agents::CallingProfile calling;
  };

  // The name of the model that agents get where their files say `name`.
  [[nodiscard]] const std::string& used_for(const std::string& name) const;
  Result<app::AgentModel> load(const std::string& name, const app::ChatModelSettings& settings);

  const Invocation& invocation_;
  std::string override_;
  app::ChatModelSettings settings_;
  std::mutex mutex_;
  std::map<std::string, Loaded> models_; // guarded by mutex_; what is in it stays
};

} // namespace outpost::cli
