#include "chat/chat_model.h"

#include <type_traits>
#include <variant>

namespace outpost::chat {

Result<std::vector<text::TokenId>> ChatModel::tokenize(std::string_view) {
  return fail(ErrorCode::kUnsupported, "this model does not tell its tokens");
}

Result<std::string> ChatModel::detokenize(std::span<const text::TokenId>) {
  return fail(ErrorCode::kUnsupported, "this model does not tell its tokens");
}

Result<Embeddings> ChatModel::embed(const EmbedRequest&, const CancelToken&) {
  return fail(ErrorCode::kUnsupported, "this model makes no embeddings");
}

Result<Answer> complete(ChatModel& model, const ChatRequest& request, const CancelToken& cancel) {
  Answer answer;
  const auto collect = [&answer](const Event& event) {
    std::visit(
        [&answer](const auto& e) {
          using E = std::decay_t<decltype(e)>;
          if constexpr (std::is_same_v<E, TextDelta>) {
            answer.text += e.text;
            answer.reasoning += e.reasoning;
            answer.log_probabilities.insert(answer.log_probabilities.end(),
                                            e.log_probabilities.begin(), e.log_probabilities.end());
          } else if constexpr (std::is_same_v<E, ToolCallEvent>) {
            answer.tool_calls.push_back(e.call);
          } else if constexpr (std::is_same_v<E, Finished>) {
            answer.finished = e;
          }
        },
        event);
  };
  OUTPOST_CHECK(model.chat(request, collect, cancel));
  return answer;
}

} // namespace outpost::chat
