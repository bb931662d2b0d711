#include "agents/spec/replies_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

Status read_replies(const yaml::YamlNode& node, std::string_view origin, std::vector<Reply>& into) {
  return read_each(node, origin, "replies", [&](const yaml::YamlNode& item) -> Status {
    Reply made;
    yaml::YamlFields fields(item, origin, "a reply");
    fields.required("name", name_into(made.name, origin))
        .optional("description", made.description)
        .optional("examples", made.examples)
        .required("say", made.say);
    OUTPOST_CHECK(fields.finish());
    into.push_back(std::move(made));
    return {};
  });
}

} // namespace outpost::agents
