// outpost doctor: whether this machine is fit to serve.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_doctor(CLI::App& parent, Invocation& invocation);
}
