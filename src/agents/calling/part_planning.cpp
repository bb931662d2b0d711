#include "agents/calling/part_planning.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "agents/calling/call_drafter.h"
#include "agents/calling/call_planning.h"
#include "agents/calling/literal_lists.h"

namespace outpost::agents {
namespace {

// Parts of a request are wishes of their own where p(a call is due) has this geometric mean over
// them, or where they are that many.
constexpr double kMeanPartOdds = 0.54;
constexpr std::size_t kSurelySeveral = 4;

// The prompt with only that part of what is asked last.
chat::Prompt with_request(const chat::Prompt& prompt, const std::string& text) {
  chat::Prompt part = prompt;
  for (std::size_t i = part.messages.size(); i-- > 0;) {
    if (part.messages[i].role != chat::Role::kUser) continue;
    part.messages[i].text = text;
    break;
  }
  return part;
}

// Does the tool need a list that the part does not have and what stands before it has?
bool lacks_list(const CallableTool& tool, std::string_view part, std::string_view before) {
  const bool wants = std::ranges::any_of(tool.slots, [](const SlotSchema& slot) {
    return slot.required && slot.type == SlotType::kArray;
  });
  return wants && find_literal_lists(part).empty() && !find_literal_lists(before).empty();
}

// A request part by part, each with its tool alone.
class PartPlanning {
public:
  PartPlanning(chat::ChatModel& model, const CallingProfile& profile, const PlanRequest& request,
               const CancelToken& cancel, chat::Usage& usage)
      : model_(model), profile_(profile), request_(request), cancel_(cancel),
        text_(last_request(request.prompt.messages)), usage_(usage) {}

  // None when the parts, looked at one by one, are no wishes after all.
  Result<std::optional<CallPlan>> run(const std::vector<RequestSegment>& segments,
                                      const std::vector<CallableTool>& tools) {
    std::vector<CallPlan> parts;
    std::size_t calls = 0;
    for (const RequestSegment& segment : segments) {
      if (calls >= kCallsMax) break;
      OUTPOST_TRY(CallPlan part, planned(segment, tools[segment.tool]));
      calls += part.calls.size();
      parts.push_back(std::move(part));
    }
    if (!are_wishes(segments, parts)) return std::optional<CallPlan>();
    return std::optional(joined(std::move(parts)));
  }

private:
  // What the part does not say ("... and on the same day") may stand before it.
  Result<CallPlan> planned(const RequestSegment& segment, const CallableTool& tool) {
    const std::vector<CallableTool> tools{tool};
    const std::string so_far = text_.substr(0, segment.end);
    if (lacks_list(tool, segment.text, so_far)) return asked(so_far, segment.text, tools);
    OUTPOST_TRY(CallPlan part, asked(segment.text, {}, tools));
    const double missing = part.evidence[CallSign::kMissing];
    if (missing == 0) return part;
    OUTPOST_TRY(CallPlan whole, asked(so_far, segment.text, tools));
    return whole.evidence[CallSign::kMissing] < missing ? std::move(whole) : std::move(part);
  }

  Result<CallPlan> asked(const std::string& text, std::string_view about,
                         const std::vector<CallableTool>& tools) {
    const chat::Prompt prompt = with_request(request_.prompt, text);
    const PlanRequest request{.principal = request_.principal,
                              .prompt = prompt,
                              .must_call = true,
                              .single_call = !about.empty()};
    OUTPOST_TRY(CallPlan plan, plan_calls(model_, profile_, request, tools, about, cancel_));
    add_usage(usage_, plan.usage);
    return plan;
  }

  [[nodiscard]] static bool are_wishes(const std::vector<RequestSegment>& segments,
                                       const std::vector<CallPlan>& parts) {
    double log_sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      log_sum += std::log(std::max(parts[i].call_probability, 1e-3));
      // Of two calls of one tool, one that lacks something is a part of the other.
      const auto alike = std::ranges::count(segments, segments[i].tool, &RequestSegment::tool);
      if (alike > 1 && parts[i].evidence[CallSign::kMissing] > 0) return false;
    }
    return parts.size() >= kSurelySeveral ||
           log_sum / static_cast<double>(parts.size()) > std::log(kMeanPartOdds);
  }

  [[nodiscard]] CallPlan joined(std::vector<CallPlan> parts) const {
    CallPlan plan = std::move(parts.front());
    for (CallPlan& part : std::span(parts).subspan(1)) {
      std::ranges::move(part.calls, std::back_inserter(plan.calls));
      std::ranges::move(part.choices, std::back_inserter(plan.choices));
      std::ranges::move(part.steps, std::back_inserter(plan.steps));
      plan.call_probability = std::max(plan.call_probability, part.call_probability);
      plan.correct_probability *= part.correct_probability;
    }
    plan.evidence[CallSign::kCalls] = 1;
    plan.in_parts = true;
    plan.usage = usage_;
    const bool is_due = request_.must_call || !profile_.refuses || plan.call_probability >= 0.5;
    if (!is_due) plan.calls.clear();
    if (plan.calls.size() > kCallsMax) plan.calls.resize(kCallsMax);
    return plan;
  }

  chat::ChatModel& model_;
  const CallingProfile& profile_;
  const PlanRequest& request_;
  const CancelToken& cancel_;
  std::string text_;
  chat::Usage& usage_;
};

} // namespace

Result<std::optional<CallPlan>> plan_parts(chat::ChatModel& model, const CallingProfile& profile,
                                           const PlanRequest& request,
                                           const std::vector<RequestSegment>& segments,
                                           const std::vector<CallableTool>& tools,
                                           chat::Usage& usage, const CancelToken& cancel) {
  return PartPlanning(model, profile, request, cancel, usage).run(segments, tools);
}

} // namespace outpost::agents
