#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "api/fields.h"

namespace outpost::api {
namespace {

// Reads a body as a request with every kind of field.
std::optional<Problem> read(std::string_view body) {
  const auto object = parse_body(body);
  if (!object) return object.error();
  Mistakes mistakes;
  {
    Fields fields(*object, "", mistakes);
    (void)fields.required_text("name");
    (void)fields.number("number", 0, 2);
    (void)fields.integer("count", 1, 10);
    (void)fields.flag("flag");
    fields.ignore({"user"});
    fields.refuse({"audio"}, "is not supported");
    if (const auto* inner = fields.object("inner")) {
      Fields more(*inner, "inner", mistakes);
      (void)more.array("list");
    }
  }
  return mistakes.first();
}

TEST(Fields, AcceptsWhatIsGoodAndNulls) {
  for (const char* body :
       {R"({"name": "x"})", R"({"name": "x", "number": 2, "count": 1.0, "flag": true})",
        R"({"name": "x", "number": null, "count": null, "flag": null, "inner": null})",
        R"({"name": "x", "user": {"any": ["thing"]}, "inner": {"list": []}})"}) {
    const auto problem = read(body);
    EXPECT_FALSE(problem) << body << ": " << problem->message;
  }
}

TEST(Fields, NamesTheFirstMistake) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({})", "name"},
      {R"({"name": 3})", "name"},
      {R"({"name": "x", "number": 2.1})", "number"},
      {R"({"name": "x", "number": "1"})", "number"},
      {R"({"name": "x", "number": 1e999})", "number"},
      {R"({"name": "x", "count": 0})", "count"},
      {R"({"name": "x", "count": 2.5})", "count"},
      {R"({"name": "x", "count": 1e300})", "count"},
      {R"({"name": "x", "flag": 1})", "flag"},
      {R"({"name": "x", "audio": {}})", "audio"},
      {R"({"name": "x", "inner": []})", "inner"},
      {R"({"name": "x", "inner": {"list": {}}})", "inner.list"},
      {R"({"name": "x", "inner": {"other": 1}})", "inner.other"},
      {R"({"name": "x", "unknown": 1})", "unknown"},
  };
  for (const auto& [body, parameter] : wrong) {
    const auto problem = read(body);
    ASSERT_TRUE(problem) << body;
    EXPECT_EQ(problem->status, 400);
    EXPECT_EQ(problem->parameter, parameter) << body;
  }
}

TEST(Fields, BodiesThatAreNoObjects) {
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("{"),
        std::string("{\"a\": NaN}"), std::string("{\"a\": 1} x"), std::string("{\"a\": \"\xff\"}"),
        std::string("{'a': 1}"), std::string("\xef\xbb\xbf{}"), std::string(100'000, '['),
        R"({"a": )" + std::string(65, '[') + std::string(65, ']') + "}"}) {
    const auto parsed = parse_body(body);
    ASSERT_FALSE(parsed) << body.substr(0, 40);
    EXPECT_EQ(parsed.error().status, 400);
  }
}

} // namespace
} // namespace outpost::api
