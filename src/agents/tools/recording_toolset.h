// Puts every call into the run's log: its intention before it is made, durably, and its outcome
// after. Stands innermost of the wrappers, so that a call that a rule refused was never "started".
// Where the run's record has the outcome already, the call is not made again. Where the record ends
// between the two, a reading call is made; what a changing one did nobody knows, so it is not.
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
  Result<ToolResult> recorded(const Call& call);

  RunJournal& journal_;
};

} // namespace outpost::agents
