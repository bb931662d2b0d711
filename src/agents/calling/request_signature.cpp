#include "agents/calling/request_signature.h"

namespace outpost::agents {

Signature signature_of(const Clause& place, const RequestOutline& outline, std::size_t most) {
  Signature signature;
  for (const OutlinedValue& value : outline.values()) {
    if (value.is_spelled || value.begin < place.begin || value.end > place.end) continue;
    if (signature.size() == most) break;
    ++signature.counts[value.list ? 3 : value.is_date ? 2 : value.number ? 1 : 0];
  }
  return signature;
}

bool suffices(const Signature& signature, const CallableTool& tool) {
  std::size_t values = 0;
  std::size_t numbers = 0;
  std::size_t lists = 0;
  for (const SlotSchema& slot : tool.slots) {
    if (!slot.required || !slot.choices.empty() || slot.type == SlotType::kBoolean) continue;
    ++values;
    numbers += is_numeric(slot.type) ? 1 : 0;
    lists += slot.type == SlotType::kArray ? 1 : 0;
  }
  return values > 0 && signature.size() >= values && signature.numbers() >= numbers &&
         signature.lists() >= lists;
}

} // namespace outpost::agents
