// The words that a piece of HTML would show: tags, comments, scripts and styles left out, the usual
// character references read. No layout, no links; any bytes are taken.
#pragma once
#include <string>
#include <string_view>

namespace outpost::agents {

std::string text_of_html(std::string_view html);

} // namespace outpost::agents
