#include "cli/run/agent_printer.h"

#include <fmt/format.h>

#include "chat/json_value.h"

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

} // namespace

std::string event_text(const Streams& streams, const agents::RunEvent& event) {
  return std::visit(Printer(streams), event.body);
}

} // namespace outpost::cli
