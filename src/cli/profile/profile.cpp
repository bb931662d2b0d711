#include "cli/profile/profile.h"

#include <fmt/format.h>

#include "agents/calling/profile_fit.h"
#include "app/call_profiles.h"
#include "app/chat_model.h"
#include "chat/json_value.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/run/bring_model.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string model;
  std::string questions;
  std::string mode = "fit";
  unsigned threads = 0;
  bool only_own = false;
  bool json = false;
};

Result<std::vector<agents::CallQuestion>> questions_of(const Options& options) {
  std::vector<agents::CallQuestion> questions;
  if (!options.only_own) {
    OUTPOST_TRY(questions, agents::read_questions(agents::shipped_questions()));
  }
  if (!options.questions.empty()) {
    OUTPOST_TRY(const std::string text, read_text(options.questions));
    auto own = agents::read_questions(text);
    if (!own) return fail(own.error().code, options.questions + ": " + own.error().message);
    questions.insert(questions.end(), own->begin(), own->end());
  }
  return questions;
}

void print(const Streams& streams, const Options& options, const agents::ProfileReport& report,
           const std::string& path) {
  if (options.json) {
    JsonObject object;
    object.add("questions", report.questions);
    object.add("right", report.right);
    object.add("called", report.called);
    object.add("refused", report.refused);
    object.add("calibration_error", report.correct.expected_error);
    object.add("auroc", report.correct.ranking);
    object.add("profile", path);
    streams.out << object.text() << "\n";
    return;
  }
  streams.out << fmt::format("{} questions: {:.0f} % right, {:.0f} % called where a call is due, "
                             "{:.0f} % refused where none is\n",
                             report.questions, 100 * report.right, 100 * report.called,
                             100 * report.refused)
              << fmt::format("on folds that were not fitted: p(due) AUROC {:.2f}, p(correct) AUROC "
                             "{:.2f}, calibration error {:.3f}\n",
                             report.due.ranking, report.correct.ranking,
                             report.correct.expected_error)
              << fmt::format("calls are written as {}, strings are {}\n",
                             agents::to_string(report.profile.syntax),
                             report.profile.copies_text ? "copied from the request" : "written")
              << "kept in " << path << "\n";
}

Status run(const Invocation& invocation, const Options& options) {
  const Streams& streams = invocation.streams;
  OUTPOST_TRY(const auto path, bring_model(invocation, options.model));
  const std::string kept = app::profile_path(path, invocation.environment).string();
  if (options.mode != "fit") {
    OUTPOST_TRY(agents::CallingProfile profile, app::load_profile(path, invocation.environment));
    profile.generates = options.mode == "generate";
    OUTPOST_CHECK(app::save_profile(profile, path, invocation.environment));
    streams.out << "kept in " << kept << "\n";
    return {};
  }
  OUTPOST_TRY(const auto questions, questions_of(options));
  app::ChatModelSettings settings;
  settings.threads = options.threads;
  OUTPOST_TRY(const auto local,
              app::open_local_model(path, options.model, settings, invocation.environment));
  OUTPOST_TRY(const auto start, app::load_profile(path, invocation.environment));
  const auto progress = [&streams](std::size_t done, std::size_t of) {
    if (done % 10 == 0 || done == of) streams.err << fmt::format("\r{} of {}", done, of);
    if (done == of) streams.err << "\n";
  };
  OUTPOST_TRY(
      const agents::ProfileReport report,
      agents::fit_profile(*local.model, questions, {start}, progress, invocation.cancel.token()));
  OUTPOST_CHECK(app::save_profile(report.profile, path, invocation.environment));
  print(streams, options, report, kept);
  return {};
}

} // namespace

void add_profile(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      parent, "profile", "Fit how a model is asked to call tools",
      "outpost profile qwen2.5-coder-0.5b\n"
      "outpost profile model.gguf --questions mine.jsonl\n"
      "outpost profile model.gguf --mode generate      # calls as the model's template has them");
  command.add_option("model", options->model, "an alias or a file")->required();
  command.add_option("--questions", options->questions,
                     "a file of your own, fitted together with those that ship with Outpost");
  command.add_flag("--only-own", options->only_own, "leave the shipped questions out");
  command
      .add_option("--mode", options->mode,
                  "fit; generate: calls are generated from now on; score: by the pipeline again")
      ->check(CLI::IsMember({"fit", "generate", "score"}))
      ->capture_default_str();
  command.add_option("--threads", options->threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_flag("--json", options->json, "print one JSON object");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
