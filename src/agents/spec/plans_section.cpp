#include "agents/spec/plans_section.h"

#include "agents/spec/sql_tools_section.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr std::size_t kPlansMax = 64;
constexpr std::size_t kStepsMax = 16;

class PlansReader {
public:
  PlansReader(std::string_view origin, const ValueKinds& kinds) : origin_(origin), kinds_(kinds) {}

  Result<Plan> plan(const YamlNode& node) const {
    Plan plan;
    YamlFields fields(node, origin_, "a plan");
    fields.required("name", name_into(plan.tool.name, origin_))
        .required("description", plan.tool.description)
        .required("kind",
                  [&](const YamlNode& value) -> Status {
                    OUTPOST_TRY(const std::size_t word,
                                read_word(value, origin_,
                                          {"fetch-then-act", "search-filter-rank",
                                           "read-transform-write", "compare", "schedule"}));
                    plan.kind = static_cast<PlanKind>(word);
                    return {};
                  })
        .optional("examples", plan.tool.examples)
        .optional("parameters",
                  [&](const YamlNode& value) {
                    return read_parameters(value, origin_, kinds_, plan.tool);
                  })
        .required("steps", [&](const YamlNode& value) { return steps(value, plan.steps); })
        .optional("say", plan.say);
    OUTPOST_CHECK(fields.finish());
    return plan;
  }

private:
  Status steps(const YamlNode& node, std::vector<PlanStep>& into) const {
    const Status read = read_each(node, origin_, "steps", [&](const YamlNode& item) -> Status {
      PlanStep step;
      YamlFields fields(item, origin_, "a step");
      fields.required("name", name_into(step.name, origin_))
          .optional("tool", name_into(step.tool, origin_))
          .optional("with", [&](const YamlNode& value) { return texts_by_name(value, step.with); })
          .optional("from", step.from)
          .optional("where", [&](const YamlNode& value) { return tests(value, step.where); })
          .optional("by", step.by)
          .optional("descending", step.descending)
          .optional("keep", count_into(step.keep, 1000, origin_))
          .optional("otherwise", name_into(step.otherwise, origin_));
      OUTPOST_CHECK(fields.finish());
      if (step.tool.empty() == step.from.empty()) {
        return yaml_error(origin_, item.place, "a step has either a 'tool' or rows 'from' steps");
      }
      into.push_back(std::move(step));
      return {};
    });
    if (!read) return read;
    if (!into.empty() && into.size() <= kStepsMax) return {};
    return yaml_error(origin_, node.place,
                      "a plan has 1 to " + std::to_string(kStepsMax) + " steps");
  }

  Status texts_by_name(const YamlNode& node,
                       std::vector<std::pair<std::string, std::string>>& into) const {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin_, node.place, "expected values by name");
    }
    for (const auto& [key, value] : entries_of(node)) {
      OUTPOST_TRY(std::string text, read_text(value, origin_));
      into.emplace_back(key.scalar, std::move(text));
    }
    return {};
  }

  Status tests(const YamlNode& node, std::vector<RowTest>& into) const {
    return read_each(node, origin_, "tests", [&](const YamlNode& item) -> Status {
      RowTest test;
      const auto add = [&](YamlFields& fields, const char* key, RowTest::Is is) {
        fields.optional(key, [this, &test, is](const YamlNode& value) -> Status {
          OUTPOST_TRY(test.value, read_text(value, origin_));
          test.is = is;
          return {};
        });
      };
      YamlFields fields(item, origin_, "a test");
      fields.required("column", test.column);
      add(fields, "equal", RowTest::Is::kEqual);
      add(fields, "at_least", RowTest::Is::kAtLeast);
      add(fields, "at_most", RowTest::Is::kAtMost);
      add(fields, "containing", RowTest::Is::kContaining);
      OUTPOST_CHECK(fields.finish());
      into.push_back(std::move(test));
      return {};
    });
  }

  std::string_view origin_;
  const ValueKinds& kinds_;
};

} // namespace

std::string_view to_string(PlanKind kind) {
  switch (kind) {
  case PlanKind::kFetchThenAct: return "fetch-then-act";
  case PlanKind::kSearchFilterRank: return "search-filter-rank";
  case PlanKind::kReadTransformWrite: return "read-transform-write";
  case PlanKind::kCompare: return "compare";
  case PlanKind::kSchedule: return "schedule";
  }
  return "schedule";
}

Status read_plans(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                  std::vector<Plan>& into) {
  const PlansReader reader(origin, kinds);
  const Status read = read_each(node, origin, "plans", [&](const YamlNode& item) -> Status {
    OUTPOST_TRY(Plan plan, reader.plan(item));
    into.push_back(std::move(plan));
    return {};
  });
  if (!read) return read;
  if (into.size() <= kPlansMax) return {};
  return yaml_error(origin, node.place,
                    "an agent has at most " + std::to_string(kPlansMax) + " plans");
}

} // namespace outpost::agents
