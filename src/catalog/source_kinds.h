// The kinds of sources, for source.cpp. `rest` is what follows "scheme://"; errors are
// kInvalidArgument with the form that is expected.
#pragma once
#include "catalog/source.h"

namespace outpost::catalog {

Result<std::unique_ptr<Source>> read_hub_source(std::string_view rest);
Result<std::unique_ptr<Source>> read_registry_source(std::string_view rest);
Result<std::unique_ptr<Source>> read_web_source(std::string_view url);
Result<std::unique_ptr<Source>> read_file_source(std::string_view rest);
Result<std::unique_ptr<Source>> read_pypi_source(std::string_view rest);

// 1 to max_bytes characters of [A-Za-z0-9] and `others`, beginning with a letter or digit; so never
// "..", never an option of a command, never a separator.
bool is_plain_name(std::string_view text, std::string_view others, std::size_t max_bytes = 128);

} // namespace outpost::catalog
