// Free-text arguments: the model puts the request into a few words under a grammar, once more when
// it strays; what it invents is not used, the user's own words are.
#pragma once
#include <string>

#include "agents/spec/tool.h"
#include "chat/chat_model.h"

namespace outpost::agents {

// Who writes, for whom, and what it is told about itself.
struct Writer {
  chat::ChatModel& model;
  const chat::PrincipalId& principal;
  const std::string& instructions;
};

struct FreeText {
  std::string text;
  bool by_model = false;
};

// Every content word of `text` occurs in `source`, in whatever form.
bool is_made_of(std::string_view text, std::string_view source);

// At most parameter.kind.max_length bytes, one line. Falls back to the beginning of `request`.
Result<FreeText> write_free_text(const Writer& writer, const Parameter& parameter,
                                 const std::string& request, const CancelToken& cancel);

} // namespace outpost::agents
