// Tools over the files of one folder, and nothing beyond it: list, read, write, replace, move, make
// folders. Writing makes new files; replacing one is a tool of its own, because it cannot be
// undone.
#pragma once
#include <memory>

#include "agents/spec/files_section.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

// list_files(folder), read_file(path), write_file(path, text), replace_file(path, text),
// move_file(from, to), make_folder(path). Errors: those of FolderRoot::open. A result that holds a
// file's text is UTF-8; other files cannot be read with these tools.
Result<std::unique_ptr<Toolset>> open_files_toolset(const FilesSection& use);

} // namespace outpost::agents
