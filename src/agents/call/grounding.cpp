#include "agents/call/grounding.h"

#include <algorithm>

#include "agents/call/free_text.h"
#include "agents/tools/answer_template.h"
#include "agents/tools/argument_schema.h"

namespace outpost::agents {
namespace {

bool was_used(const Slot& slot, const Session& session) {
  return std::any_of(session.turns.begin(), session.turns.end(), [&slot](const Turn& turn) {
    return std::any_of(turn.values.begin(), turn.values.end(), [&slot](const UsedValue& used) {
      return used.kind == slot.kind && used.value == slot.value;
    });
  });
}

bool was_recalled(const Slot& slot, const SlotSources& sources) {
  return std::any_of(sources.recalled.begin(), sources.recalled.end(),
                     [&slot](const RecalledValue& known) {
                       return known.kind == slot.kind && known.value == slot.value;
                     });
}

bool is_grounded(const Parameter& parameter, const Slot& slot, const SlotSources& sources,
                 const Recognisers& recognisers) {
  const ValueKind& kind = parameter.kind;
  if (kind.free_text) return is_made_of(plain_text(slot.value), sources.request.raw);
  // A closed choice can't be invented: the schema holds all there is.
  if (!kind.choices.empty() || kind.type == ValueType::kBoolean) return true;
  return recognisers.supports(kind.name, slot.value, sources.request) ||
         was_used(slot, sources.session) || was_recalled(slot, sources);
}

} // namespace

std::optional<SlotProblem> find_problem(const Tool& tool, const FilledSlots& filled,
                                        const SlotSources& sources,
                                        const Recognisers& recognisers) {
  for (const Slot& slot : filled.slots) {
    const Parameter* parameter = find_parameter(tool, slot.parameter);
    if (parameter == nullptr) return SlotProblem{slot.parameter, "the tool has no such parameter"};
    const Status holds = check_value(parameter->kind, parameter->name, slot.value);
    if (!holds) return SlotProblem{slot.parameter, holds.error().message};
    if (!is_grounded(*parameter, slot, sources, recognisers)) {
      return SlotProblem{slot.parameter,
                         "nothing the user said supports " + plain_text(slot.value)};
    }
  }
  return std::nullopt;
}

} // namespace outpost::agents
