// The chunks of a streamed chat completion as chat events. Everything in them is foreign: types and
// sizes are checked, what is missing has a meaning or is an error.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::remote {

class AnswerReader {
public:
  static constexpr std::size_t kCallsMax = 64;
  static constexpr std::size_t kNameBytesMax = 256; // of a tool or a call's id

  // Both outlive this. `has_schema`: the answer has to be JSON.
  AnswerReader(const chat::EventSink& sink, bool has_schema)
      : sink_(sink), has_schema_(has_schema) {}

  // One event's data: a chunk, or "[DONE]".
  Status read(std::string_view data);
  // A completion that came as a whole, from a server that does not stream.
  Status read_whole(std::string_view body);
  // Emits calls and Finished. kUnavailable when the answer broke off, kCorruptData when arguments
  // or an answer that has a schema are no JSON, kPermissionDenied when the endpoint withheld it.
  // `prompt_tokens_guess` stands in where the endpoint does not say what it used.
  Status finish(std::uint32_t prompt_tokens_guess);

private:
  Status read_choice(const boost::json::object& choice, std::string_view part);
  Status read_calls(const boost::json::array& calls);
  Status read_call(const boost::json::object& call, std::size_t place);
  Status take_text(std::string_view text);
  void read_usage(const boost::json::value& usage);
  [[nodiscard]] Result<chat::FinishReason> reason() const;

  const chat::EventSink& sink_;
  bool has_schema_;
  std::string text_; // all of it, where it has a schema
  std::size_t text_bytes_ = 0;
  std::vector<chat::ToolCall> calls_;
  std::optional<std::string> finish_;
  std::optional<chat::Usage> usage_;
};

} // namespace outpost::remote
