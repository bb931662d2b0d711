// outpost profile MODEL: fits how a model is asked to call tools, and keeps it with the model.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_profile(CLI::App& parent, Invocation& invocation);
}
