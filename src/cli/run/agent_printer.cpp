#include "cli/run/agent_printer.h"

#include <fmt/format.h>

#include "chat/json_value.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

class Printer {
public:
  explicit Printer(const Streams& streams) : streams_(streams) {}

  std::string operator()(const agents::RunStarted& e) const {
    return fmt::format("{} {} on {}", label("run"), printable(e.agent), printable(e.model));
  }
  std::string operator()(const agents::ToolChosen& e) const {
    std::string text =
        fmt::format("{} {} ({})", label("choose"), styled(streams_, Style::kBold, e.chosen), e.why);
    for (const auto& option : e.options) {
      text += fmt::format("\n           {:<24} {:5.1f} %", printable(option.name),
                          option.probability * 100);
    }
    return text;
  }
  std::string operator()(const agents::ArgumentsFilled& e) const {
    std::string text;
    for (const auto& argument : e.arguments) {
      if (!text.empty()) text += "\n";
      text += fmt::format("{} {} = {} (from {})", label("fill"), printable(argument.name),
                          value(argument.value), printable(argument.origin));
    }
    return text;
  }
  std::string operator()(const agents::CallStarted& e) const {
    return fmt::format("{} {}({})", label("call"), printable(e.tool), value(e.arguments));
  }
  std::string operator()(const agents::CallFinished& e) const {
    return fmt::format("{} {}: {}", label("result"), printable(e.outcome), value(e.content));
  }
  std::string operator()(const agents::ValuesRead&) const { return {}; }
  std::string operator()(const agents::ModelAnswered&) const { return {}; }
  std::string operator()(const agents::Recalled& e) const {
    std::string text;
    for (const auto& item : e.items) {
      if (!text.empty()) text += "\n";
      text += fmt::format("{} {}: {}", label("recall"), item.source, printable(item.text));
    }
    return text;
  }
  std::string operator()(const agents::ModelChosen& e) const {
    const std::string unsure =
        fmt::format("{} {:5.1f} % sure", label("model"), e.probability * 100);
    if (e.kept.empty()) return fmt::format("{}, once more on {}", unsure, printable(e.model));
    return fmt::format("{}, not on {}: {}", unsure, printable(e.model), printable(e.kept));
  }
  std::string operator()(const agents::Escalated& e) const {
    if (!e.kept.empty()) return fmt::format("{} stays here: {}", label("hard"), e.kept);
    if (!e.error.empty()) return fmt::format("{} {}", label("hard"), printable(e.error));
    const std::string what =
        e.tool.empty() ? "nothing" : printable(e.tool) + "(" + value(e.arguments) + ")";
    return fmt::format("{} {} suggests {} for {}", label("hard"), printable(e.place), what,
                       to_string(e.cost));
  }
  std::string operator()(const agents::ApprovalAsked& e) const {
    return fmt::format("{} {} for {}({}){}", label("approve"), e.approval, printable(e.tool),
                       value(e.arguments), e.role.empty() ? "" : " by a " + printable(e.role));
  }
  std::string operator()(const agents::ApprovalAnswered& e) const {
    return fmt::format("{} {}: {}", label("approve"), e.approval, e.state);
  }
  std::string operator()(const agents::RunWaiting& e) const {
    return fmt::format("{} for approval {}", label("wait"), e.approval);
  }
  std::string operator()(const agents::RunStopped& e) const {
    return fmt::format("{} {}", label("stop"), printable(e.message));
  }
  std::string operator()(const agents::Answered&) const { return {}; }
  std::string operator()(const agents::RunFinished& e) const {
    const agents::RunUsage& usage = e.usage;
    std::string text = fmt::format("{} {}: {} steps, {} calls, {} tokens, {:.2f} s", label("end"),
                                   to_string(e.end), usage.steps, usage.tool_calls, usage.tokens,
                                   static_cast<double>(usage.time.count()) / 1e3);
    if (!e.error.empty()) text += "; " + printable(e.error);
    return text;
  }

private:
  static std::string value(const boost::json::value& json) {
    return printable(chat::json_text(json));
  }
  [[nodiscard]] std::string label(std::string_view word) const {
    return styled(streams_, Style::kCyan, fmt::format("{:>8}", word));
  }

  const Streams& streams_;
};

// What an outcome is as an error of the command, if it is one.
Status end_status(const agents::RunOutcome& outcome) {
  switch (outcome.end) {
  case agents::RunEnd::kDone: return {};
  case agents::RunEnd::kFailed:
    return fail(ErrorCode::kInternal, "the run failed", "outpost runs show " + outcome.run_id);
  case agents::RunEnd::kBudget:
    return fail(ErrorCode::kLimitExceeded, "the run used up its budget",
                "outpost runs show " + outcome.run_id);
  case agents::RunEnd::kCancelled: return fail(ErrorCode::kCancelled, "cancelled");
  case agents::RunEnd::kWaiting:
    return fail(ErrorCode::kUnavailable, "the run waits for approval " + outcome.waits_for,
                "outpost approvals approve " + outcome.waits_for + " && outpost runs resume " +
                    outcome.run_id);
  }
  return {};
}

std::string outcome_json(const agents::RunOutcome& outcome) {
  JsonObject usage;
  usage.add("steps", outcome.usage.steps);
  usage.add("tool_calls", outcome.usage.tool_calls);
  usage.add("tokens", outcome.usage.tokens);
  usage.add("time_ms", outcome.usage.time.count());
  JsonObject object;
  object.add("run", outcome.run_id);
  object.add("end", to_string(outcome.end));
  object.add("kind", to_string(outcome.kind));
  object.add("text", outcome.text);
  if (!outcome.waits_for.empty()) object.add("waits_for", outcome.waits_for);
  object.add_raw("usage", usage.text());
  return object.text();
}

} // namespace

std::string event_text(const Streams& streams, const agents::RunEvent& event) {
  return std::visit(Printer(streams), event.body);
}

agents::RunObserver print_events(const Streams& streams) {
  return [&streams](const agents::RunEvent& event) {
    const std::string text = event_text(streams, event);
    if (!text.empty()) streams.err << text << "\n";
  };
}

Status print_outcome(const Streams& streams, const agents::RunOutcome& outcome, bool json) {
  if (json) {
    streams.out << outcome_json(outcome) << "\n";
  } else if (!outcome.text.empty()) {
    streams.out << printable(outcome.text) << "\n" << std::flush;
  }
  return end_status(outcome);
}

} // namespace outpost::cli
