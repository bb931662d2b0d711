#include "api/agents/agent_model.h"

#include <algorithm>
#include <span>

#include "catalog/digest.h"

namespace outpost::api {
namespace {

// What was said so far, by whom: each text preceded by its length.
std::string key_of(const chat::PrincipalId& principal, std::span<const chat::Message> messages) {
  std::string bytes = std::to_string(principal.value.size()) + ":" + principal.value;
  for (const chat::Message& message : messages) {
    if (message.role != chat::Role::kUser && message.role != chat::Role::kAssistant) continue;
    bytes += std::string(chat::to_string(message.role)) + std::to_string(message.text.size()) +
             ":" + message.text;
  }
  return catalog::sha256_of(bytes).hex();
}

tl::unexpected<Error> unsupported(const std::string& agent, const std::string& what) {
  return fail(ErrorCode::kUnsupported, "agent:" + agent + " " + what);
}

} // namespace

chat::ModelInfo AgentModel::info() const {
  chat::ModelInfo info;
  info.name = "agent:" + agent_;
  info.context_tokens = context_tokens_;
  info.has_chat_template = true;
  return info;
}

Status AgentModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                        const CancelToken& cancel) {
  const chat::Prompt& prompt = request.prompt;
  if (!prompt.tools.empty()) return unsupported(agent_, "has its own tools and takes no others");
  if (request.constraint)
    return unsupported(agent_, "answers in words: no format can be asked of it");
  if (prompt.messages.empty() || prompt.messages.back().role != chat::Role::kUser) {
    return unsupported(agent_, "takes messages, of which the last is the user's");
  }
  const std::span<const chat::Message> before =
      std::span(prompt.messages).first(prompt.messages.size() - 1);
  agents::Session session =
      session_before(key_of(request.principal, before), {before.begin(), before.end()});
  agents::RunOptions options;
  options.principal = request.principal;
  options.cancel = cancel;
  OUTPOST_TRY(const agents::RunOutcome outcome,
              service_.run(agent_, session, prompt.messages.back().text, options));
  if (!outcome.text.empty()) sink(chat::TextDelta{outcome.text, {}});
  chat::Finished finished;
  if (outcome.end == agents::RunEnd::kCancelled) finished.reason = chat::FinishReason::kCancelled;
  finished.usage.prompt_tokens = outcome.usage.tokens; // read and written by its model
  sink(finished);
  std::vector<chat::Message> said = prompt.messages;
  said.push_back(chat::assistant_message(outcome.text));
  keep(key_of(request.principal, said), std::move(session));
  return {};
}

agents::Session AgentModel::session_before(const std::string& key,
                                           const std::vector<chat::Message>& messages) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) return known->second->second;
  }
  agents::Session session;
  for (const chat::Message& message : messages) {
    if (message.role == chat::Role::kUser) session.add({message.text, {}, {}, {}});
    if (message.role == chat::Role::kAssistant && !session.turns.empty()) {
      session.turns.back().answer = message.text;
      // A client's word for what was said: what it may hold is not known any more.
      session.turns.back().label = {
          chat::Source::kPeer, {}, chat::Trust::kUntrusted, chat::Confidentiality::kLocalOnly};
    }
  }
  return session;
}

void AgentModel::keep(std::string key, agents::Session session) {
  const std::lock_guard lock(mutex_);
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    sessions_.erase(known->second);
    by_key_.erase(known);
  }
  sessions_.emplace_front(key, std::move(session));
  by_key_[std::move(key)] = sessions_.begin();
  if (sessions_.size() <= kSessionsMax) return;
  by_key_.erase(sessions_.back().first);
  sessions_.pop_back();
}

Result<std::vector<chat::Score>> AgentModel::score(const chat::ScoreRequest&, const CancelToken&) {
  return unsupported(agent_, "scores no texts");
}

// A rough count for clients that ask before they send: four bytes a token.
Result<std::uint32_t> AgentModel::count_tokens(const chat::Prompt& prompt) {
  std::size_t bytes = prompt.text.size();
  for (const chat::Message& message : prompt.messages) bytes += message.text.size();
  return static_cast<std::uint32_t>(std::min<std::size_t>(bytes / 4 + 1, UINT32_MAX));
}

} // namespace outpost::api
