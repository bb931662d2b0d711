// A model file brought to life for one process: file, tokenizer, workers, weights. What bench and
// debug use directly, and what the engine is built on.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "app/environment.h"
#include "base/result.h"
#include "gguf/gguf.h"
#include "kernels/kernels.h"
#include "models/decoder.h"
#include "models/kv_arena.h"
#include "models/model.h"
#include "platform/workers.h"
#include "text/tokenizer.h"

namespace outpost::app {

struct LoadSettings {
  unsigned threads = 0; // 0: one per usable core
  bool precise = false;
  platform::CoreTurns* turns = nullptr; // with other models in this process; none: there are none
};

// Worker threads on this machine's usable cores; 0: one on each. kInvalidArgument beyond 256.
Result<std::unique_ptr<platform::Workers>> make_workers(unsigned threads,
                                                        platform::CoreTurns* turns = nullptr);

struct LoadedModel {
  gguf::File file;
  std::unique_ptr<text::Tokenizer> tokenizer;
  kernels::KernelTable kernels;
  std::unique_ptr<platform::Workers> workers;
  std::unique_ptr<models::Model> model;
};

Result<LoadedModel> load_model(const std::filesystem::path& path, const LoadSettings& settings,
                               const Environment& environment);

// A decoder with its own KV memory for `sequences` sequences of `tokens_each` tokens: for work
// outside the engine.
struct Workbench {
  std::unique_ptr<models::KvArena> kv;
  std::unique_ptr<models::Decoder> decoder;
};
Result<Workbench> make_workbench(const LoadedModel& loaded, std::uint32_t sequences,
                                 std::uint32_t tokens_each, const models::DecoderLimits& limits);

} // namespace outpost::app
