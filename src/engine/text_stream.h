// Tokens to the text that may be shown now: valid UTF-8, without the stop string, and holding back
// no more than what may still become one. Lives on the thread of whoever reads the answer.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "engine/stop_strings.h"
#include "text/tokenizer.h"

namespace outpost::engine {

class TextStream {
public:
  // All must outlive this. `spelled`: control tokens that belong to the text.
  TextStream(const text::Tokenizer& tokenizer, const StopStrings& stops, bool strip_leading_space,
             std::span<const text::TokenId> spelled = {})
      : detokenizer_(tokenizer, strip_leading_space, spelled), stops_(stops) {}

  // The text that became certain; may be empty. After a stop string: nothing more.
  std::string push(text::TokenId token) { return release(detokenizer_.push(token)); }
  // What was held back, when the answer ends otherwise.
  std::string finish();
  [[nodiscard]] bool is_stopped() const { return is_stopped_; }
  // The stop string that came; empty before.
  [[nodiscard]] const std::string& stop_text() const { return stop_text_; }

private:
  std::string release(std::string_view text);

  text::Detokenizer detokenizer_;
  const StopStrings& stops_;
  StopStrings::State state_ = StopStrings::kStart;
  std::string held_;
  bool is_stopped_ = false;
  std::string stop_text_;
};

} // namespace outpost::engine
