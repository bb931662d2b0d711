#include "cli/bench/bench.h"

#include <fstream>

#include <fmt/format.h>

#include "app/model_place.h"
#include "cli/bench/copy.h"
#include "cli/bench/first_token.h"
#include "cli/bench/measure.h"
#include "cli/bench/probe_report.h"
#include "cli/bench/report.h"
#include "kernels/probe/machine_probe.h"
#include "models/weights.h"
#include "platform/cpu.h"

namespace outpost::cli {
namespace {

constexpr std::uint32_t kTokensMax = 131'072;
constexpr std::uint32_t kBatchMax = 256;
constexpr std::uint32_t kStartRepetitions = 5;
constexpr std::uint32_t kCopyRepetitions = 3;
constexpr double kRunSecondsMax = 20;

struct Options {
  std::string model;
  WorkloadFlags flags;
  bool has_flags = false; // some workload was asked for by its size
  std::vector<std::string> parts;
  std::uint32_t chunk_tokens = 512;
  unsigned threads = 0;
  MeasureSettings settings;
  std::string svg;
  bool probe = false;
  bool first_token = false;
  bool json = false;

  [[nodiscard]] bool wants(std::string_view part) const {
    return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
  }
  // Only by name: a model with random weights, as benchmarks often use, copies nothing.
  [[nodiscard]] bool wants_copies() const {
    return std::find(parts.begin(), parts.end(), "copy") != parts.end();
  }
};

Status run_probe(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto workers, app::make_workers(options.threads));
  workers->pin_caller(); // else it may sit on another worker's core for the whole of it
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

Status run_first_token(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(const auto reached,
              reach_first_token(options.model, options.threads, invocation.environment, clock,
                                invocation.cancel.token()));
  invocation.streams.out << reached.count() << "\n";
  return {};
}

std::vector<Workload> plan(const Options& options, std::uint32_t context_tokens) {
  if (options.has_flags) return workloads_of(options.flags);
  return standard_workloads({.prefill = options.wants("prefill"),
                             .decode = options.wants("decode"),
                             .batch = options.wants("batch"),
                             .warm = options.wants("warm")},
                            context_tokens);
}

// What will run and for how long about, before it does.
void announce(const Invocation& invocation, std::span<const Workload> workloads) {
  std::string names;
  for (const Workload& workload : workloads) names += " " + workload.name();
  invocation.streams.err << "measuring, about 2 to 4 s each:" << names << "\n";
}

Status measure_loaded(const Invocation& invocation, const Options& options,
                      const app::LoadedModel& loaded, BenchReport& report) {
  loaded.workers->pin_caller();
  SystemClock clock;
  const std::vector<Workload> workloads = plan(options, loaded.model->context_tokens());
  if (!options.has_flags) announce(invocation, workloads);
  OUTPOST_TRY(Runner runner, Runner::make(loaded, workloads, options.chunk_tokens, clock,
                                          invocation.cancel.token()));
  const ModelCost cost(loaded.model->parts().config, file_weights_bytes(loaded.file));
  OUTPOST_TRY(const Roof roof, Roof::make(*loaded.workers, cost.weights_bytes(), clock));
  const bool as_table = !options.json;
  if (as_table) print_heading(invocation.streams.out, report);
  OUTPOST_TRY(report.measurements, measure(runner, roof, cost, workloads, options.settings,
                                           [&](const Measured& measured) {
                                             if (as_table)
                                               print_row(invocation.streams.out, measured);
                                           }));
  for (const Measured& measured : report.measurements.measured) {
    if (measured.workload.name() == warm_workload().name()) report.warm_seconds = measured.seconds;
  }
  return {};
}

Status write_svg(const std::string& path, const BenchReport& report) {
  std::ofstream file(path, std::ios::binary);
  file << report_svg(report);
  if (!file.flush()) return fail(ErrorCode::kIo, "cannot write '" + path + "'");
  return {};
}

Status run(const Invocation& invocation, const Options& options) {
  if (options.probe) return run_probe(invocation, options);
  if (options.first_token) return run_first_token(invocation, options);
  OUTPOST_TRY(const auto path, app::model_file(options.model, invocation.environment));
  BenchReport report;
  if (!options.has_flags && options.wants("start")) {
    SystemClock clock; // before the model takes memory here too
    OUTPOST_TRY(report.start_seconds, measure_start(path, options.threads, kStartRepetitions, clock,
                                                    invocation.cancel.token()));
  }
  OUTPOST_TRY(const app::LoadedModel loaded,
              app::load_model(path, {options.threads, false}, invocation.environment));
  if (const std::string& warning = loaded.model->packed_warning(); !warning.empty()) {
    invocation.streams.err << warning << "\n";
  }
  report.model = path.filename().string();
  report.isa = loaded.kernels.isa;
  report.processor = platform::cpu_features().name;
  report.threads = loaded.workers->count();
  OUTPOST_CHECK(measure_loaded(invocation, options, loaded, report));
  if (options.wants_copies()) {
    SystemClock clock;
    const std::uint32_t asked = options.settings.repetitions;
    OUTPOST_TRY(report.copies, measure_copies(loaded, asked != 0 ? asked : kCopyRepetitions, clock,
                                              invocation.cancel.token()));
  }
  if (!options.svg.empty()) OUTPOST_CHECK(write_svg(options.svg, report));
  if (options.json) {
    invocation.streams.out << report_json(report) << "\n";
  } else {
    print_end(invocation.streams.out, report);
  }
  return {};
}

void add_sizes(CLI::App& command, Options& options) {
  WorkloadFlags& flags = options.flags;
  command.add_option("--pp", flags.prefill_tokens, "tokens of the prefill measurements")
      ->delimiter(',')
      ->check(CLI::Range(1u, kTokensMax))
      ->capture_default_str();
  command.add_option("--tg", flags.decode_tokens, "tokens each sequence decodes")
      ->check(CLI::Range(1u, kTokensMax))
      ->capture_default_str();
  command.add_option("--batch", flags.batches, "sequences that decode together")
      ->delimiter(',')
      ->check(CLI::Range(1u, kBatchMax))
      ->capture_default_str();
  command.add_option("--depth", flags.depths, "tokens that are there already")
      ->delimiter(',')
      ->check(CLI::Range(0u, kTokensMax))
      ->capture_default_str();
  command.add_option("--shared", flags.shared, "tokens that decoding sequences share")
      ->check(CLI::Range(0u, kTokensMax))
      ->capture_default_str();
}

} // namespace

void add_bench(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "bench", "Measure speed, and what share of this machine's limits it is",
                  "outpost bench smollm2-135m\n"
                  "outpost bench model.gguf --pp 512 --tg 64 --batch 1,16,32 --json\n"
                  "outpost bench model.gguf --set prefill --svg prefill.svg\n"
                  "outpost bench --probe");
  command.add_option("model", options->model, "an alias or a file");
  command.add_flag("--probe", options->probe, "measure the machine: arithmetic, memory, barriers");
  command
      .add_option(
          "--set", options->parts,
          "parts of the standard set: prefill, decode, batch, warm, start (default: these), "
          "copy")
      ->delimiter(',')
      ->check(CLI::IsMember({"prefill", "decode", "batch", "warm", "start", "copy"}));
  add_sizes(command, *options);
  command
      .add_option("--reps", options->settings.repetitions,
                  "repetitions, whose median counts; 0: as many as fit 2 s")
      ->check(CLI::Range(0u, 1000u))
      ->capture_default_str();
  command.add_option("--chunk", options->chunk_tokens, "tokens of one prefill chunk")
      ->check(CLI::Range(1u, 4096u))
      ->capture_default_str();
  command.add_option("--threads", options->threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_option("--svg", options->svg, "write a picture to this file");
  command.add_flag("--json", options->json, "print one JSON object");
  command.add_flag("--first-token", options->first_token)->group(""); // for measure_start
  command.callback([options, &command, &invocation] {
    if (options->model.empty() && !options->probe) throw CLI::RequiredError("model or --probe");
    for (const char* size : {"--pp", "--tg", "--batch", "--depth", "--shared"}) {
      options->has_flags = options->has_flags || command.count(size) != 0;
    }
    if (!options->has_flags) options->settings.run_seconds_max = kRunSecondsMax;
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
