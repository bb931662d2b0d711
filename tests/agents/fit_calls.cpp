// Fits a profile for calls to the questions that ship, the model's answers kept in a file, so that
// a change of rules asks the model only what is new:
//
//   build/release/tests/agents/fit_calls MODEL.gguf PROFILE.json [EVERY [QUESTIONS.jsonl]]
//
// With EVERY it is fitted to every so manieth question only: the others are kept apart. With
// QUESTIONS to these instead of those that ship. The forms
// of the model's default profile stay; `outpost profile` tries them too.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "agents/calling/profile_fit.h"
#include "agents/remembering_model.h"
#include "app/call_profiles.h"
#include "app/chat_model.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

std::vector<CallQuestion> every(std::size_t step, std::vector<CallQuestion> questions) {
  std::vector<CallQuestion> chosen;
  for (std::size_t i = 0; i < questions.size(); i += step) {
    chosen.push_back(std::move(questions[i]));
  }
  return chosen;
}

Status fit(const char* file, const char* out, std::size_t step, const char* own) {
  app::ChatModelSettings settings;
  settings.kv_tokens = 32768;
  settings.threads = 1; // others share the machine
  OUTPOST_TRY(const auto local, app::open_local_model(file, "model", settings, {}));
  RememberingModel model(*local.model, std::string(file) + ".said");
  std::string lines(own == nullptr ? shipped_questions() : "");
  if (own != nullptr) {
    std::ifstream in(own);
    lines.assign(std::istreambuf_iterator<char>(in), {});
  }
  OUTPOST_TRY(auto all, read_questions(lines));
  const std::vector<CallQuestion> questions = every(step, std::move(all));
  ProfileFit how{app::default_profile(file), false};
  const auto progress = [](std::size_t done, std::size_t of) {
    if (done % 20 == 0) std::fprintf(stderr, "%zu of %zu\n", done, of);
  };
  OUTPOST_TRY(const ProfileReport report, fit_profile(model, questions, how, progress, {}));
  std::ofstream(out) << chat::json_text(to_json(report.profile)) << "\n";
  std::printf("%zu questions: right %.3f called %.3f refused %.3f\n"
              "due AUROC %.3f error %.3f, correct AUROC %.3f error %.3f\n",
              report.questions, report.right, report.called, report.refused, report.due.ranking,
              report.due.expected_error, report.correct.ranking, report.correct.expected_error);
  return {};
}

} // namespace
} // namespace outpost::agents

int main(int argc, char** argv) {
  const unsigned long step = argc >= 4 ? std::strtoul(argv[3], nullptr, 10) : 1;
  if (argc < 3 || argc > 5 || step == 0) {
    return std::fprintf(stderr, "fit_calls MODEL PROFILE [EVERY [QUESTIONS]]\n"), 2;
  }
  const outpost::Status status =
      outpost::agents::fit(argv[1], argv[2], step, argc == 5 ? argv[4] : nullptr);
  if (!status) return std::fprintf(stderr, "%s\n", status.error().message.c_str()), 1;
  return 0;
}
