// The bridge's C types as owners and Results. Private to this folder.
#pragma once
#include <memory>
#include <outpost_bridge.h>
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::grammar {

struct BridgeFree {
  void operator()(outpost_vocabulary* vocabulary) const { outpost_vocabulary_free(vocabulary); }
  void operator()(outpost_parser* parser) const { outpost_parser_free(parser); }
  void operator()(outpost_text* text) const { outpost_text_free(text); }
};
using VocabularyHandle = std::unique_ptr<outpost_vocabulary, BridgeFree>;
using ParserHandle = std::unique_ptr<outpost_parser, BridgeFree>;

inline outpost_bytes to_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Runs `call(&error)` and turns what it says into a Status; takes the message's ownership.
template <class Call>
Status bridge_status(Call call) {
  outpost_text* raw_error = nullptr;
  const outpost_bridge_status status = call(&raw_error);
  const std::unique_ptr<outpost_text, BridgeFree> error(raw_error);
  if (status == OUTPOST_BRIDGE_OK) return {};
  ErrorCode code = ErrorCode::kInternal;
  if (status == OUTPOST_BRIDGE_INVALID) code = ErrorCode::kInvalidArgument;
  if (status == OUTPOST_BRIDGE_LIMIT) code = ErrorCode::kLimitExceeded;
  std::string message = "constraint: ";
  if (error != nullptr) {
    const outpost_bytes bytes = outpost_text_bytes(error.get());
    message.append(reinterpret_cast<const char*>(bytes.data), bytes.size);
  }
  return fail(code, std::move(message));
}

} // namespace outpost::grammar
