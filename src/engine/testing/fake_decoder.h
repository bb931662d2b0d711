// A decoder without a model, for tests of the engine: logits are a hash of all tokens before, and
// the tokens are read back from the KV pages that the engine names. A page that is shared wrongly,
// written twice or given away too early therefore changes what is generated.
#pragma once
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "models/decoder.h"

namespace outpost::engine::testing {

class FakeDecoder final : public models::Decoder {
public:
  FakeDecoder(const models::KvArena& kv, std::size_t vocabulary_size,
              const models::DecoderLimits& limits);
  // Memory of the shape it needs.
  static models::KvArena make_arena(std::uint32_t page_count);

  Result<std::span<const float>> run(const models::Step& step, const CancelToken& cancel) override;
  // The hidden or inner state of a row: its token and its position.
  [[nodiscard]] std::span<const float> hidden() const override { return hidden_; }
  [[nodiscard]] std::span<const float> inner() const override { return inner_; }
  [[nodiscard]] std::uint32_t width() const override { return 2; }
  [[nodiscard]] const models::DecoderLimits& limits() const override { return limits_; }
  [[nodiscard]] std::size_t scratch_bytes() const override { return 0; }

  // How likely the end token is: its logit, where the others lie between -4 and 4.
  void set_end_logit(std::size_t token, float logit);
  // Logits depend on the last `tokens` tokens only (0: on all): what is generated repeats itself.
  void set_memory(std::uint32_t tokens) { memory_tokens_ = tokens; }
  // The next run fails with this.
  void fail_next(Error error) { next_error_ = std::move(error); }

  // Called at the beginning of every run, with the token that the run was given.
  void set_on_run(std::function<void(const CancelToken&)> on_run) { on_run_ = std::move(on_run); }

  // The logits that follow these tokens, computed without any pages.
  [[nodiscard]] std::vector<float> logits_after(std::span<const std::int32_t> tokens) const;
  [[nodiscard]] std::uint64_t rows_run() const { return rows_run_; }
  [[nodiscard]] std::uint32_t rows_max_seen() const { return rows_max_seen_; }

private:
  void write_rows(const models::StepSequence& sequence, std::span<const std::int32_t> tokens);
  [[nodiscard]] std::uint64_t read_hash(const models::StepSequence& sequence,
                                        std::uint32_t position) const;
  void fill_states(const models::Step& step, std::span<const std::uint32_t> rows,
                   std::vector<float>& states) const;
  // Whether logits at `position` depend on the token at `p`.
  [[nodiscard]] bool remembers(std::size_t p, std::size_t position) const {
    return memory_tokens_ == 0 || p + memory_tokens_ > position;
  }
  void fill_logits(std::uint64_t hash, std::span<float> out) const;
  [[nodiscard]] std::int32_t* slot(models::PageId page, std::uint32_t position) const;

  const models::KvArena& kv_;
  std::size_t vocabulary_size_;
  models::DecoderLimits limits_;
  std::vector<float> logits_;
  std::vector<float> hidden_;
  std::vector<float> inner_;
  std::optional<std::pair<std::size_t, float>> end_logit_;
  std::optional<Error> next_error_;
  std::function<void(const CancelToken&)> on_run_;
  std::uint32_t memory_tokens_ = 0;
  std::uint64_t rows_run_ = 0;
  std::uint32_t rows_max_seen_ = 0;
};

} // namespace outpost::engine::testing
