// How often a model's calls are right, through the pipeline, in one process:
//
//   build/release/tests/agents/eval_calls MODEL.gguf QUESTIONS.jsonl OUT.jsonl [NAME=VALUE]...
//
// A question is {"id", "messages": [{"role", "content"}], "tools": [{"name", "description",
// "parameters"}]}; a line of OUT is {"id", "calls": [[name, arguments]], "evidence", "seconds",
// "rows" (tokens that the model computed)}. What the model said is kept beside it, so that a change
// of rules asks only what is new; `remembers=0` asks all anew, for seconds and rows.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "agents/calling/call_pipeline.h"
#include "agents/remembering_model.h"
#include "app/call_profiles.h"
#include "app/chat_model.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

chat::Prompt prompt_of(const json::object& question) {
  chat::Prompt prompt;
  for (const json::value& message : question.at("messages").as_array()) {
    const auto role = chat::parse_role(text_of(message.as_object(), "role"));
    chat::Message out;
    out.role = role.value_or(chat::Role::kUser);
    out.text = text_of(message.as_object(), "content");
    prompt.messages.push_back(std::move(out));
  }
  for (const json::value& tool : question.at("tools").as_array()) {
    prompt.tools.push_back({text_of(tool.as_object(), "name"),
                            text_of(tool.as_object(), "description"),
                            chat::json_text(tool.at("parameters"))});
  }
  return prompt;
}

// What one question took.
struct Cost {
  double seconds = 0;
  std::uint64_t rows = 0;
};

json::object record_of(const json::object& question, const Result<CallPlan>& plan,
                       const Cost& cost) {
  json::object record{{"id", question.at("id")},
                      {"seconds", cost.seconds},
                      {"rows", cost.rows},
                      {"error", nullptr}};
  json::array calls;
  json::object evidence;
  if (!plan) {
    record["error"] = plan.error().message;
  } else {
    for (const PlannedCall& call : plan->calls) {
      calls.push_back(json::array{json::value(call.tool), json::value(call.arguments)});
    }
    for (std::size_t i = 0; i < kCallSigns; ++i) {
      evidence[to_string(static_cast<CallSign>(i))] = plan->evidence.values()[i];
    }
    record["usage"] = {{"prompt_tokens", plan->usage.prompt_tokens},
                       {"completion_tokens", plan->usage.completion_tokens}};
    record["p"] = {plan->call_probability, plan->correct_probability};
  }
  if (plan) {
    json::array steps;
    for (const MoreStep& step : plan->steps) {
      steps.emplace_back(json::array(step.signs.begin(), step.signs.end()));
    }
    record["steps"] = std::move(steps);
  }
  record["calls"] = std::move(calls);
  record["evidence"] = std::move(evidence);
  return record;
}

bool set(CallingProfile& profile, std::string_view setting) {
  const auto equals = setting.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = setting.substr(0, equals);
  const std::string value(setting.substr(equals + 1));
  if (bool* mechanism = find_mechanism(profile, name)) {
    *mechanism = value == "1";
  } else if (name == "profile") {
    std::ifstream file(value);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto json = chat::parse_json(text);
    const auto read = json ? read_profile(*json) : Result<CallingProfile>(fail(json.error()));
    if (!read) return false;
    profile = *read;
  } else if (name == "examples") {
    profile.examples = std::strtoul(value.c_str(), nullptr, 10);
  } else if (name == "syntax") {
    profile.syntax = parse_call_syntax(value).value_or(profile.syntax);
  } else {
    return false;
  }
  return true;
}

int run(int argc, char** argv) {
  CallingProfile profile = app::default_profile(argv[1]);
  bool remembers = true;
  for (int i = 4; i < argc; ++i) {
    if (argv[i] == std::string_view("remembers=0")) {
      remembers = false;
    } else if (!set(profile, argv[i]))
      return std::fprintf(stderr, "what is %s?\n", argv[i]), 2;
  }
  app::ChatModelSettings settings;
  settings.kv_tokens = 32768;
  settings.threads = 1; // others share the machine
  const auto local = app::open_local_model(argv[1], "model", settings, {});
  if (!local) return std::fprintf(stderr, "%s\n", local.error().message.c_str()), 1;
  RememberingModel remembering(*local->model, std::string(argv[1]) + ".said");
  profile = fitted_to(local->model->info().context_tokens, profile);
  CallPipeline pipeline(remembers ? remembering : *local->model, profile);
  std::ifstream in(argv[2]);
  std::ofstream out(argv[3]);
  for (std::string line; std::getline(in, line);) {
    const auto question = chat::parse_json(line);
    if (!question) return std::fprintf(stderr, "%s\n", question.error().message.c_str()), 1;
    const chat::Prompt prompt = prompt_of(question->as_object());
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t rows = local->gauges().rows;
    const auto plan =
        prompt.tools.empty() ? Result<CallPlan>(CallPlan{}) : pipeline.plan({.prompt = prompt}, {});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const Cost cost{took.count(), local->gauges().rows - rows};
    out << chat::json_text(record_of(question->as_object(), plan, cost)) << "\n";
  }
  return 0;
}

} // namespace
} // namespace outpost::agents

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "eval_calls MODEL QUESTIONS OUT [NAME=VALUE]...\n"), 2;
  return outpost::agents::run(argc, argv);
}
