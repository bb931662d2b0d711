// Constraints for tests, from a language given by two questions about a text. Slow and simple: a
// token is allowed when the text with it is still a beginning of a sentence.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "grammar/constraint.h"
#include "text/tokenizer.h"

namespace outpost::engine::testing {

struct Language {
  std::function<bool(std::string_view)> is_beginning; // of some sentence, or all of one
  std::function<bool(std::string_view)> is_sentence;
};

// {"<key>":[...]} with items that are strings of lower-case letters and spaces, of at least
// `item_length_min`.
Language list_of_strings(std::string key, std::size_t item_length_min = 0);
// Exactly these sentences.
Language one_of(std::vector<std::string> sentences);

class FakeConstraint final : public grammar::Constraint {
public:
  // `tokenizer` must outlive it.
  FakeConstraint(Language language, const text::Tokenizer& tokenizer, std::string text = {})
      : language_(std::move(language)), tokenizer_(tokenizer), text_(std::move(text)) {}

  Status fill_mask(grammar::TokenMask mask) override;
  Status accept(text::TokenId token) override;
  Result<std::vector<text::TokenId>> forced_tokens() override;
  [[nodiscard]] bool is_finished() const override;
  [[nodiscard]] bool may_end() override { return language_.is_sentence(text_); }
  [[nodiscard]] std::unique_ptr<grammar::Constraint> fork() const override;

private:
  [[nodiscard]] bool can_continue() const;

  Language language_;
  const text::Tokenizer& tokenizer_;
  std::string text_;
};

} // namespace outpost::engine::testing
