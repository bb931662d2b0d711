#include "agents/spec/knowledge_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

Status read_knowledge(const yaml::YamlNode& node, std::string_view origin,
                      const std::filesystem::path& folder, KnowledgeSpec& into) {
  std::string documents;
  yaml::YamlFields fields(node, origin, "knowledge");
  fields.required("folder", documents)
      .optional("description", into.description)
      .optional("examples", into.examples);
  OUTPOST_CHECK(fields.finish());
  into.folder = folder / documents;
  return {};
}

} // namespace outpost::agents
