#include "agents/run/part_answer.h"

namespace outpost::agents {

PartAnswer join_answers(const std::vector<PartAnswer>& parts) {
  PartAnswer whole{AnswerKind::kFailure, {}, chat::operator_label()};
  for (const bool questions : {false, true}) {
    for (const PartAnswer& one : parts) {
      if ((one.kind == AnswerKind::kQuestion) != questions) continue;
      whole.text += (whole.text.empty() ? "" : "\n") + one.text;
      whole.label = chat::join(whole.label, one.label);
      whole.kind = one.kind;
    }
  }
  return whole;
}

} // namespace outpost::agents
