// Memory within a run: what came back to mind about the request is an event of the run, so that
// going through the run again reads no memory, whatever was remembered or forgotten since.
#pragma once
#include <vector>

#include "agents/memory/memory.h"
#include "agents/run/event.h"
#include "agents/run/journal.h"

namespace outpost::agents {

// `memory` may be null. Nothing is written when nothing comes to mind. Errors: those of the memory
// and of the journal.
Result<std::vector<Recalled::Item>> recall_in_run(Memory* memory, const RecallRequest& request,
                                                  RunJournal& journal);

} // namespace outpost::agents
