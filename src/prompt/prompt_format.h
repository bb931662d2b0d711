// From what a request says (messages, tools, a beginning of the answer) to the tokens a model
// reads.
//
// Scaffold and content are kept apart: control tokens come only from the template, never from what
// a person, a tool or a file wrote. Before rendering, a control token's spelling in an input is
// broken by a mark (a Unicode noncharacter that no input holds); after rendering the text is cut at
// the spellings that are left, which are the scaffold's, the mark is taken out, and the runs
// between them are tokenised with control tokens off. Templates thus see content as it is.
//
// Immutable but for the memory of what was generated; safe from any thread.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "chat/chat.h"
#include "gguf/gguf.h"
#include "prompt/control_spellings.h"
#include "prompt/family.h"
#include "prompt/generated_memory.h"
#include "prompt/template_renderer.h"
#include "text/tokenizer.h"

namespace outpost::prompt {

class PromptFormat {
public:
  // From the file's own templates (tokenizer.chat_template, and its tool_use variant where there is
  // one) or the family's (family.h). A file without any completes text. The tokenizer and the clock
  // must outlive it.
  static Result<std::unique_ptr<PromptFormat>> make(const gguf::File& file,
                                                    const text::Tokenizer& tokenizer, Clock& clock);
  struct Template {
    std::string source;
    std::unique_ptr<TemplateRenderer> renderer; // null: there is none
  };
  // From parts. `with_tools` is for prompts with tools, calls or results; none: `plain` is for all.
  PromptFormat(Template plain, Template with_tools, const Family& family,
               const text::Tokenizer& tokenizer, Clock& clock);

  [[nodiscard]] bool has_template() const { return plain_.renderer != nullptr; }
  [[nodiscard]] const Family& family() const { return family_; }

  // The prompt as text, as the template writes it, without the mark.
  [[nodiscard]] Result<std::string> text(const chat::Prompt& prompt) const;

  // The prompt as tokens, BOS where the file asks for it. Errors: kUnsupported (messages or tools
  // for a model without a template), kInvalidArgument (the template refuses the messages),
  // kLimitExceeded.
  Result<std::vector<text::TokenId>> tokens(const chat::Prompt& prompt,
                                            const chat::PrincipalId& principal);

  // The prompt with each of the endings after its text, as tokens() would give it; the template is
  // rendered and its scaffold tokenised once for all of them.
  Result<std::vector<std::vector<text::TokenId>>>
  tokens_with_endings(const chat::Prompt& prompt, std::span<const std::string> endings,
                      const chat::PrincipalId& principal);

  // Whether `prompt`, which tokens() made, ends inside a thought that the answer goes on with.
  [[nodiscard]] bool ends_in_thought(std::span<const text::TokenId> prompt) const;

  // What an answer was generated as; found again when its text comes back as an assistant's
  // message.
  void remember(const chat::PrincipalId& principal, const std::string& text,
                std::vector<text::TokenId> tokens) {
    memory_.remember(principal, text, std::move(tokens));
  }

private:
  // What the template wrote, with broken spellings in it.
  [[nodiscard]] Result<std::string> render(const chat::Prompt& prompt, std::string_view mark) const;
  [[nodiscard]] const Template& template_for(const chat::Prompt& prompt) const;
  // Closes or leaves out the thought that a template has no switch for.
  [[nodiscard]] std::string without_thought(std::string rendered) const;
  // What spellings in the inputs are broken with; empty: no input holds one.
  [[nodiscard]] Result<std::string> mark_for(const chat::Prompt& prompt) const;
  // What the runs of text between control tokens are read with.
  struct Runs {
    std::string_view mark;
    const std::vector<std::string>& answers; // those in the prompt
    const chat::PrincipalId& principal;
  };
  // The tokens of `text` to the end of its last control token; returns where that is.
  std::size_t append_scaffold(std::string_view text, const Runs& runs,
                              std::vector<text::TokenId>& out);
  void append_run(std::string_view run, const Runs& runs, std::vector<text::TokenId>& out);

  Template plain_;
  Template with_tools_;
  Family family_;
  const text::Tokenizer& tokenizer_;
  Clock& clock_;
  ControlSpellings spellings_;
  GeneratedMemory memory_;
};

} // namespace outpost::prompt
