// The machine's roofs, for people and as JSON.
#pragma once
#include <ostream>
#include <string>

#include "kernels/probe/machine_probe.h"

namespace outpost::cli {

std::string probe_json(const kernels::probe::MachineProbe& probe);
void print_probe(std::ostream& out, const kernels::probe::MachineProbe& probe);

} // namespace outpost::cli
