#include "app/agents/open_agent.h"

#include <utility>

#include "app/agents/memory_files.h"

namespace outpost::app {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

Result<chat::ChatModel*> embedder_of(const agents::MemorySpec& spec,
                                     const AgentSurroundings& surroundings) {
  if (spec.embeddings.empty() || !surroundings.embedder_named) return nullptr;
  OUTPOST_TRY(chat::ChatModel * embedder, surroundings.embedder_named(spec.embeddings));
  if (embedder->info().embedding_size != 0) return embedder;
  return fail(ErrorCode::kInvalidArgument,
              "memory is to have the embeddings of '" + spec.embeddings + "', which makes none");
}

Result<std::unique_ptr<agents::Memory>> open_agent_memory(const agents::MemorySpec& spec,
                                                          const AgentSurroundings& surroundings,
                                                          chat::ChatModel& model) {
  const std::filesystem::path& folder = surroundings.stores.folder;
  agents::MemorySettings settings;
  settings.model = &model;
  OUTPOST_TRY(settings.embedder, embedder_of(spec, surroundings));
  if (spec.keep_days) settings.limits.keep_ms = *spec.keep_days * kDayMs;
  OUTPOST_TRY(std::unique_ptr<agents::Memory> memory, open_memory(folder, std::move(settings)));
  return memory;
}

std::vector<agents::LargerModel> larger_models(const agents::AgentSpec& spec,
                                               const AgentSurroundings& surroundings) {
  std::vector<agents::LargerModel> models;
  for (const std::string& name : spec.larger_models.names) {
    models.push_back({name,
                      [name, may_have = surroundings.may_have](const chat::PrincipalId& principal) {
                        return may_have(name, principal);
                      },
                      [name, named = surroundings.model_named] { return named(name); }});
  }
  return models;
}

} // namespace

Result<std::unique_ptr<OpenAgent>> open_agent(agents::AgentSpec spec,
                                              const AgentSurroundings& surroundings) {
  AgentStores& stores = surroundings.stores;
  OUTPOST_TRY(const AgentModel model, surroundings.model_named(spec.model));
  const std::uint64_t seed = surroundings.seed + stores.opened++;
  auto open = std::make_unique<OpenAgent>();
  OUTPOST_TRY(open->tools_, open_agent_tools(spec, stores));
  if (surroundings.wrap_tools) open->wrapped_ = surroundings.wrap_tools(*open->tools_.tools);
  agents::Toolset& own = open->wrapped_ ? *open->wrapped_ : *open->tools_.tools;
  OUTPOST_TRY(open->reach_,
              open_reach(spec, own, stores.ledger, stores.outbox, stores.clock, seed));
  agents::Toolset& tools = open->reach_->tools ? *open->reach_->tools : own;
  agents::AgentParts parts{*model.model, tools, stores.log, stores.clock, seed};
  parts.approvals = &stores.approvals;
  parts.escalation = surroundings.larger;
  if (parts.escalation == nullptr) parts.escalation = open->reach_->escalation.get();
  parts.ledger = &stores.ledger;
  parts.calling = model.calling;
  parts.larger = larger_models(spec, surroundings);
  if (spec.memory.remembers) {
    OUTPOST_TRY(open->memory_, open_agent_memory(spec.memory, surroundings, *model.model));
    parts.memory = open->memory_.get();
  }
  OUTPOST_TRY(open->agent_, agents::Agent::open(std::move(spec), parts));
  return open;
}

} // namespace outpost::app
