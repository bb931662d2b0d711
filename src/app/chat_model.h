// A local model as a ChatModel, with everything it stands on.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/environment.h"
#include "base/result.h"
#include "chat/chat_model.h"
#include "engine/kv_snapshot.h"
#include "platform/workers.h"

namespace outpost::app {

struct ChatModelSettings {
  unsigned threads = 0;             // 0: one per usable core
  std::uint32_t context_tokens = 0; // 0: the model's own, at most kDefaultContextTokens
  // That all sequences and the prefix cache share; 0: what one conversation needs.
  std::uint32_t kv_tokens = 0;
  std::uint32_t sequences = 64;         // answers made in one step
  platform::CoreTurns* turns = nullptr; // with other models in this process; outlives this one
  bool populates_kv = false;            // see engine::EngineConfig
  // What this model's cache held before it was unloaded.
  std::shared_ptr<const engine::KvSnapshot> kept = nullptr;
};

// A look at a working engine, for monitoring.
struct EngineGauges {
  std::uint64_t steps = 0;
  std::uint64_t rows = 0;     // computed
  std::uint64_t drafted = 0;  // of them, tokens that were looked up
  std::uint64_t accepted = 0; // of these, tokens that came
  std::uint32_t running = 0;
  std::uint32_t waiting = 0;
  std::uint32_t pages_free = 0;
  std::uint32_t pages_cached = 0;
};

// Beyond this a context must be asked for: its KV memory is taken at start.
inline constexpr std::uint32_t kDefaultContextTokens = 8192;

// A ChatModel that owns its file, tokenizer, weights, workers and engine. `plan_text` says what it
// holds in memory, for people.
struct LocalModel {
  std::unique_ptr<chat::ChatModel> model;
  std::string plan_text;
  std::size_t memory_bytes = 0;         // of the plan
  std::function<EngineGauges()> gauges; // from any thread, while the model lives
  // Ends its work and gives what its cache holds, up to so many bytes. The last call.
  std::function<engine::KvSnapshot(std::size_t bytes_max)> end_and_keep = {};
};

// `name` is what the model is called in events and logs: the alias or the file that was asked for.
Result<LocalModel> open_local_model(const std::filesystem::path& path, const std::string& name,
                                    const ChatModelSettings& settings,
                                    const Environment& environment);

} // namespace outpost::app
