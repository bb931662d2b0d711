// A streamed answer of chat or text completions: server-sent events, each with the same beginning
// (id, kind, time, model), [DONE] at the end. The two differ only in what a choice looks like.
#pragma once
#include <string>
#include <string_view>

#include "api/generation.h"
#include "chat/chat.h"

namespace outpost::api::openai {

class ChunkStream : public AnswerWriter {
public:
  // `tells_usage`: a last chunk without choices has the tokens of the whole answer, and the others
  // an empty place for them.
  ChunkStream(std::string_view id_prefix, std::string_view kind, const AnswerFrame& frame,
              bool tells_usage);

  void begin(http::Exchange& exchange) final;
  void finish(http::Exchange& exchange) final;
  void fail(http::Exchange& exchange, const Problem& problem) final;

protected:
  // A chunk of one choice, a JSON object.
  void write_choice(http::Exchange& exchange, std::string_view choice) const;
  // What a choice that has ended took.
  void count(const chat::Usage& usage, bool has_own_prompt);

private:
  void write(http::Exchange& exchange, std::string_view choices, std::string_view usage) const;

  std::string prefix_; // of every chunk: an object that is still open
  bool tells_usage_;
  chat::Usage usage_;
};

} // namespace outpost::api::openai
