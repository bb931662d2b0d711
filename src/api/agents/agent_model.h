// An agent as a model of the APIs: "agent:support-desk". A request's messages are the conversation,
// the last one what is asked now; what comes back is the agent's answer. The instructions and tools
// of an agent are its file's: those of a request are not taken.
#pragma once
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "api/agents/agent_service.h"
#include "chat/chat_model.h"

namespace outpost::api {

class AgentModel final : public chat::ChatModel {
public:
  // `service` outlives this.
  AgentModel(AgentService& service, std::string agent, std::uint32_t context_tokens)
      : service_(service), agent_(std::move(agent)), context_tokens_(context_tokens) {}

  [[nodiscard]] chat::ModelInfo info() const override;
  // kUnsupported: tools, constraints or a bare prompt are asked for.
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override;
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override;

private:
  // Conversations whose questions may still be answered ("Which order?"), by what was said in them.
  // A client sends the words only; what the agent had in mind is kept here, for the latest ones.
  static constexpr std::size_t kSessionsMax = 1000;
  [[nodiscard]] agents::Session session_before(const std::string& key,
                                               const std::vector<chat::Message>& messages);
  void keep(std::string key, agents::Session session);

  AgentService& service_;
  std::string agent_;
  std::uint32_t context_tokens_;
  std::mutex mutex_;
  // Both are guarded by mutex_: the newest first, and where each is.
  std::list<std::pair<std::string, agents::Session>> sessions_;
  std::map<std::string, decltype(sessions_)::iterator> by_key_;
};

} // namespace outpost::api
