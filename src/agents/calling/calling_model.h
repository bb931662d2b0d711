// A ChatModel whose tool calls come from the pipeline (call_pipeline.h) instead of being generated
// and parsed. Everything else goes to the model behind it as it is: requests without tools, those
// whose last message is a tool's answer (the model then writes), and those that ask for generation.
#pragma once
#include <memory>

#include "agents/calling/calling_profile.h"
#include "chat/forwarding_model.h"

namespace outpost::agents {

class CallingModel final : public chat::ForwardingModel {
public:
  CallingModel(std::unique_ptr<chat::ChatModel> model, const CallingProfile& profile)
      : model_(std::move(model)), profile_(profile) {}

  // With a plan: one ToolCallEvent for each call, then Finished with kToolCalls. Without a call due
  // the model answers in words, told of no tools.
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;

private:
  [[nodiscard]] chat::ChatModel& behind() const override { return *model_; }

  std::unique_ptr<chat::ChatModel> model_;
  CallingProfile profile_;
};

// Does this request's calls come from the pipeline?
bool wants_plan(const chat::ChatRequest& request);

} // namespace outpost::agents
