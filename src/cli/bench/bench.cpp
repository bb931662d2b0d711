#include "cli/bench/bench.h"

#include <fmt/format.h>

#include "app/model_place.h"
#include "cli/bench/measure.h"
#include "cli/bench/probe_report.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

constexpr std::uint32_t kTokensMax = 131'072;
constexpr std::uint32_t kBatchMax = 256;

struct Options {
  std::string model;
  BenchPlan plan;
  unsigned threads = 0;
  bool probe = false;
  bool json = false;
};

std::string row_name(const Options& options, std::size_t index) {
  return fmt::format("tg{}_x{}", options.plan.decode_tokens, options.plan.batches[index]);
}

void print_json(const Streams& streams, const Options& options, const app::LoadedModel& loaded,
                const BenchResult& result) {
  JsonObject object;
  object.add("model", std::filesystem::path(options.model).filename().string());
  object.add("threads", loaded.workers->count());
  object.add("isa", loaded.kernels.isa);
  object.add(fmt::format("pp{}", options.plan.prefill_tokens), result.prefill_tokens_per_second);
  for (std::size_t i = 0; i < result.decode_tokens_per_second.size(); ++i) {
    object.add(row_name(options, i), result.decode_tokens_per_second[i]);
  }
  streams.out << object.text() << "\n";
}

void print_table(const Streams& streams, const Options& options, const app::LoadedModel& loaded,
                 const BenchResult& result) {
  streams.out << fmt::format("{} on {} thread(s), {}\n", options.model, loaded.workers->count(),
                             loaded.kernels.isa);
  const auto print = [&](const std::string& name, double rate) {
    streams.out << fmt::format("  {:<12} {:>10.1f} tokens/s\n", name, rate);
  };
  print(fmt::format("pp{}", options.plan.prefill_tokens), result.prefill_tokens_per_second);
  for (std::size_t i = 0; i < result.decode_tokens_per_second.size(); ++i) {
    print(row_name(options, i), result.decode_tokens_per_second[i]);
  }
}

Status run_probe(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto workers, app::make_workers(options.threads));
  SystemClock clock;
  OUTPOST_TRY(const auto probe,
              kernels::probe::probe_machine(*workers, clock, invocation.cancel.token()));
  if (options.json) {
    invocation.streams.out << probe_json(probe) << "\n";
  } else {
    print_probe(invocation.streams.out, probe);
  }
  return {};
}

Status run(const Invocation& invocation, const Options& options) {
  if (options.probe) return run_probe(invocation, options);
  OUTPOST_TRY(const auto path, app::model_file(options.model, invocation.environment));
  OUTPOST_TRY(const app::LoadedModel loaded,
              app::load_model(path, {options.threads, false}, invocation.environment));
  if (options.plan.prefill_tokens > loaded.model->context_tokens()) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("--pp {} is longer than the model's context of {} tokens",
                            options.plan.prefill_tokens, loaded.model->context_tokens()));
  }
  SystemClock clock;
  OUTPOST_TRY(const BenchResult result,
              measure(loaded, options.plan, clock, invocation.cancel.token()));
  if (options.json) {
    print_json(invocation.streams, options, loaded, result);
  } else {
    print_table(invocation.streams, options, loaded, result);
  }
  return {};
}

} // namespace

void add_bench(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "bench", "Measure prefill and decode speed",
                  "outpost bench smollm2-135m\n"
                  "outpost bench model.gguf --pp 512 --tg 64 --batch 1,16,32 --json\n"
                  "outpost bench --probe");
  command.add_option("model", options->model, "an alias or a file");
  command.add_flag("--probe", options->probe, "measure the machine: arithmetic, memory, barriers");
  command.add_option("--pp", options->plan.prefill_tokens, "tokens of the prefill measurement")
      ->check(CLI::Range(1u, kTokensMax))
      ->capture_default_str();
  command.add_option("--tg", options->plan.decode_tokens, "tokens each sequence decodes")
      ->check(CLI::Range(1u, kTokensMax))
      ->capture_default_str();
  command.add_option("--batch", options->plan.batches, "sequences that decode together")
      ->delimiter(',')
      ->check(CLI::Range(1u, kBatchMax))
      ->capture_default_str();
  command.add_option("--reps", options->plan.repetitions, "repetitions; the median counts")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  command.add_option("--chunk", options->plan.chunk_tokens, "tokens of one prefill chunk")
      ->check(CLI::Range(1u, 4096u))
      ->capture_default_str();
  command.add_option("--threads", options->threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_flag("--json", options->json, "print one JSON object");
  command.callback([options, &invocation] {
    if (options->model.empty() && !options->probe) throw CLI::RequiredError("model or --probe");
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
