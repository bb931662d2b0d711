// The engine: many requests on one model, in tokens. One thread of its own runs step_loop.h;
// callers submit and wait. generate() and score() may be called from any thread, as many at once as
// the queue allows.
//
// Promises: greedy output and every logit are the same bits whatever else runs, however prompts are
// cut into steps, and whether a beginning came from the cache. A request that was admitted has its
// memory. One principal's pages never serve another's request.
#pragma once
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "chat/chat_model.h"
#include "engine/answer_reader.h"
#include "engine/closing_order.h"
#include "engine/config.h"
#include "engine/embed_job.h"
#include "engine/generate_job.h"
#include "engine/job_queue.h"
#include "engine/request_check.h"
#include "engine/score_job.h"
#include "engine/step_loop.h"
#include "models/decoder.h"
#include "models/model.h"
#include "text/tokenizer.h"

namespace outpost::engine {

// What an engine is made of. References must outlive it; nobody else may use workers meanwhile.
struct EngineParts {
  std::unique_ptr<models::KvArena> kv;
  std::unique_ptr<models::Decoder> decoder;
  const text::Tokenizer& tokenizer;
  const kernels::RowKernels& kernels;
  platform::Workers& workers;
  Clock& clock;
  std::uint32_t vocabulary_size = 0; // of the model: length of a row of logits
  std::size_t weights_bytes = 0;     // for the plan
  bool is_causal = true;             // of the model: otherwise it only embeds
};

class Engine {
public:
  // KV memory and decoder for `model` as `config` says. kResourceExhausted names the bytes.
  static Result<std::unique_ptr<Engine>> make(const models::Model& model,
                                              const text::Tokenizer& tokenizer,
                                              const kernels::KernelTable& kernels,
                                              platform::Workers& workers, Clock& clock,
                                              const EngineConfig& config);
  // From parts; config's step limits are lowered to the decoder's.
  Engine(EngineParts parts, const EngineConfig& config);
  // Stops taking requests, finishes those it has, and gives what its cache holds, up to
  // `bytes_max`: for EngineConfig::kept of the next one.
  [[nodiscard]] KvSnapshot end_and_keep(std::size_t bytes_max);
  // Stops. Callers must have returned.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Blocks until the answer has ended; `sink` gets its text as it comes. A cancelled answer is no
  // error: it finishes with kCancelled. Errors: kLimitExceeded (does not fit, with the counts),
  // kInvalidArgument (a number out of range; a grammar that cannot go on), kUnavailable (queue
  // full, stopping).
  Result<Generated> generate(GenerateRequest request, const TextSink& sink,
                             const CancelToken& cancel = {});
  // One score for each item, in order. kCancelled when cancelled.
  Result<std::vector<chat::Score>> score(ScoreTokensRequest request,
                                         const CancelToken& cancel = {});

  // One vector for each input, in order. kCancelled when cancelled.
  Result<std::vector<chat::Embedding>> embed(EmbedTokensRequest request,
                                             const CancelToken& cancel = {});

  // Takes nothing new, finishes what it has, and stops. Returns when the engine thread has ended.
  void drain();
  // Takes nothing new and ends what it has with kUnavailable, within one step.
  void stop();

  [[nodiscard]] std::uint32_t context_tokens() const { return limits_.context_tokens; }
  // Whether there is more to it than embed().
  [[nodiscard]] bool is_causal() const { return parts_.is_causal; }
  // Values of an embedding.
  [[nodiscard]] std::uint32_t width() const { return parts_.decoder->width(); }
  [[nodiscard]] const EnginePlan& plan() const { return plan_; }
  [[nodiscard]] const EngineCounters& counters() const { return loop_.counters(); }
  [[nodiscard]] std::size_t waiting_count() const { return queue_.size(); }
  [[nodiscard]] const text::Tokenizer& tokenizer() const { return parts_.tokenizer; }

private:
  void run();
  // Has the system give a little more memory for keys and values; false when all of it is there.
  bool populate_kv();
  void make_plan();

  EngineParts parts_;
  EngineConfig config_;
  RequestLimits limits_;
  EnginePlan plan_;
  ClosingOrder closing_order_;
  GenerateJob::Vocabulary vocabulary_;
  JobQueue queue_;
  CancelSource stop_;
  StepLoop loop_;
  std::size_t kv_populated_ = 0; // bytes; of the engine thread
  std::thread thread_;           // last: everything it uses exists before it and outlives it
};

} // namespace outpost::engine
