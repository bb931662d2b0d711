#include "agents/memory/fake_memory.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "agents/call/words.h"
#include "base/json_text.h"

namespace outpost::agents {
namespace {

std::set<std::string> stems_of(const std::string& text) {
  std::set<std::string> stems;
  for (const Word& word : split_words(text)) {
    if (!is_function_word(word.text)) stems.insert(word.stem);
  }
  return stems;
}

bool is_of(const MemoryScope& entry, const chat::PrincipalId& principal, const std::string& agent) {
  return entry.principal == principal && (agent.empty() || entry.agent == agent);
}

} // namespace

Result<MemoryId> FakeMemory::add(const MemoryScope& scope, MemoryItem item) {
  const std::lock_guard lock(mutex_);
  item.id = ++last_id_;
  item.source = std::string(to_string(item.kind)) + " " + std::to_string(item.id);
  entries_.push_back({scope, std::move(item)});
  return last_id_;
}

Result<MemoryId> FakeMemory::remember(const MemoryScope& scope, const MemoryTurn& turn) {
  return add(scope, {MemoryItem::Kind::kTurn, 0, turn.request + " / " + turn.answer, "",
                     turn.time_ms, 0, turn.label});
}

Result<MemoryId> FakeMemory::remember(const MemoryScope& scope, const MemoryFact& fact) {
  {
    const std::lock_guard lock(mutex_);
    facts_.emplace(facts_.begin(), scope.principal, fact);
  }
  return add(scope,
             {MemoryItem::Kind::kFact, 0, fact.subject + " " + fact.relation + " " + fact.value, "",
              fact.valid_from_ms, 0, fact.label});
}

Result<MemoryId> FakeMemory::remember(const MemoryScope& scope, const MemoryCase& one) {
  return add(scope, {MemoryItem::Kind::kCase, 0, one.request + " -> " + one.plan, "", one.time_ms,
                     0, one.label});
}

Result<Recollection> FakeMemory::recall(const RecallRequest& request) {
  const std::lock_guard lock(mutex_);
  const std::set<std::string> wanted = stems_of(request.request);
  std::vector<MemoryItem> found;
  for (const Entry& entry : entries_) {
    if (!is_of(entry.scope, request.scope.principal, "")) continue;
    const bool is_fact = entry.item.kind == MemoryItem::Kind::kFact;
    if (!is_fact && entry.scope.agent != request.scope.agent) continue;
    MemoryItem item = entry.item;
    for (const std::string& one : stems_of(item.text)) item.score += wanted.count(one) != 0 ? 1 : 0;
    if (is_fact || item.score > 0) found.push_back(std::move(item));
  }
  std::sort(found.begin(), found.end(), [](const MemoryItem& a, const MemoryItem& b) {
    const bool a_is_fact = a.kind == MemoryItem::Kind::kFact;
    const bool b_is_fact = b.kind == MemoryItem::Kind::kFact;
    return std::tie(b_is_fact, b.score, b.id) < std::tie(a_is_fact, a.score, a.id);
  });
  Recollection recollection;
  std::size_t turns = 0;
  for (MemoryItem& item : found) {
    const auto tokens = static_cast<std::uint32_t>(item.text.size() / 3 + 1);
    const bool is_fact = item.kind == MemoryItem::Kind::kFact;
    if (!is_fact && turns == request.turns_max) break;
    if (recollection.tokens + tokens > request.tokens_max) continue;
    recollection.tokens += tokens;
    turns += is_fact ? 0 : 1;
    recollection.items.push_back(std::move(item));
  }
  return recollection;
}

Result<std::vector<MemoryFact>> FakeMemory::facts(const chat::PrincipalId& principal,
                                                  std::optional<std::int64_t>) {
  const std::lock_guard lock(mutex_);
  std::vector<MemoryFact> found;
  for (const auto& [whose, fact] : facts_) {
    if (whose == principal) found.push_back(fact);
  }
  return found;
}

Result<std::size_t> FakeMemory::forget(const ForgetRequest& request) {
  const std::lock_guard lock(mutex_);
  const std::set<std::string> wanted = stems_of(request.containing);
  return std::erase_if(entries_, [&](const Entry& entry) {
    if (!is_of(entry.scope, request.principal, request.agent)) return false;
    if (request.turn && entry.item.id != *request.turn) return false;
    if (request.before_ms && entry.item.time_ms >= *request.before_ms) return false;
    const std::set<std::string> has = stems_of(entry.item.text);
    return std::includes(has.begin(), has.end(), wanted.begin(), wanted.end());
  });
}

Result<std::string> FakeMemory::export_lines(const chat::PrincipalId& principal) {
  const std::lock_guard lock(mutex_);
  std::string lines;
  for (const Entry& entry : entries_) {
    if (!is_of(entry.scope, principal, "")) continue;
    JsonObject line;
    line.add("kind", to_string(entry.item.kind));
    line.add("text", entry.item.text);
    lines += line.text() + "\n";
  }
  return lines;
}

} // namespace outpost::agents
