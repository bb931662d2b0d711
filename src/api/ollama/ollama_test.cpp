#include <gmock/gmock.h>

#include "api/ollama/chat_request.h"
#include "api/ollama/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api::ollama {
namespace {

using testing::ApiFixture;
using ::testing::HasSubstr;

class OllamaTest : public ApiFixture {
protected:
  void serve(Script script) { ApiFixture::serve(std::move(script), add_routes); }
  static std::vector<boost::json::value> lines(const std::string& body) {
    std::vector<boost::json::value> out;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t end = body.find('\n', at);
      out.push_back(boost::json::parse(body.substr(at, end - at)));
      at = end + 1;
    }
    return out;
  }
};

TEST_F(OllamaTest, ChatIsAStreamOfLinesUnlessAskedOtherwise) {
  serve({{"Hello there.", {}, {}}, {"Hello there.", {}, {}}});
  const std::string body =
      R"({"model": "tiny:latest", "messages": [{"role": "user", "content": "Hi"}])";
  const auto stream = post("/api/chat", body + "}");
  EXPECT_THAT(stream.head, HasSubstr("application/x-ndjson"));
  const auto all = lines(stream.body);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].at("message").at("content"), "Hello there.");
  EXPECT_EQ(all[0].at("done"), false);
  EXPECT_EQ(all[1].at("done_reason"), "stop");
  EXPECT_EQ(all[1].at("eval_count"), 2);
  const auto whole = post("/api/chat", body + R"(, "stream": false})").json();
  EXPECT_EQ(whole.at("message").at("content"), "Hello there.");
  EXPECT_EQ(whole.at("done"), true);
}

TEST_F(OllamaTest, CallsHaveArgumentsAsObjects) {
  serve({{"", {{"aaaaaaaaa", "f", R"({"x": 1})"}}, {}}});
  const auto answer = post("/api/chat", R"({"model": "tiny", "stream": false,
      "tools": [{"type": "function", "function": {"name": "f"}}],
      "messages": [{"role": "user", "content": "a"},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 0}}}]},
        {"role": "tool", "content": "one"}]})")
                          .json();
  EXPECT_EQ(answer.at("message").at("tool_calls").at(0).at("function").at("arguments").at("x"), 1);
  const auto request = only_request();
  ASSERT_EQ(request.prompt.messages.size(), 3u);
  EXPECT_EQ(request.prompt.messages[1].tool_calls.at(0).id,
            request.prompt.messages[2].tool_call_id);
}

TEST_F(OllamaTest, GenerateUsesTheTemplateUnlessRaw) {
  serve({{"a", {}, {}}, {"b", {}, {}}});
  EXPECT_EQ(
      post("/api/generate", R"({"model": "tiny", "prompt": "p", "system": "s", "stream": false})")
          .json()
          .at("response"),
      "a");
  post("/api/generate", R"({"model": "tiny", "prompt": "p", "raw": true, "stream": false})");
  const auto requests = model_->requests();
  EXPECT_EQ(requests[0].prompt.messages.size(), 2u);
  EXPECT_EQ(requests[1].prompt.text, "p");
  const auto load = post("/api/generate", R"({"model": "tiny"})").json();
  EXPECT_EQ(load.at("done_reason"), "load");
  EXPECT_EQ(post("/api/generate", R"({"model": "tiny", "keep_alive": 0})").json().at("done_reason"),
            "unload");
  EXPECT_EQ(model_->requests().size(), 2u);
}

TEST(OllamaRequest, OptionsAndFormats) {
  const auto read = [](const std::string& more) {
    return read_chat_request(
        R"({"model": "m", "messages": [{"role": "user", "content": "x"}], )" + more + "}", {});
  };
  const auto good = read(R"("format": "json", "keep_alive": "5m", "think": false, "options":
      {"temperature": 0, "num_predict": 7, "num_ctx": 4096, "stop": ["a"], "seed": 3, "repeat_penalty": 1.1})");
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->generation.chat.max_tokens, 7u);
  EXPECT_EQ(good->keep_alive, std::chrono::minutes(5));
  EXPECT_EQ(good->generation.chat.sampling.seed, 3u);
  EXPECT_TRUE(good->generation.chat.constraint);
  const std::pair<const char*, const char*> wrong[] = {
      {R"("options": {"mirostat": 1})", "options.mirostat"},
      {R"("options": {"nonsense": 1})", "options.nonsense"},
      {R"("format": 3)", "format"},
      {R"("keep_alive": "soon")", "keep_alive"},
      {R"("think": "much")", "think"},
      {R"("images": ["x"])", "images"},
  };
  for (const auto& [more, parameter] : wrong) {
    const auto request = read(more);
    ASSERT_FALSE(request) << more;
    EXPECT_EQ(request.error().parameter, parameter);
  }
}

TEST_F(OllamaTest, ErrorsAndLists) {
  serve({});
  const auto none =
      post("/api/chat", R"({"model": "none", "messages": [{"role": "user", "content": "x"}]})");
  EXPECT_EQ(none.status, 404);
  EXPECT_THAT(none.json().at("error").as_string().c_str(), HasSubstr("none"));
  EXPECT_EQ(ask("GET", "/api/tags").json().at("models").at(0).at("name"), "tiny");
  EXPECT_EQ(ask("GET", "/api/ps").json().at("models").at(0).at("name"), "tiny");
  EXPECT_EQ(post("/api/show", R"({"model": "tiny"})").status, 200);
  EXPECT_EQ(ask("GET", "/api/version").status, 200);
  EXPECT_EQ(post("/api/push", "{}").status, 404);
}

// A shelf with one model, "here".
class FakeShelf final : public ModelShelf {
public:
  Result<std::string> pull(const std::string& what,
                           const std::function<void(const PullStep&)>& step,
                           const CancelToken&) override {
    step({"pulling", what, 5, 10});
    if (what != "good") return outpost::fail(ErrorCode::kNotFound, "no such model");
    return std::string("abc");
  }
  Status copy(const std::string& from, const std::string&) override { return remove(from); }
  Status remove(const std::string& name) override {
    if (name != "here") return outpost::fail(ErrorCode::kNotFound, "no such model");
    return {};
  }
};

TEST_F(OllamaTest, PullsCopiesAndDeletes) {
  serve({});
  EXPECT_EQ(post("/api/pull", R"({"model": "good"})").status, 501) << "no shelf yet";
  FakeShelf shelf;
  service_.shelf = &shelf;
  EXPECT_EQ(
      post("/api/pull", R"({"model": "good"})").body,
      "{\"status\": \"pulling good\", \"digest\": \"good\", \"total\": 10, \"completed\": 5}\n"
      "{\"status\": \"success\"}\n");
  EXPECT_EQ(post("/api/pull", R"({"model": "good", "stream": false})").json().at("status"),
            "success");
  EXPECT_EQ(post("/api/pull", R"({"model": "bad", "stream": false})").status, 404);
  EXPECT_NE(post("/api/pull", R"({"model": "bad"})").body.find("{\"error\": \"no such model"),
            std::string::npos);
  for (const char* elsewhere : {"file:///etc/passwd", "https://10.0.0.1/x", "pypi://x"}) {
    EXPECT_EQ(post("/api/pull", R"({"model": ")" + std::string(elsewhere) + "\"}").status, 400);
  }
  EXPECT_EQ(post("/api/copy", R"({"source": "here", "destination": "b"})").status, 200);
  EXPECT_EQ(ask("DELETE", "/api/delete", R"({"model": "here:latest"})").status, 200);
  EXPECT_EQ(ask("DELETE", "/api/delete", R"({"model": "gone"})").status, 404);
}

} // namespace
} // namespace outpost::api::ollama
