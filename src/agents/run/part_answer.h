// What one part of a request led to, and all of them as one answer.
#pragma once
#include <string>
#include <vector>

#include "agents/run/event.h"
#include "chat/label.h"

namespace outpost::agents {

struct PartAnswer {
  AnswerKind kind = AnswerKind::kStatement;
  std::string text;
  chat::Label label;
};

// One text; a question stands at its end and gives the whole its kind. Of nothing: a failure
// without words.
PartAnswer join_answers(const std::vector<PartAnswer>& parts);

} // namespace outpost::agents
