// A ChatModel that remembers what the model behind it said, in a file: repeated evaluations ask the
// model only what is new. For tests and evaluations; one thread.
#pragma once
#include <filesystem>
#include <fstream>
#include <string>
#include <unordered_map>

#include "chat/chat_model.h"

namespace outpost::agents {

class RememberingModel final : public chat::ChatModel {
public:
  RememberingModel(chat::ChatModel& model, const std::filesystem::path& file);

  [[nodiscard]] chat::ModelInfo info() const override { return model_.info(); }
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override;
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override {
    return model_.count_tokens(prompt);
  }

private:
  void remember(const std::string& key, const std::string& value);

  chat::ChatModel& model_;
  std::unordered_map<std::string, std::string> known_;
  std::ofstream file_;
};

} // namespace outpost::agents
