#include "agents/calling/profile_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace outpost::agents {
namespace {

constexpr std::size_t kSample = 20; // questions that a form is tried on
constexpr std::size_t kFolds = 4;
constexpr double kPull = 1.0;
// Other people's tools and requests are harder than the questions a profile is fitted to: what
// makes a call right there tells less elsewhere. Log-odds of all being right are drawn to even.
constexpr double kElsewhere = 0.6;
// Of the values of a hidden state, of which there are more than questions (SignRules::trust).
constexpr double kStateTrust = 0.03;

// What became of one question.
struct Outcome {
  CallPlan plan; // made without refusing
  bool is_due = false;
  bool is_right = false; // the calls, had they been made
  bool counts = true;    // see CallQuestion
  std::size_t wanted = 0;
  std::string domain; // the first tool at hand: questions about the same tools are alike
  std::vector<std::string> tools; // of the calls that are right
};

template <std::size_t N>
std::vector<double> vector_of(const std::array<double, N>& values) {
  return {values.begin(), values.end()};
}

template <std::size_t N>
std::array<double, N> array_of(const std::vector<double>& values) {
  std::array<double, N> out{};
  std::ranges::copy_n(values.begin(), static_cast<std::ptrdiff_t>(std::min(N, values.size())),
                      out.begin());
  return out;
}

// Probes that read every value of a state.
std::vector<StateProbe> whole_state(std::size_t width) {
  std::vector<StateProbe> probes(width);
  for (std::size_t i = 0; i < width; ++i) {
    probes[i].scale = 1;
    probes[i].codes.resize(width);
    probes[i].codes[i] = 1;
  }
  return probes;
}

Result<Outcome> ask(chat::ChatModel& model, CallingProfile profile, const CallQuestion& question,
                    const CancelToken& cancel) {
  profile.refuses = false;
  if (profile.reads_state) profile.probes = whole_state(model.info().embedding_size);
  profile.skips_certain = false; // else weights would be fitted to what was in doubt before
  profile = fitted_to(model.info().context_tokens, profile);
  CallPipeline pipeline(model, profile);
  Outcome outcome;
  OUTPOST_TRY(outcome.plan, pipeline.plan({.principal = {}, .prompt = question.prompt}, cancel));
  outcome.wanted = question.calls.size();
  outcome.counts = question.counts;
  if (!question.prompt.tools.empty()) outcome.domain = question.prompt.tools.front().name;
  for (const AcceptedCall& call : question.calls) outcome.tools.push_back(call.name);
  outcome.is_due = !question.calls.empty();
  outcome.is_right = outcome.is_due && are_right(question.calls, outcome.plan.calls);
  return outcome;
}

// The signs, then the state.
std::vector<double> signs_of(const CallEvidence& evidence) {
  std::vector<double> signs = vector_of(evidence.values());
  signs.insert(signs.end(), evidence.state.begin(), evidence.state.end());
  return signs;
}

// Signs of the calls as they were made: they tell whether these are right, not whether any is due.
constexpr auto kOfCalls = std::to_array<CallSign>(
    {CallSign::kMargin, CallSign::kCountMargin, CallSign::kArguments, CallSign::kInvented,
     CallSign::kDoubts, CallSign::kRepeated, CallSign::kNumbers, CallSign::kNumbersLeft,
     CallSign::kLeftOut, CallSign::kNamedLeft});

// Signs of a decision with what was right.
std::vector<LogisticExample> due_examples(std::span<const Outcome> outcomes) {
  std::vector<LogisticExample> examples;
  for (const Outcome& outcome : outcomes) {
    CallEvidence evidence = outcome.plan.evidence;
    for (const CallSign sign : kOfCalls) evidence[sign] = 0;
    examples.push_back({signs_of(evidence), outcome.is_due});
  }
  return examples;
}

std::vector<LogisticExample> correct_examples(std::span<const Outcome> outcomes) {
  std::vector<LogisticExample> examples;
  for (const Outcome& outcome : outcomes) {
    examples.push_back({signs_of(outcome.plan.evidence), outcome.is_right});
  }
  return examples;
}

// The names that are still wanted after the first `calls` of a plan; none when one of them was
// wrong: what is wanted then nobody knows.
std::vector<std::string> still_wanted(const Outcome& outcome, std::size_t calls) {
  std::vector<std::string> wanted = outcome.tools;
  for (std::size_t i = 0; i < std::min(calls, outcome.plan.calls.size()); ++i) {
    const auto called = std::ranges::find(wanted, outcome.plan.calls[i].tool);
    if (called == wanted.end()) return {};
    wanted.erase(called);
  }
  return wanted;
}

// The tool of each call while there was a choice and one that is right among those listed.
std::vector<ListExample> tool_examples(std::span<const Outcome> outcomes) {
  std::vector<ListExample> examples;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.counts) continue;
    for (const ToolStep& step : outcome.plan.choices) {
      const std::vector<std::string> wanted = still_wanted(outcome, step.calls);
      ListExample example;
      for (std::size_t t = 0; t < step.tools.size(); ++t) {
        example.options.push_back(vector_of(step.signs[t]));
        example.right.push_back(std::ranges::find(wanted, step.tools[t]) != wanted.end());
      }
      const auto right = std::ranges::count(example.right, true);
      if (right > 0 && static_cast<std::size_t>(right) < example.right.size()) {
        examples.push_back(std::move(example));
      }
    }
  }
  return examples;
}

std::vector<LogisticExample> more_examples(std::span<const Outcome> outcomes) {
  std::vector<LogisticExample> examples;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.counts) continue;
    for (const MoreStep& step : outcome.plan.steps) {
      if (step.calls > outcome.wanted) break;
      examples.push_back({vector_of(step.signs), step.calls < outcome.wanted});
    }
  }
  return examples;
}

// What log-odds fitted to these have to gain to be those at even odds: how often calls are right
// (never where none was due) is a matter of which questions were chosen (King and Zeng 2001,
// Logistic regression in rare events data, section 4.1).
double to_even(std::span<const LogisticExample> examples) {
  const auto holds =
      static_cast<double>(std::ranges::count(examples, true, &LogisticExample::holds));
  const auto fails = static_cast<double>(examples.size()) - holds;
  return holds > 0 && fails > 0 ? std::log(fails / holds) : 0;
}

std::vector<double> fit_signs(std::span<const LogisticExample> examples) {
  std::vector<int> directions;
  for (std::size_t i = 0; i < kCallSigns; ++i)
    directions.push_back(direction_of(static_cast<CallSign>(i)));
  return fit_logistic(examples, kPull,
                      {.directions = directions, .plain = kCallSigns, .trust = kStateTrust});
}

// Questions about the same tools share a fold: weights are judged on tools that they have not seen.
std::vector<std::size_t> folds_of(std::span<const Outcome> outcomes) {
  std::map<std::string, std::size_t, std::less<>> domains;
  std::vector<std::size_t> folds;
  for (const Outcome& outcome : outcomes) {
    folds.push_back(domains.try_emplace(outcome.domain, domains.size()).first->second % kFolds);
  }
  return folds;
}

// Every example is judged by weights that were fitted without its fold.
Calibration cross_validated(std::span<const LogisticExample> examples,
                            std::span<const std::size_t> folds) {
  std::vector<double> claimed(examples.size());
  std::vector<bool> holds(examples.size());
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<LogisticExample> others;
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (folds[i] != fold) others.push_back(examples[i]);
    }
    const std::vector<double> weights = fit_signs(others);
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (folds[i] != fold) continue;
      claimed[i] = logistic(examples[i].signs, weights);
      holds[i] = examples[i].holds;
    }
  }
  return measure_calibration(claimed, holds);
}

// The part of the weights that is of the state, in the order of CallProbe; none without one.
std::vector<StateProbe> probes_of(const std::vector<double>& due,
                                  const std::vector<double>& correct) {
  if (due.size() == kCallSigns) return {};
  return {StateProbe::of(std::span(due).subspan(kCallSigns)),
          StateProbe::of(std::span(correct).subspan(kCallSigns))};
}

// The forms that a model may write calls in; `profile` with each.
std::vector<CallingProfile> forms_of(const CallingProfile& profile) {
  std::vector<CallingProfile> forms;
  for (const CallSyntax syntax : {CallSyntax::kPython, CallSyntax::kJson}) {
    for (const bool copies : {false, true}) {
      CallingProfile form = profile;
      form.syntax = syntax;
      form.copies_text = copies;
      forms.push_back(form);
    }
  }
  return forms;
}

class Fit {
public:
  Fit(chat::ChatModel& model, std::span<const CallQuestion> questions, const FitProgress& progress,
      const CancelToken& cancel)
      : model_(model), questions_(questions), progress_(progress), cancel_(cancel) {
    for (const CallQuestion& question : questions) {
      if (question.calls.size() == 1 && sample_.size() < kSample) sample_.push_back(&question);
    }
  }

  Result<ProfileReport> run(const ProfileFit& settings) {
    const std::vector<CallingProfile> forms =
        settings.tries_forms ? forms_of(settings.start) : std::vector<CallingProfile>{};
    total_ = forms.size() * sample_.size() + questions_.size();
    ProfileReport report;
    report.profile = settings.start;
    std::size_t most = 0;
    for (const CallingProfile& form : forms) {
      OUTPOST_TRY(const std::size_t right, try_form(form));
      if (&form == &forms.front() || right > most) {
        most = right;
        report.profile = form;
      }
    }
    // Calls are counted by fitted weights, so all are asked for as many as the model would make.
    OUTPOST_CHECK(ask_all(report.profile));
    weigh(report);
    return report;
  }

private:
  Result<std::size_t> try_form(const CallingProfile& form) {
    std::size_t right = 0;
    for (const CallQuestion* question : sample_) {
      OUTPOST_TRY(const Outcome outcome, ask(model_, form, *question, cancel_));
      right += outcome.is_right ? 1 : 0;
      progress_(++done_, total_);
    }
    return right;
  }

  Status ask_all(const CallingProfile& profile) {
    for (const CallQuestion& question : questions_) {
      OUTPOST_TRY(Outcome outcome, ask(model_, profile, question, cancel_));
      // What parts were weighed by says nothing of the whole, and what was right of them is not
      // told.
      if (!outcome.plan.in_parts) outcomes_.push_back(std::move(outcome));
      progress_(++done_, total_);
    }
    return {};
  }

  void weigh(ProfileReport& report) const {
    const auto due = due_examples(outcomes_);
    const auto correct = correct_examples(outcomes_);
    CallingProfile& profile = report.profile;
    std::vector<double> due_weights = fit_signs(due);
    std::vector<double> correct_weights = fit_signs(correct);
    for (double& weight : correct_weights) weight *= kElsewhere;
    correct_weights[static_cast<std::size_t>(CallSign::kBias)] += to_even(correct);
    profile.due = array_of<kCallSigns>(due_weights);
    profile.correct = array_of<kCallSigns>(correct_weights);
    profile.probes = probes_of(due_weights, correct_weights);
    profile.tool = array_of<std::tuple_size_v<ToolWeights>>(fit_listwise(tool_examples(outcomes_)));
    profile.more = array_of<std::tuple_size_v<MoreWeights>>(fit_logistic(more_examples(outcomes_)));
    const std::vector<std::size_t> folds = folds_of(outcomes_);
    report.due = cross_validated(due, folds);
    report.correct = cross_validated(correct, folds);
    report.questions = outcomes_.size();
    double due_count = 0;
    for (const Outcome& outcome : outcomes_) {
      const bool calls = logistic(signs_of(outcome.plan.evidence), due_weights) >= 0.5;
      due_count += outcome.is_due ? 1 : 0;
      report.called += outcome.is_due && calls ? 1 : 0;
      report.refused += !outcome.is_due && !calls ? 1 : 0;
      report.right += (outcome.is_due ? calls && outcome.is_right : !calls) ? 1 : 0;
    }
    const double count = std::max(1.0, static_cast<double>(outcomes_.size()));
    report.right /= count;
    report.called /= std::max(1.0, due_count);
    report.refused /= std::max(1.0, count - due_count);
  }

  chat::ChatModel& model_;
  std::span<const CallQuestion> questions_;
  const FitProgress& progress_;
  const CancelToken& cancel_;
  std::vector<const CallQuestion*> sample_;
  std::vector<Outcome> outcomes_;
  std::size_t done_ = 0;
  std::size_t total_ = 0;
};

} // namespace

Result<ProfileReport> fit_profile(chat::ChatModel& model, std::span<const CallQuestion> questions,
                                  const ProfileFit& settings, const FitProgress& progress,
                                  const CancelToken& cancel) {
  if (questions.size() < kQuestionsMin) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} questions are too few to fit a profile to, {} are needed",
                            questions.size(), kQuestionsMin));
  }
  return Fit(model, questions, progress, cancel).run(settings);
}

} // namespace outpost::agents
