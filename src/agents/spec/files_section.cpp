#include "agents/spec/files_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

using yaml::YamlNode;

Status read_files(const YamlNode& node, std::string_view origin,
                  const std::filesystem::path& folder, FilesSection& into) {
  constexpr std::uint64_t kBytesMax = 16U << 20U;
  std::string root;
  yaml::YamlFields fields(node, origin, "files");
  fields.required("root", root)
      .optional(
          "tools",
          [&](const YamlNode& list) {
            into.tools.clear();
            return read_each(list, origin, "tools over files", [&](const YamlNode& item) -> Status {
              OUTPOST_TRY(const std::size_t word,
                          read_word(item, origin,
                                    {"list", "read", "write", "replace", "move", "make_folder"}));
              into.tools.push_back(static_cast<FileTool>(word));
              return {};
            });
          })
      .optional("read_bytes", count_into(into.read_bytes_max, kBytesMax, origin))
      .optional("write_bytes", count_into(into.write_bytes_max, kBytesMax, origin));
  OUTPOST_CHECK(fields.finish());
  into.root = folder / root;
  return {};
}

} // namespace outpost::agents
