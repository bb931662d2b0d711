#include "agents/tools/files/files_toolset.h"

#include <algorithm>

#include "agents/tools/function/function_toolset.h"
#include "base/utf8.h"
#include "platform/folder_root.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;
using platform::FolderRoot;
using Root = std::shared_ptr<const FolderRoot>; // shared by the tools of one set

Parameter path(std::string name, std::string description) {
  Parameter made = words(std::move(name), std::move(description));
  made.kind.max_length = 1024;
  return made;
}

// What is not there, is there already or is too large is the caller's to mend, and ends no run.
tl::unexpected<Error> tool_error(Error error) {
  if (error.code == ErrorCode::kLimitExceeded || error.code == ErrorCode::kNotFound ||
      error.code == ErrorCode::kConflict) {
    error.code = ErrorCode::kInvalidArgument;
  }
  return fail(std::move(error));
}

FunctionToolset::Function list_files(const Root& root) {
  return [root](const Arguments& arguments, const CallContext&) -> Result<json::value> {
    const auto entries = root->list(arguments.text("folder").value_or(""));
    if (!entries) return tool_error(entries.error());
    json::array list;
    std::string say;
    for (const auto& entry : *entries) {
      list.push_back(json::object{
          {"name", entry.name}, {"folder", entry.is_folder}, {"bytes", entry.size_bytes}});
      say += (say.empty() ? "" : "\n") + entry.name +
             (entry.is_folder ? "/" : " (" + std::to_string(entry.size_bytes) + " bytes)");
    }
    return json::value(
        json::object{{"entries", std::move(list)}, {"say", say.empty() ? "It is empty." : say}});
  };
}

FunctionToolset::Function read_file(const Root& root, std::uint64_t bytes_max) {
  return [root, bytes_max](const Arguments& arguments, const CallContext&) -> Result<json::value> {
    const std::string name = *arguments.text("path");
    const auto text = root->read(name, bytes_max);
    if (!text) return tool_error(text.error());
    if (!is_utf8(*text)) {
      return fail(ErrorCode::kInvalidArgument, "'" + name + "' is no text (UTF-8)");
    }
    return json::value(json::object{
        {"path", name}, {"bytes", text->size()}, {"say", text->empty() ? "It is empty." : *text}});
  };
}

FunctionToolset::Function write_file(const Root& root, std::uint64_t bytes_max, bool replaces) {
  return [root, bytes_max, replaces](const Arguments& arguments,
                                     const CallContext&) -> Result<json::value> {
    const std::string name = *arguments.text("path");
    const std::string text = *arguments.text("text");
    if (text.size() > bytes_max) {
      return fail(ErrorCode::kInvalidArgument, "a text of " + std::to_string(text.size()) +
                                                   " bytes; the limit is " +
                                                   std::to_string(bytes_max));
    }
    const Status status = root->write(name, text, replaces);
    if (!status) return tool_error(status.error());
    return json::value(
        json::object{{"path", name},
                     {"bytes", text.size()},
                     {"say", "Wrote " + std::to_string(text.size()) + " bytes to " + name + "."}});
  };
}

FunctionToolset::Function move_file(const Root& root) {
  return [root](const Arguments& arguments, const CallContext&) -> Result<json::value> {
    const std::string from = *arguments.text("from");
    const std::string to = *arguments.text("to");
    const Status status = root->move(from, to);
    if (!status) return tool_error(status.error());
    return json::value(
        json::object{{"from", from}, {"to", to}, {"say", "Moved " + from + " to " + to + "."}});
  };
}

FunctionToolset::Function make_folder(const Root& root) {
  return [root](const Arguments& arguments, const CallContext&) -> Result<json::value> {
    const std::string name = *arguments.text("path");
    const Status status = root->make_folder(name);
    if (!status) return tool_error(status.error());
    return json::value(json::object{{"path", name}, {"say", "Made the folder " + name + "."}});
  };
}

void add_readers(FunctionToolset& tools, const FilesSection& use, const Root& root,
                 FileTool which) {
  if (which == FileTool::kList) {
    tools.add({.name = "list_files",
               .description = "Lists the files of a folder",
               .examples = {"Which files are there?", "What is in the folder reports?"},
               .parameters = {optional(path("folder", "which folder; all of it if left out"))}},
              list_files(root));
  } else {
    tools.add({.name = "read_file",
               .description = "Reads a text file",
               .examples = {"What does notes.txt say?", "Show me todo.md"},
               .parameters = {path("path", "which file")}},
              read_file(root, use.read_bytes_max));
  }
}

void add_writers(FunctionToolset& tools, const FilesSection& use, const Root& root,
                 FileTool which) {
  Parameter text = words("text", "what to write");
  text.kind.max_length = use.write_bytes_max;
  if (which == FileTool::kWrite) {
    tools.add({.name = "write_file",
               .description = "Writes a new text file",
               .examples = {"Write 'call Ann' into todo.txt"},
               .parameters = {path("path", "the new file"), text},
               .effect = Effect::kReversible},
              write_file(root, use.write_bytes_max, false));
  } else if (which == FileTool::kReplace) {
    tools.add({.name = "replace_file",
               .description = "Replaces what a text file says",
               .examples = {"Overwrite todo.txt with 'done'"},
               .parameters = {path("path", "which file"), text},
               .effect = Effect::kIrreversible},
              write_file(root, use.write_bytes_max, true));
  } else if (which == FileTool::kMove) {
    tools.add({.name = "move_file",
               .description = "Moves or renames a file or a folder",
               .examples = {"Rename a.txt to b.txt", "Move report.md into archive"},
               .parameters = {path("from", "which file"), path("to", "its new path")},
               .effect = Effect::kReversible},
              move_file(root));
  } else {
    tools.add({.name = "make_folder",
               .description = "Makes a folder",
               .examples = {"Make a folder called archive"},
               .parameters = {path("path", "the new folder")},
               .effect = Effect::kReversible},
              make_folder(root));
  }
}

} // namespace

Result<std::unique_ptr<Toolset>> open_files_toolset(const FilesSection& use) {
  OUTPOST_TRY(FolderRoot opened, FolderRoot::open(use.root.string()));
  const Root root = std::make_shared<const FolderRoot>(std::move(opened));
  auto tools = std::make_unique<FunctionToolset>();
  for (const FileTool which : {FileTool::kList, FileTool::kRead, FileTool::kWrite,
                               FileTool::kReplace, FileTool::kMove, FileTool::kMakeFolder}) {
    if (std::find(use.tools.begin(), use.tools.end(), which) == use.tools.end()) continue;
    const bool reads = which == FileTool::kList || which == FileTool::kRead;
    (reads ? add_readers : add_writers)(*tools, use, root, which);
  }
  return std::unique_ptr<Toolset>(std::move(tools));
}

} // namespace outpost::agents
