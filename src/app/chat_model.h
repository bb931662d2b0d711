// A local model as a ChatModel, with everything it stands on.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "app/environment.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::app {

struct ChatModelSettings {
  unsigned threads = 0;             // 0: one per usable core
  std::uint32_t context_tokens = 0; // 0: the model's own, at most kDefaultContextTokens
};

// Beyond this a context must be asked for: its KV memory is taken at start.
inline constexpr std::uint32_t kDefaultContextTokens = 8192;

// A ChatModel that owns its file, tokenizer, weights, workers and engine. `plan_text` says what it
// holds in memory, for people.
struct LocalModel {
  std::unique_ptr<chat::ChatModel> model;
  std::string plan_text;
};

// `name` is what the model is called in events and logs: the alias or the file that was asked for.
Result<LocalModel> open_local_model(const std::filesystem::path& path, const std::string& name,
                                    const ChatModelSettings& settings,
                                    const Environment& environment);

} // namespace outpost::app
