#include "api/openai/chunk_stream.h"

#include "api/openai/errors.h"
#include "api/openai/usage.h"
#include "http/event_stream.h"

namespace outpost::api::openai {

ChunkStream::ChunkStream(std::string_view id_prefix, std::string_view kind,
                         const AnswerFrame& frame, bool tells_usage)
    : prefix_(answer_object(id_prefix, kind, frame).text()), tells_usage_(tells_usage) {
  prefix_.pop_back();
}

void ChunkStream::begin(http::Exchange& exchange) {
  exchange.announce(http::event_stream_head(), std::string(http::kEventComment));
}

void ChunkStream::finish(http::Exchange& exchange) {
  if (tells_usage_) write(exchange, "", usage_json(usage_));
  exchange.write(http::event_data("[DONE]"));
  exchange.end();
}

void ChunkStream::fail(http::Exchange& exchange, const Problem& problem) {
  if (exchange.respond(error_response(problem))) return;
  exchange.write(http::event_data(error_body(problem)));
  exchange.end();
}

void ChunkStream::write_choice(http::Exchange& exchange, std::string_view choice) const {
  write(exchange, choice, "null");
}

void ChunkStream::count(const chat::Usage& usage, bool has_own_prompt) {
  add_usage(usage_, usage, has_own_prompt);
}

void ChunkStream::write(http::Exchange& exchange, std::string_view choices,
                        std::string_view usage) const {
  std::string chunk = prefix_;
  chunk.append(", \"choices\": [").append(choices).append("]");
  if (tells_usage_) chunk.append(", \"usage\": ").append(usage);
  exchange.write(http::event_data(chunk + "}"));
}

} // namespace outpost::api::openai
