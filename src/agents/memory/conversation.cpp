#include "agents/memory/conversation.h"

#include <algorithm>
#include <utility>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// A request that leans on the one before it ("and Boston?") does so for as long.
constexpr std::int64_t kSameConversationMs = 3'600'000;

// "order_id in support-desk": values of one agent's kinds mean nothing to another.
std::string relation_of(const std::string& kind, const std::string& agent) {
  return kind + " in " + agent;
}

std::string last_tool_of(const std::string& agent) { return "last tool of " + agent; }

MemoryFact conversation_fact(std::string relation, std::string value, MemoryId turn,
                             std::int64_t now_ms, const Turn& said) {
  MemoryFact fact;
  fact.subject = kConversationSubject;
  fact.relation = std::move(relation);
  fact.value = std::move(value);
  fact.valid_from_ms = now_ms;
  fact.turn = turn;
  fact.label = chat::user_label();
  fact.label.confidentiality = std::max(fact.label.confidentiality, said.label.confidentiality);
  return fact;
}

} // namespace

Status recall_values(Memory& memory, const MemoryScope& scope, std::int64_t now_ms,
                     Session& session) {
  if (!session.turns.empty()) return {};
  OUTPOST_TRY(const auto facts, memory.facts(scope.principal, now_ms));
  const std::string suffix = relation_of("", scope.agent);
  Turn earlier;
  for (const MemoryFact& fact : facts) {
    const bool is_recent = now_ms - fact.valid_from_ms <= kSameConversationMs;
    if (fact.subject == kConversationSubject && fact.relation == last_tool_of(scope.agent) &&
        is_recent) {
      earlier.tool = fact.value;
    }
    const bool is_value = fact.subject == kConversationSubject && fact.relation.ends_with(suffix);
    if (!is_value) continue;
    // What is in a store is input: a value that does not parse is none.
    auto value = chat::parse_json(fact.value);
    if (!value) continue;
    earlier.label.confidentiality =
        std::max(earlier.label.confidentiality, fact.label.confidentiality);
    earlier.values.push_back(
        {fact.relation.substr(0, fact.relation.size() - suffix.size()), *std::move(value)});
  }
  if (!earlier.values.empty() || !earlier.tool.empty()) session.add(std::move(earlier));
  return {};
}

Status remember_turn(Memory& memory, const MemoryScope& scope, const std::string& run,
                     const Turn& turn, std::int64_t now_ms) {
  OUTPOST_TRY(const MemoryId id, memory.remember(scope, MemoryTurn{"", turn.request, turn.answer,
                                                                   now_ms, turn.label, run}));
  if (!turn.tool.empty()) {
    MemoryFact fact = conversation_fact(last_tool_of(scope.agent), turn.tool, id, now_ms, turn);
    OUTPOST_CHECK(memory.remember(scope, fact));
  }
  for (const UsedValue& used : turn.values) {
    OUTPOST_CHECK(
        memory.remember(scope, conversation_fact(relation_of(used.kind, scope.agent),
                                                 chat::json_text(used.value), id, now_ms, turn)));
  }
  return {};
}

} // namespace outpost::agents
