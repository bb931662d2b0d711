// Names as the request writes them, where a draft has them a little otherwise: cut short, with a
// letter lost, or with words that belong to the slot and not to its value.
#pragma once
#include <string>
#include <string_view>

#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// Each gives the text back where its rule does not apply.

// "Christian" where the request only has "Christianity": a name that was cut inside a word is
// written to its end. Of other words shorter forms are meant ("walk" for "walking").
std::string whole_name(std::string_view text, const RequestValues& request);

// "14 Hill Road" where the request only has "14C Hill Road": a word that lost its last letters is
// as the request has it.
std::string with_lost_letters(std::string_view text, const RequestValues& request);

// "Kansas" where the request says "Kansas City": that is another place.
std::string whole_town(const SlotSchema& slot, std::string_view text, const RequestValues& request);

// "the theory of evolution" where the request writes the article small: it is no part of the name.
std::string_view without_article(std::string_view text, const RequestValues& request);

// "matt finish" for the slot `finish`, "Kent county" for `county`.
std::string_view without_own_noun(const SlotSchema& slot, std::string_view text,
                                  const RequestValues& request);

} // namespace outpost::agents
