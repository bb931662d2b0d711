#include "chat/fake_model.h"

#include <utility>

namespace outpost::chat {
namespace {

// Words stand for tokens: enough for budgets in tests.
std::uint32_t count_words(std::string_view text) {
  std::uint32_t count = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space && !inside) ++count;
    inside = !space;
  }
  return count;
}

// Cuts `text` before the first of `stops` in it, which is returned; empty when there is none.
std::string cut_at_stop(std::string& text, const std::vector<std::string>& stops) {
  std::string found;
  std::size_t first = std::string::npos;
  for (const std::string& stop : stops) {
    const std::size_t at = text.find(stop);
    if (at < first) {
      first = at;
      found = stop;
    }
  }
  if (first != std::string::npos) text.resize(first);
  return found;
}

void send_pieces(const ToolCall& call, std::uint32_t index, std::size_t size,
                 const EventSink& sink) {
  for (std::size_t at = 0; at < call.arguments.size(); at += size) {
    ToolCallPiece piece{index, {}, {}, call.arguments.substr(at, size)};
    if (at == 0) {
      piece.id = call.id;
      piece.name = call.name;
    }
    sink(std::move(piece));
  }
}

constexpr std::uint32_t kLetters = 26;

// How often it has each letter.
Embedding letters_of(std::string_view text) {
  Embedding letters(kLetters);
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') ++letters[static_cast<std::size_t>(c - 'a')];
  }
  return letters;
}

// Read-outs of a state that is the letters of what was said last.
std::vector<double> read(const Prompt& prompt, const std::vector<std::vector<float>>& readouts) {
  const Embedding state =
      letters_of(prompt.messages.empty() ? prompt.text : prompt.messages.back().text);
  std::vector<double> values;
  for (const std::vector<float>& readout : readouts) {
    double sum = 0;
    for (std::size_t i = 0; i < kLetters; ++i) sum += readout[i] * state[i];
    values.push_back(sum);
  }
  return values;
}

} // namespace

FakeModel::FakeModel(std::vector<Step> script, Scorer scorer)
    : script_(std::make_move_iterator(script.begin()), std::make_move_iterator(script.end())),
      scorer_(std::move(scorer)) {}

ModelInfo FakeModel::info() const {
  return {"fake", 4096, true, "generic", kLetters, Pooling::kMean};
}

Status FakeModel::chat(const ChatRequest& request, const EventSink& sink,
                       const CancelToken& cancel) {
  Step step;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (script_.empty()) return fail(ErrorCode::kInternal, "the fake model's script is at its end");
    step = std::move(script_.front());
    script_.pop_front();
  }
  if (step.error) return fail(*step.error);
  Finished finished;
  finished.stop_text = cut_at_stop(step.text, request.stop);
  if (cancel.cancelled()) {
    finished.reason = FinishReason::kCancelled;
  } else {
    if (!step.reasoning.empty()) sink(TextDelta{"", {}, step.reasoning});
    if (!step.text.empty()) sink(TextDelta{step.text, {}});
    std::uint32_t index = 0;
    for (ToolCall& call : step.tool_calls) {
      if (request.call_pieces && step.piece_bytes > 0) {
        send_pieces(call, index, step.piece_bytes, sink);
      }
      sink(ToolCallEvent{std::move(call)});
      ++index;
    }
    if (!step.tool_calls.empty()) finished.reason = FinishReason::kToolCalls;
  }
  OUTPOST_TRY(finished.usage.prompt_tokens, count_tokens(request.prompt));
  finished.usage.reasoning_tokens = count_words(step.reasoning);
  finished.usage.completion_tokens = count_words(step.text) + finished.usage.reasoning_tokens;
  sink(finished);
  return {};
}

Result<std::vector<Score>> FakeModel::score(const ScoreRequest& request,
                                            const CancelToken& cancel) {
  if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
  std::vector<Score> scores;
  for (const ScoreItem& item : request.items) {
    const double value = scorer_ ? scorer_(item) : -static_cast<double>(item.continuation.size());
    Score& score = scores.emplace_back();
    score.log_probability = value;
    score.token_log_probabilities = {static_cast<float>(value)};
    if (item.reads_state) score.readouts = read(item.prompt, request.readouts);
  }
  return scores;
}

Result<std::uint32_t> FakeModel::count_tokens(const Prompt& prompt) {
  std::uint32_t count = count_words(prompt.text);
  for (const Message& message : prompt.messages) count += count_words(message.text) + 1;
  return count;
}

std::vector<ChatRequest> FakeModel::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeModel::steps_left() const {
  const std::lock_guard lock(mutex_);
  return script_.size();
}

Result<Embeddings> FakeModel::embed(const EmbedRequest& request, const CancelToken& cancel) {
  if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
  Embeddings out;
  for (const auto& input : request.inputs) {
    Embedding& vector = out.vectors.emplace_back(kLetters);
    if (const auto* text = std::get_if<std::string>(&input)) {
      vector = letters_of(*text);
      out.prompt_tokens += count_words(*text);
    } else {
      for (const text::TokenId token : std::get<1>(input)) {
        ++vector[static_cast<std::size_t>(token) % kLetters];
      }
      out.prompt_tokens += static_cast<std::uint32_t>(std::get<1>(input).size());
    }
    normalize(vector);
  }
  return out;
}

} // namespace outpost::chat
