#include "agents/memory/conversation.h"

#include <utility>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// "order_id in support-desk": values of one agent's kinds mean nothing to another.
std::string relation_of(const std::string& kind, const std::string& agent) {
  return kind + " in " + agent;
}

} // namespace

Status recall_values(Memory& memory, const MemoryScope& scope, std::int64_t now_ms,
                     Session& session) {
  if (!session.turns.empty()) return {};
  OUTPOST_TRY(const auto facts, memory.facts(scope.principal, now_ms));
  const std::string suffix = relation_of("", scope.agent);
  Turn earlier;
  for (const MemoryFact& fact : facts) {
    const bool is_value = fact.subject == kConversationSubject && fact.relation.ends_with(suffix);
    if (!is_value) continue;
    // What is in a store is input: a value that does not parse is none.
    auto value = chat::parse_json(fact.value);
    if (!value) continue;
    earlier.values.push_back(
        {fact.relation.substr(0, fact.relation.size() - suffix.size()), *std::move(value)});
  }
  if (!earlier.values.empty()) session.add(std::move(earlier));
  return {};
}

Status remember_turn(Memory& memory, const MemoryScope& scope, const Turn& turn,
                     std::int64_t now_ms) {
  OUTPOST_TRY(const MemoryId id, memory.remember(scope, MemoryTurn{"", turn.request, turn.answer,
                                                                   now_ms, chat::user_label()}));
  for (const UsedValue& used : turn.values) {
    MemoryFact fact;
    fact.subject = kConversationSubject;
    fact.relation = relation_of(used.kind, scope.agent);
    fact.value = chat::json_text(used.value);
    fact.valid_from_ms = now_ms;
    fact.turn = id;
    fact.label = chat::user_label();
    OUTPOST_CHECK(memory.remember(scope, fact));
  }
  return {};
}

} // namespace outpost::agents
