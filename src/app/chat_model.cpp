#include "app/chat_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/loaded_model.h"
#include "base/clock.h"
#include "chat/forwarding_model.h"
#include "engine/local_chat_model.h"

namespace outpost::app {
namespace {

// Beside the one sequence of a command line there are scored candidates and the prefix cache.
constexpr std::uint32_t kCacheTokens = 8192;

Result<std::uint32_t> context_of(const models::Model& model, std::uint32_t asked) {
  if (asked > model.context_tokens()) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("a context of {} tokens is asked for, the model was made for {}", asked,
                            model.context_tokens()));
  }
  return asked != 0 ? asked : std::min(model.context_tokens(), kDefaultContextTokens);
}

// What the file says; the mean where it says nothing.
Result<chat::Pooling> pooling_of(const gguf::File& file, const models::Model& model) {
  constexpr std::uint64_t kMean = 1, kFirst = 2, kLast = 3; // GGUF's numbers
  const std::string key = model.architecture() + ".pooling_type";
  OUTPOST_TRY(const std::uint64_t type, file.get_uint_or(key, kMean));
  switch (type) {
  case 0: // none: it gives one vector a token
  case kMean: return chat::Pooling::kMean;
  case kFirst: return chat::Pooling::kFirst;
  case kLast: return chat::Pooling::kLast;
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("{} is {}; known are 1 (mean), 2 (first) and 3 (last)", key, type));
}

// The engine's parts in the order in which they need each other: members are destroyed in reverse.
class OwnedChatModel final : public chat::ForwardingModel {
public:
  static Result<std::unique_ptr<OwnedChatModel>> make(LoadedModel loaded, std::string name,
                                                      const ChatModelSettings& settings) {
    auto owned = std::unique_ptr<OwnedChatModel>(new OwnedChatModel(std::move(loaded)));
    OUTPOST_CHECK(owned->open(std::move(name), settings));
    return owned;
  }

  // What people should know of the loading, one line each.
  [[nodiscard]] std::string notes() const {
    const std::string& warning = loaded_.model->packed_warning();
    return warning.empty() ? "" : warning + "\n";
  }
  [[nodiscard]] const engine::EnginePlan& plan() const { return engine_->plan(); }
  [[nodiscard]] EngineGauges gauges() const {
    const engine::EngineCounters& counters = engine_->counters();
    return {.steps = counters.steps,
            .rows = counters.rows,
            .drafted = counters.drafted,
            .accepted = counters.accepted,
            .running = counters.running,
            .waiting = static_cast<std::uint32_t>(engine_->waiting_count()),
            .pages_free = counters.pages_free,
            .pages_cached = counters.pages_cached};
  }

  [[nodiscard]] engine::KvSnapshot end_and_keep(std::size_t bytes_max) {
    return engine_->end_and_keep(bytes_max);
  }

private:
  [[nodiscard]] chat::ChatModel& behind() const override { return *model_; }

  explicit OwnedChatModel(LoadedModel loaded) : loaded_(std::move(loaded)) {}

  Status open(std::string name, const ChatModelSettings& settings) {
    engine::EngineConfig config;
    OUTPOST_TRY(config.context_tokens, context_of(*loaded_.model, settings.context_tokens));
    config.kv_tokens =
        settings.kv_tokens != 0 ? settings.kv_tokens : config.context_tokens + kCacheTokens;
    config.sequences_max = settings.sequences;
    config.kept = settings.kept;
    config.populates_kv = settings.populates_kv;
    config.logits_rows_max = std::max(config.logits_rows_max, settings.sequences);
    OUTPOST_TRY(auto engine,
                engine::Engine::make(*loaded_.model, *loaded_.tokenizer, loaded_.kernels,
                                     *loaded_.workers, clock_, config));
    OUTPOST_TRY(auto format, prompt::PromptFormat::make(loaded_.file, *loaded_.tokenizer, clock_));
    OUTPOST_TRY(const auto style, loaded_.file.get_string_or("tokenizer.ggml.model", ""));
    OUTPOST_TRY(const chat::Pooling pooling, pooling_of(loaded_.file, *loaded_.model));
    engine_ = engine.get();
    model_ = std::make_unique<engine::LocalChatModel>(
        engine::LocalModelParts{std::move(name), *loaded_.tokenizer, std::move(engine),
                                std::move(format), style == "llama", pooling});
    return {};
  }

  SystemClock clock_;
  LoadedModel loaded_;
  std::unique_ptr<engine::LocalChatModel> model_;
  engine::Engine* engine_ = nullptr; // inside model_
};

} // namespace

Result<LocalModel> open_local_model(const std::filesystem::path& path, const std::string& name,
                                    const ChatModelSettings& settings,
                                    const Environment& environment) {
  OUTPOST_TRY(LoadedModel loaded,
              load_model(path, {settings.threads, false, settings.turns}, environment));
  OUTPOST_TRY(auto owned, OwnedChatModel::make(std::move(loaded), name, settings));
  LocalModel local;
  local.plan_text = owned->plan().describe() + owned->notes();
  local.memory_bytes = owned->plan().total_bytes();
  local.gauges = [model = owned.get()] { return model->gauges(); };
  local.end_and_keep = [model = owned.get()](std::size_t bytes) {
    return model->end_and_keep(bytes);
  };
  local.model = std::move(owned);
  return local;
}

} // namespace outpost::app
