// Puts every call into the run's log: its intention before it is made, durably, and its outcome
// after. Stands innermost of the wrappers, so that a call that a rule refused was never "started".
#pragma once
#include "agents/run/journal.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

class RecordingToolset final : public WrapperToolset {
public:
  // `journal` outlives this.
  RecordingToolset(Toolset& inner, RunJournal& journal)
      : WrapperToolset(inner), journal_(journal) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  RunJournal& journal_;
};

} // namespace outpost::agents
