// An approval as JSON: the same over the API and on the command line.
#pragma once
#include <string>

#include "security/approval_book.h"

namespace outpost::security {

std::string approval_json(const StoredApproval& approval);

} // namespace outpost::security
