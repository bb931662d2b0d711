#include "engine/answer_reader.h"

#include <utility>

namespace outpost::engine {
namespace {

// One token alone as text; what is not a whole character becomes U+FFFD.
std::string text_of(const text::Tokenizer& tokenizer, text::TokenId token) {
  text::Detokenizer detokenizer(tokenizer);
  std::string text = detokenizer.push(token);
  return text + detokenizer.finish();
}

chat::TokenLogProbability probability_of(const text::Tokenizer& tokenizer,
                                         const AnswerChannel& channel, const AnswerToken& token) {
  chat::TokenLogProbability out;
  out.token = token.token;
  out.text = text_of(tokenizer, token.token);
  if (!token.is_forced) out.log_probability = token.log_probability;
  const auto top = channel.top(token);
  out.top.assign(top.begin(), top.end());
  return out;
}

} // namespace

std::string read_answer(GenerateJob& job, const text::Tokenizer& tokenizer, const TextForm& form,
                        const TextSink& sink) noexcept {
  TextStream stream(tokenizer, job.stops(), form.strips_leading_space, form.spelled);
  chat::TextDelta delta;
  const auto emit = [&] {
    if (!delta.text.empty()) sink(std::exchange(delta, {}));
  };
  std::size_t seen = 0;
  for (auto tokens = job.channel().wait(seen); !tokens.empty(); tokens = job.channel().wait(seen)) {
    for (const AnswerToken& token : tokens) {
      delta.text += stream.push(token.token);
      if (form.with_probabilities) {
        delta.log_probabilities.push_back(probability_of(tokenizer, job.channel(), token));
      }
    }
    seen += tokens.size();
    emit();
  }
  delta.text += stream.finish();
  emit();
  // Tokens that gave no text, as those of a stop string: told without any.
  if (!delta.log_probabilities.empty()) sink(delta);
  return stream.stop_text();
}

} // namespace outpost::engine
