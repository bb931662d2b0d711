// The reading side of an answer: turns its tokens into pieces of text as they come, on the thread
// that asked.
#pragma once
#include <functional>
#include <vector>

#include "chat/chat.h"
#include "engine/generate_job.h"
#include "engine/text_stream.h"

namespace outpost::engine {

// How an answer's tokens become text.
struct TextForm {
  bool strips_leading_space = false;
  std::vector<text::TokenId> spelled; // control tokens that are shown
  bool with_probabilities = false;
};

// Called in order with every piece that is certain. Must not throw.
using TextSink = std::function<void(const chat::TextDelta&)>;

// Returns when the answer has ended, with the stop string that ended it, if one did. A sink that
// throws ends the process: the engine is writing into `job`, which an exception would unwind.
std::string read_answer(GenerateJob& job, const text::Tokenizer& tokenizer, const TextForm& form,
                        const TextSink& sink) noexcept;

} // namespace outpost::engine
