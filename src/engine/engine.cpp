#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "base/random.h"

namespace outpost::engine {
namespace {

EngineConfig within(EngineConfig config, const models::DecoderLimits& limits) {
  config.rows_max = std::min(config.rows_max, limits.rows_max);
  config.sequences_max = std::min(config.sequences_max, limits.sequences_max);
  config.logits_rows_max = std::min(config.logits_rows_max, limits.logits_rows_max);
  config.draft_tokens_max = std::min(config.draft_tokens_max, kDraftTokensMax);
  return config;
}

Status check_config(const EngineConfig& config) {
  if (config.rows_max > 0 && config.sequences_max > 0 && config.logits_rows_max > 0 &&
      config.prompt_rows_beside_answers > 0 && config.queue_max > 0 && config.kv_tokens > 0) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, "a limit of the engine is 0",
              "rows, sequences, logits rows, queue and KV tokens must all be at least 1");
}

} // namespace

Result<std::unique_ptr<Engine>> Engine::make(const models::Model& model,
                                             const text::Tokenizer& tokenizer,
                                             const kernels::KernelTable& kernels,
                                             platform::Workers& workers, Clock& clock,
                                             const EngineConfig& config) {
  OUTPOST_CHECK(check_config(config));
  const models::KvShape shape{.layer_count = model.layer_count(),
                              .kv_head_count = model.kv_head_count(),
                              .head_size = model.head_size(),
                              .type = model.is_precise() ? kernels::KvType::kF32
                                                         : kernels::KvType::kFixed};
  OUTPOST_TRY(models::KvArena arena, models::KvArena::make(shape, pages_for(config.kv_tokens)));
  auto kv = std::make_unique<models::KvArena>(std::move(arena));
  EngineConfig sized = config;
  if (!model.is_causal()) {
    // A text must be whole in a step; it may be longer than a chunk of a prompt.
    constexpr std::uint32_t kWholeRowsMax = 2048;
    sized.rows_max = std::max(config.rows_max, std::min(model.context_tokens(), kWholeRowsMax));
  }
  const models::DecoderLimits limits{.rows_max = sized.rows_max,
                                     .sequences_max = config.sequences_max,
                                     .logits_rows_max = config.logits_rows_max,
                                     .context_tokens_max = config.context_tokens};
  OUTPOST_TRY(auto decoder, models::Decoder::make(model, *kv, workers, limits));
  return std::make_unique<Engine>(EngineParts{std::move(kv), std::move(decoder), tokenizer,
                                              kernels.rows, workers, clock, model.vocabulary_size(),
                                              model.weights_bytes(), model.is_causal()},
                                  sized);
}

Engine::Engine(EngineParts parts, const EngineConfig& config)
    : parts_(std::move(parts)), config_(within(config, parts_.decoder->limits())),
      closing_order_(parts_.tokenizer),
      vocabulary_{
          parts_.tokenizer, closing_order_,
          std::max<std::size_t>(parts_.tokenizer.vocabulary_size(), parts_.vocabulary_size)},
      queue_(config_), loop_({*parts_.decoder, *parts_.kv, parts_.kernels, parts_.vocabulary_size,
                              parts_.workers, parts_.clock, queue_},
                             config_, stop_.token()) {
  make_plan();
  limits_ = {plan_.context_tokens, parts_.vocabulary_size, config_.score_items_max,
             config_.score_tokens_max, parts_.decoder->width()};
  if (config_.kept) loop_.bring_back(*config_.kept);
  config_.kept.reset();
  thread_ = std::thread([this] { run(); });
}

Engine::~Engine() { stop(); }

void Engine::stop() {
  stop_.cancel();
  drain();
}

void Engine::drain() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

KvSnapshot Engine::end_and_keep(std::size_t bytes_max) {
  drain();
  return loop_.keep(bytes_max);
}

void Engine::run() {
  parts_.workers.pin_caller();
  while (true) {
    if (stop_.token().cancelled()) {
      loop_.fail_all({ErrorCode::kUnavailable, "the engine is stopping", ""});
      return;
    }
    if (loop_.step()) continue;
    if (queue_.is_idle() && populate_kv()) continue;
    if (!queue_.wait()) return;
  }
}

bool Engine::populate_kv() {
  // So little that a request which comes meanwhile does not notice.
  constexpr std::size_t kBytesAtOnce = std::size_t{2} << 20;
  const platform::Arena& memory = parts_.kv->memory();
  const std::size_t left = memory.bytes().size() - kv_populated_;
  if (!config_.populates_kv || !parts_.is_causal || left == 0) return false;
  const std::size_t bytes = std::min(left, kBytesAtOnce);
  const bool is_there = memory.populate(kv_populated_, bytes);
  kv_populated_ = is_there ? kv_populated_ + bytes : memory.bytes().size();
  return is_there;
}

void Engine::make_plan() {
  const std::uint32_t held = parts_.kv->page_count() * kPageTokens;
  const std::uint32_t longest = parts_.decoder->limits().context_tokens_max;
  plan_.weights_bytes = parts_.weights_bytes;
  plan_.kv_bytes = parts_.kv->shape().page_bytes() * parts_.kv->page_count();
  plan_.kv_bytes_per_token = parts_.kv->shape().page_bytes() / kPageTokens;
  plan_.kv_tokens = held;
  plan_.context_tokens = longest == 0 ? held : std::min(held, longest);
  if (config_.context_tokens != 0) {
    plan_.context_tokens = std::min(plan_.context_tokens, config_.context_tokens);
  }
  plan_.decoder_bytes = parts_.decoder->scratch_bytes();
  plan_.sampling_bytes = parts_.vocabulary_size * (sizeof(float) + sizeof(Candidate)) +
                         parts_.tokenizer.vocabulary_size() * 2 * sizeof(text::TokenId);
}

Result<Generated> Engine::generate(GenerateRequest request, const TextSink& sink,
                                   const CancelToken& cancel) {
  OUTPOST_CHECK(engine::check(request, limits_));
  OUTPOST_TRY(StopStrings stops, StopStrings::make(request.stop));
  if (!request.sampling.seed) request.sampling.seed = random_seed();
  request.draft_tokens_max = std::min(request.draft_tokens_max, config_.draft_tokens_max);
  const TextForm form{request.strip_leading_space, std::move(request.spelled),
                      request.log_probabilities || request.top_log_probabilities > 0};
  GenerateJob job(std::move(request), std::move(stops), cancel, vocabulary_, parts_.clock);
  OUTPOST_CHECK(job.begin());
  if (!job.is_done()) OUTPOST_CHECK(queue_.push(job));
  std::string stop_text = read_answer(job, parts_.tokenizer, form, sink);
  OUTPOST_TRY(Generated generated, job.result());
  generated.finished.stop_text = std::move(stop_text);
  return generated;
}

Result<std::vector<chat::Score>> Engine::score(ScoreTokensRequest request,
                                               const CancelToken& cancel) {
  OUTPOST_CHECK(engine::check(request, limits_));
  ScoreJob job(std::move(request), cancel, config_.logits_rows_max);
  if (job.pages_min() > parts_.kv->page_count()) {
    return fail(ErrorCode::kLimitExceeded,
                "scoring needs " + std::to_string(job.pages_min() * kPageTokens) +
                    " tokens of memory at once, there are " +
                    std::to_string(parts_.kv->page_count() * kPageTokens));
  }
  OUTPOST_CHECK(queue_.push(job));
  return job.wait();
}

Result<std::vector<chat::Embedding>> Engine::embed(EmbedTokensRequest request,
                                                   const CancelToken& cancel) {
  OUTPOST_CHECK(engine::check(request, limits_));
  request.are_whole = !parts_.is_causal;
  EmbedJob job(std::move(request), cancel, width());
  OUTPOST_CHECK(queue_.push(job));
  return job.wait();
}

} // namespace outpost::engine
