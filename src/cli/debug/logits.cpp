// outpost debug logits: the model's logits at every position, as a .npy file that anyone can
// compare.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "app/loaded_model.h"
#include "app/model_place.h"
#include "cli/debug/debug.h"
#include "cli/debug/npy.h"
#include "cli/files.h"

namespace outpost::cli {
namespace {

struct LogitsOptions {
  std::string model;
  std::string text_file;
  std::vector<std::int32_t> ids;
  std::string out;
  bool precise = false;
  unsigned threads = 0;
  std::uint32_t chunk = 64;
};

Result<std::vector<text::TokenId>> input_tokens(const LogitsOptions& options,
                                                const app::LoadedModel& loaded) {
  std::vector<text::TokenId> tokens = options.ids;
  if (!options.text_file.empty()) {
    OUTPOST_TRY(const std::string text, read_text(options.text_file));
    const text::Tokenizer& tokenizer = *loaded.tokenizer;
    if (tokenizer.adds_bos() && tokenizer.bos()) tokens.push_back(*tokenizer.bos());
    tokenizer.encode(text, text::ControlTokens::kParse, true, tokens);
  }
  const std::uint32_t vocabulary = loaded.model->vocabulary_size();
  for (const auto token : tokens) {
    if (token < 0 || static_cast<std::uint32_t>(token) >= vocabulary) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("token {} is outside the vocabulary of {}", token, vocabulary));
    }
  }
  if (tokens.empty()) return fail(ErrorCode::kInvalidArgument, "there are no tokens to run_logits");
  if (tokens.size() > loaded.model->context_tokens()) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{} tokens do not fit the model's context of {}", tokens.size(),
                            loaded.model->context_tokens()));
  }
  return tokens;
}

Status write_logits(const LogitsOptions& options, const app::LoadedModel& loaded,
                    std::span<const text::TokenId> tokens, const CancelToken& cancel) {
  const auto count = static_cast<std::uint32_t>(tokens.size());
  models::DecoderLimits limits;
  limits.rows_max = limits.logits_rows_max = options.chunk;
  OUTPOST_TRY(const app::Workbench workbench, app::make_workbench(loaded, 1, count, limits));
  std::vector<models::PageId> pages(workbench.kv->page_count());
  std::iota(pages.begin(), pages.end(), 0u);
  std::vector<std::uint32_t> rows(options.chunk);
  std::iota(rows.begin(), rows.end(), 0u);
  OUTPOST_TRY(NpyWriter out,
              NpyWriter::create(options.out, count, loaded.model->vocabulary_size()));
  for (std::uint32_t at = 0; at < count; at += options.chunk) {
    const std::uint32_t chunk = std::min(options.chunk, count - at);
    const models::StepSequence sequence{pages, at, chunk};
    OUTPOST_TRY(
        const auto logits,
        workbench.decoder->run(
            {tokens.subspan(at, chunk), {&sequence, 1}, std::span(rows).first(chunk)}, cancel));
    OUTPOST_CHECK(out.write(logits));
  }
  return out.finish();
}

Status run_logits(const Invocation& invocation, const LogitsOptions& options) {
  OUTPOST_TRY(const auto path, app::model_file(options.model, invocation.environment));
  OUTPOST_TRY(const app::LoadedModel loaded,
              app::load_model(path, {options.threads, options.precise}, invocation.environment));
  OUTPOST_TRY(const auto tokens, input_tokens(options, loaded));
  OUTPOST_CHECK(write_logits(options, loaded, tokens, invocation.cancel.token()));
  invocation.streams.err << fmt::format("{} tokens x {} logits -> {}\n", tokens.size(),
                                        loaded.model->vocabulary_size(), options.out);
  return {};
}

} // namespace

void add_debug_logits(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<LogitsOptions>();
  CLI::App& command =
      add_command(parent, "logits", "Write the logits of every position as .npy",
                  "outpost debug logits smollm2-135m --ids 1,2,3 --out logits.npy\n"
                  "outpost debug logits m.gguf --text prose.txt --precise --out l.npy");
  command.add_option("model", options->model, "an alias or a file")->required();
  auto* text = command.add_option("--text", options->text_file,
                                  "a text; control tokens in it are parsed, BOS as the file asks");
  auto* ids = command.add_option("--ids", options->ids, "token ids, as they are")->delimiter(',');
  text->excludes(ids);
  command.add_option("--out", options->out, "the .npy file, float32 [tokens, vocabulary]")
      ->required();
  command.add_flag("--precise", options->precise, "F32 activations, keys and values");
  command.add_option("--threads", options->threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_option("--chunk", options->chunk, "tokens of one step")
      ->check(CLI::Range(1u, 4096u))
      ->capture_default_str();
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run_logits(invocation, *options); };
  });
}

} // namespace outpost::cli
