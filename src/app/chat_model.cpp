#include "app/chat_model.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/loaded_model.h"
#include "base/clock.h"
#include "engine/local_chat_model.h"

namespace outpost::app {
namespace {

// Beside the one sequence of a command line there are scored candidates and the prefix cache.
constexpr std::uint32_t kCacheTokens = 8192;

// The engine's parts in the order in which they need each other: members are destroyed in reverse.
class OwnedChatModel final : public chat::ChatModel {
public:
  static Result<std::unique_ptr<OwnedChatModel>> make(LoadedModel loaded, std::string name,
                                                      std::uint32_t context_tokens) {
    auto owned = std::unique_ptr<OwnedChatModel>(new OwnedChatModel(std::move(loaded)));
    OUTPOST_CHECK(owned->open(std::move(name), context_tokens));
    return owned;
  }

  [[nodiscard]] chat::ModelInfo info() const override { return model_->info(); }
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override {
    return model_->chat(request, sink, cancel);
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override {
    return model_->score(request, cancel);
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override {
    return model_->count_tokens(prompt);
  }
  [[nodiscard]] const std::string& plan_text() const { return plan_text_; }

private:
  explicit OwnedChatModel(LoadedModel loaded) : loaded_(std::move(loaded)) {}

  Status open(std::string name, std::uint32_t context_tokens) {
    engine::EngineConfig config;
    config.context_tokens = context_tokens;
    config.kv_tokens = context_tokens + kCacheTokens;
    OUTPOST_TRY(auto engine,
                engine::Engine::make(*loaded_.model, *loaded_.tokenizer, loaded_.kernels,
                                     *loaded_.workers, clock_, config));
    OUTPOST_TRY(auto format, prompt::PromptFormat::make(loaded_.file, *loaded_.tokenizer, clock_));
    OUTPOST_TRY(const auto style, loaded_.file.get_string_or("tokenizer.ggml.model", ""));
    plan_text_ = engine->plan().describe();
    model_ = std::make_unique<engine::LocalChatModel>(
        engine::LocalModelParts{std::move(name), *loaded_.tokenizer, std::move(engine),
                                std::move(format), style == "llama"});
    return {};
  }

  SystemClock clock_;
  LoadedModel loaded_;
  std::unique_ptr<engine::LocalChatModel> model_;
  std::string plan_text_;
};

Result<std::uint32_t> context_of(const models::Model& model, std::uint32_t asked) {
  if (asked > model.context_tokens()) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("a context of {} tokens is asked for, the model was made for {}", asked,
                            model.context_tokens()));
  }
  return asked != 0 ? asked : std::min(model.context_tokens(), kDefaultContextTokens);
}

} // namespace

Result<LocalModel> open_local_model(const std::filesystem::path& path, const std::string& name,
                                    const ChatModelSettings& settings,
                                    const Environment& environment) {
  OUTPOST_TRY(LoadedModel loaded, load_model(path, {settings.threads, false}, environment));
  OUTPOST_TRY(const std::uint32_t context, context_of(*loaded.model, settings.context_tokens));
  OUTPOST_TRY(auto owned, OwnedChatModel::make(std::move(loaded), name, context));
  const std::string plan = owned->plan_text();
  return LocalModel{std::move(owned), plan};
}

} // namespace outpost::app
