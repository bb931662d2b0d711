#include "agents/memory/memory.h"

namespace outpost::agents {

std::string_view to_string(MemoryItem::Kind kind) {
  switch (kind) {
  case MemoryItem::Kind::kFact: return "fact";
  case MemoryItem::Kind::kTurn: return "turn";
  case MemoryItem::Kind::kCase: return "case";
  }
  return "turn";
}

std::string Recollection::text() const {
  std::string lines;
  for (const MemoryItem& item : items) lines += item.text + "\n";
  return lines;
}

chat::Label Recollection::label() const {
  if (items.empty()) return chat::operator_label();
  chat::Label whole = items.front().label;
  for (const MemoryItem& item : items) whole = chat::join(whole, item.label);
  return whole;
}

} // namespace outpost::agents
