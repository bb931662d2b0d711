#include "agents/spec/larger_models_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

yaml::YamlFields::Reader larger_models_into(LargerModelsSpec& into, std::string_view origin) {
  return [&into, origin](const yaml::YamlNode& node) -> Status {
    constexpr std::size_t kModelsMost = 8;
    yaml::YamlFields fields(node, origin, "larger models");
    fields
        .required("names",
                  [&](const yaml::YamlNode& names) -> Status {
                    OUTPOST_TRY(into.names, yaml::read_texts(names, origin));
                    if (!into.names.empty() && into.names.size() <= kModelsMost) return {};
                    return yaml_error(origin, names.place,
                                      "expected 1 to 8 models, in order of size");
                  })
        .optional("below", share_into(into.below, origin));
    return fields.finish();
  };
}

} // namespace outpost::agents
