#include "engine/local_chat_model.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/answer_events.h"
#include "grammar/llguidance_grammar.h"
#include "prompt/answer_grammar.h"
#include "prompt/thought_budget.h"

namespace outpost::engine {
namespace {

// The prompt as it is told: tools that must not be called are not told of, and a bound answer, or
// one whose beginning is given, has no thought before it unless asked for.
chat::Prompt told(const chat::Prompt& prompt, bool is_bound) {
  chat::Prompt copy = prompt;
  if (copy.tool_choice == chat::ToolChoice::kNone) copy.tools.clear();
  is_bound = is_bound || copy.tool_choice == chat::ToolChoice::kRequired || !copy.text.empty();
  if (is_bound && copy.thinking == chat::Thinking::kDefault) copy.thinking = chat::Thinking::kOff;
  return copy;
}

// The indices of the items, those with equal prompts together: a prompt is rendered and tokenised
// once for all its continuations.
std::vector<std::vector<std::size_t>> items_by_prompt(std::span<const chat::ScoreItem> items) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto alike = std::ranges::find_if(groups, [&](const std::vector<std::size_t>& group) {
      return items[group.front()].prompt == items[i].prompt;
    });
    if (alike == groups.end()) {
      groups.push_back({i});
    } else {
      alike->push_back(i);
    }
  }
  return groups;
}

constexpr std::size_t kDeclaredMax = 16; // beginnings whose tokens are kept

Status check_generates(const Engine& engine) {
  if (engine.is_causal()) return {};
  return fail(ErrorCode::kUnsupported, "this model makes embeddings and no text",
              "ask it through /v1/embeddings or /api/embed");
}

// Keeps the last token, which says that the text has ended.
void truncate(std::vector<text::TokenId>& tokens, std::size_t count) {
  if (tokens.size() <= count) return;
  tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(count) - 1, tokens.end() - 1);
}

} // namespace

chat::ModelInfo LocalChatModel::info() const {
  chat::ModelInfo info;
  info.name = parts_.name;
  info.context_tokens = parts_.engine->context_tokens();
  info.has_chat_template = parts_.format->has_template();
  info.generates = parts_.engine->is_causal();
  info.embedding_size = parts_.engine->width();
  info.pooling = parts_.pooling;
  if (info.has_chat_template) info.tool_format = to_string(parts_.format->family().tools);
  return info;
}

Result<std::unique_ptr<grammar::Constraint>>
LocalChatModel::constraint_of(const chat::ChatRequest& request, const chat::Prompt& prompt,
                              bool is_in_thought) {
  const auto& thoughts = parts_.format->family().thoughts;
  prompt::AnswerRules rules;
  rules.format = parts_.format->family().tools;
  rules.tools = prompt.tools;
  rules.must_call = prompt.tool_choice == chat::ToolChoice::kRequired;
  rules.single_call = prompt.single_call;
  if (request.constraint) rules.words = &*request.constraint;
  if (is_in_thought || prompt.thinking == chat::Thinking::kOn) rules.thought = thoughts;
  rules.is_in_thought = is_in_thought;
  OUTPOST_TRY(const auto spec, prompt::answer_grammar(rules, parts_.tokenizer));
  if (!spec) return std::unique_ptr<grammar::Constraint>();
  {
    const std::lock_guard lock(compiler_mutex_);
    if (!compiler_) {
      OUTPOST_TRY(compiler_, grammar::make_llguidance_compiler(parts_.tokenizer));
    }
  }
  return compiler_->compile(*spec);
}

// As many tokens of `prompt` as a conversation begins with in which only the operator and a
// constant have spoken: none of them can tell of a user.
Result<std::uint32_t> LocalChatModel::shared_tokens(const chat::Prompt& declared,
                                                    const std::vector<text::TokenId>& prompt) {
  if (declared.messages.empty() && declared.tools.empty()) return 0;
  const std::lock_guard lock(declared_mutex_);
  auto known = std::ranges::find(declared_, declared, &Declared::prompt);
  if (known == declared_.end()) {
    chat::Prompt alone = declared;
    alone.messages.push_back(chat::user_message("?"));
    OUTPOST_TRY(auto tokens, parts_.format->tokens(alone, {}));
    if (declared_.size() == kDeclaredMax) declared_.erase(declared_.begin());
    declared_.push_back({declared, std::move(tokens)});
    known = declared_.end() - 1;
  }
  const auto end = std::ranges::mismatch(prompt, known->tokens).in1;
  return static_cast<std::uint32_t>(end - prompt.begin());
}

// For families that think, and turns that could begin with a thought.
void LocalChatModel::bound_thought(const chat::ChatRequest& request, const chat::Prompt& prompt,
                                   GenerateRequest& out) const {
  const auto& thoughts = parts_.format->family().thoughts;
  if (!thoughts || prompt.messages.empty()) return;
  prompt::ThoughtBudget budget{*thoughts, parts_.format->ends_in_thought(out.prompt),
                               *request.thought_tokens_max};
  if (!prompt.tools.empty()) {
    for (const auto& marks : prompt::call_marks(parts_.format->family().tools)) {
      budget.ends.push_back(marks.open);
    }
  }
  out.constraint = prompt::bound_thought(budget, parts_.tokenizer, std::move(out.constraint));
}

Result<GenerateRequest> LocalChatModel::to_engine(const chat::ChatRequest& request,
                                                  const chat::Prompt& prompt) {
  GenerateRequest out;
  out.principal = request.principal;
  out.work_class = request.work_class;
  OUTPOST_TRY(out.prompt, parts_.format->tokens(prompt, request.principal));
  OUTPOST_TRY(out.shared_tokens, shared_tokens(request.declared, out.prompt));
  OUTPOST_TRY(out.constraint,
              constraint_of(request, prompt, parts_.format->ends_in_thought(out.prompt)));
  if (request.thought_tokens_max) bound_thought(request, prompt, out);
  out.sampling = request.sampling;
  if (!out.sampling.seed) out.sampling.seed = random_seed();
  out.max_tokens = request.max_tokens;
  out.stop = request.stop;
  out.log_probabilities = request.log_probabilities;
  out.top_log_probabilities = request.top_log_probabilities;
  out.strip_leading_space =
      parts_.strip_leading_space && !prompt.messages.empty() && prompt.text.empty();
  out.spelled = spelled_marks(parts_.format->family(), prompt, parts_.tokenizer);
  return out;
}

namespace {

// Which calls the answer's grammar binds.
prompt::ToolCallParser::Pieces pieces_of(const chat::ChatRequest& request, bool has_grammar) {
  using Pieces = prompt::ToolCallParser::Pieces;
  const bool must_call = request.prompt.tool_choice == chat::ToolChoice::kRequired;
  const bool is_own_grammar =
      request.constraint && request.constraint->kind == grammar::GrammarSpec::Kind::kLark;
  if (!request.call_pieces || !has_grammar || (is_own_grammar && !must_call)) return Pieces::kNone;
  return must_call ? Pieces::kAll : Pieces::kMarked;
}

} // namespace

Status LocalChatModel::chat(const chat::ChatRequest& request, const chat::EventSink& sink,
                            const CancelToken& cancel) {
  OUTPOST_CHECK(check_generates(*parts_.engine));
  const chat::Prompt prompt = told(request.prompt, request.constraint.has_value());
  OUTPOST_TRY(GenerateRequest generate, to_engine(request, prompt));
  AnswerEvents events({.prompt = prompt,
                       .family = parts_.format->family(),
                       .begins_in_thought = parts_.format->ends_in_thought(generate.prompt),
                       .seed = *generate.sampling.seed,
                       .pieces = pieces_of(request, generate.constraint != nullptr)},
                      sink);
  OUTPOST_TRY(
      Generated generated,
      parts_.engine->generate(
          std::move(generate), [&](const chat::TextDelta& delta) { events.take(delta); }, cancel));
  // An answer that was not cut, and begins its turn, comes back as a message in the next one.
  const bool is_whole = generated.finished.reason == chat::FinishReason::kStop;
  if (is_whole && request.stop.empty() && prompt.text.empty() && !events.has_thought()) {
    parts_.format->remember(request.principal, events.text(), std::move(generated.tokens));
  }
  events.end(std::move(generated.finished));
  return {};
}

// A tokenizer may join the end of the prompt and the beginning of the continuation into one token
// ("new" + "ly"). Prompt and continuation are therefore tokenised together, which is how the model
// would have read them, and the continuation begins where the prompt's own tokens stop agreeing.
Result<ScoreItem> LocalChatModel::split(const std::vector<text::TokenId>& before,
                                        const std::vector<text::TokenId>& whole) const {
  const auto seam = std::mismatch(before.begin(), before.end(), whole.begin(), whole.end()).second;
  ScoreItem out;
  out.prompt.assign(whole.begin(), seam);
  out.continuation.assign(seam, whole.end());
  if (out.prompt.empty()) {
    // Nothing to condition on: a model sees a text's beginning after its start token, or after the
    // end of another text.
    const auto start = parts_.tokenizer.bos() ? parts_.tokenizer.bos() : parts_.tokenizer.eos();
    if (!start) {
      return fail(ErrorCode::kInvalidArgument, "a continuation of nothing has no likelihood here: "
                                               "the model has neither BOS nor EOS");
    }
    out.prompt.push_back(*start);
  }
  return out;
}

Result<std::vector<chat::Score>> LocalChatModel::score(const chat::ScoreRequest& request,
                                                       const CancelToken& cancel) {
  OUTPOST_CHECK(check_generates(*parts_.engine));
  ScoreTokensRequest tokens;
  tokens.principal = request.principal;
  tokens.work_class = request.work_class;
  tokens.readouts = request.readouts;
  tokens.items.resize(request.items.size());
  for (const auto& alike : items_by_prompt(request.items)) {
    std::vector<std::string> endings = {""};
    for (const std::size_t i : alike) endings.push_back(request.items[i].continuation);
    OUTPOST_TRY(const auto encoded,
                parts_.format->tokens_with_endings(told(request.items[alike.front()].prompt, true),
                                                   endings, request.principal));
    for (std::size_t n = 0; n < alike.size(); ++n) {
      ScoreItem& item = tokens.items[alike[n]];
      OUTPOST_TRY(item, split(encoded.front(), encoded[n + 1]));
      item.reads_state = request.items[alike[n]].reads_state;
    }
  }
  return parts_.engine->score(std::move(tokens), cancel);
}

Result<chat::Embeddings> LocalChatModel::embed(const chat::EmbedRequest& request,
                                               const CancelToken& cancel) {
  EmbedTokensRequest tokens;
  tokens.principal = request.principal;
  tokens.work_class = request.work_class;
  tokens.pooling = parts_.pooling;
  chat::Embeddings out;
  for (const auto& input : request.inputs) {
    if (const auto* text = std::get_if<std::string>(&input)) {
      chat::Prompt prompt;
      prompt.text = *text;
      OUTPOST_TRY(auto encoded, parts_.format->tokens(prompt, request.principal));
      if (parts_.tokenizer.adds_eos()) encoded.push_back(*parts_.tokenizer.eos());
      tokens.inputs.push_back(std::move(encoded));
    } else {
      tokens.inputs.push_back(std::get<std::vector<text::TokenId>>(input));
    }
    if (request.truncates) truncate(tokens.inputs.back(), parts_.engine->context_tokens());
    out.prompt_tokens += static_cast<std::uint32_t>(tokens.inputs.back().size());
  }
  OUTPOST_TRY(out.vectors, parts_.engine->embed(std::move(tokens), cancel));
  return out;
}

Result<std::uint32_t> LocalChatModel::count_tokens(const chat::Prompt& prompt) {
  OUTPOST_TRY(const auto tokens, parts_.format->tokens(told(prompt, false), {}));
  return static_cast<std::uint32_t>(tokens.size());
}

Result<std::vector<text::TokenId>> LocalChatModel::tokenize(std::string_view text) {
  return parts_.tokenizer.encode(text, text::ControlTokens::kPlain);
}

Result<std::string> LocalChatModel::detokenize(std::span<const text::TokenId> tokens) {
  text::Detokenizer detokenizer(parts_.tokenizer);
  std::string text;
  for (const text::TokenId token : tokens) text += detokenizer.push(token);
  return text + detokenizer.finish();
}

} // namespace outpost::engine
