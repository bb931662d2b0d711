// Which family of models a chat template belongs to, and what that family needs: the form of its
// calls, the marks of its thoughts, and a template of ours where the published one cannot tell of
// tools, calls or results. Known templates are found by a fingerprint of their text, others by the
// marks in it: what the template teaches is what the model was trained on.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "prompt/thought.h"
#include "prompt/tool_format.h"

namespace outpost::prompt {

struct Family {
  std::string_view name = "generic";
  ToolFormat tools = ToolFormat::kGeneric;
  std::optional<ThoughtMarks> thoughts; // none: it does not think before it answers
  // Rendered instead of the file's own for prompts with tools, calls or results; empty: none is.
  std::string_view tools_template;
};

// Of a template's text; line ends and white space at its end do not count.
std::uint64_t template_fingerprint(std::string_view chat_template);

// The name of the family whose published template this is; nothing: an unknown one.
std::optional<std::string_view> family_of_fingerprint(std::uint64_t fingerprint);

// `model_name`: general.name of the file, which decides only where the template says nothing.
Family find_family(std::string_view chat_template, std::string_view model_name);

} // namespace outpost::prompt
