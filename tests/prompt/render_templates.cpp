// render_templates NOW_MS: reads a JSON array of {"template", "variables"} (both texts, the second
// JSON) and prints a JSON array of {"text"} or {"error"}, one for each. render_templates of
// FILE...: prints a JSON array of the templates inside model files, null for none.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "gguf/gguf.h"
#include "prompt/template_renderer.h"

namespace {

namespace json = boost::json;

json::object render(const json::value& task, std::int64_t now_ms) {
  const std::string source(task.at("template").as_string());
  const std::string variables(task.at("variables").as_string());
  const auto compiled = outpost::prompt::compile_template(source);
  if (!compiled) return {{"error", compiled.error().message}};
  const auto text = (*compiled)->render(variables, now_ms);
  if (!text) return {{"error", text.error().message}};
  return {{"text", *text}};
}

json::value template_in(const char* path) {
  const auto file = outpost::gguf::File::open(path);
  if (!file) {
    std::fprintf(stderr, "%s\n", file.error().message.c_str());
    return nullptr;
  }
  const auto source = file->get_string("tokenizer.chat_template");
  return source ? json::value(*source) : json::value(nullptr);
}

int print_templates(int count, char** paths) {
  json::array templates;
  for (int i = 0; i < count; ++i) templates.push_back(template_in(paths[i]));
  std::cout << json::serialize(templates) << "\n";
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "of") return print_templates(argc - 2, argv + 2);
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s NOW_MS < TASKS, or %s of FILE...\n", argv[0], argv[0]);
    return 2;
  }
  const std::string input((std::istreambuf_iterator<char>(std::cin)),
                          std::istreambuf_iterator<char>());
  json::error_code error;
  const json::value tasks = json::parse(input, error);
  if (error || !tasks.is_array()) {
    std::fprintf(stderr, "the tasks are not a JSON array\n");
    return 2;
  }
  json::array results;
  for (const json::value& task : tasks.as_array()) {
    results.push_back(render(task, std::atoll(argv[1])));
  }
  std::cout << json::serialize(results) << "\n";
  return 0;
}
