// A session as JSON, for the record of a run.
#pragma once
#include <boost/json.hpp>

#include "agents/run/session.h"

namespace outpost::agents {

boost::json::object to_json(const Session& session); // empty for a fresh session
// Of what to_json() wrote; what is not there or of another type stays empty.
Session session_from_json(const boost::json::object& json);

} // namespace outpost::agents
