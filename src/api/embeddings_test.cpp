#include "api/ollama/routes.h"
#include "api/openai/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api {
namespace {

class EmbeddingsTest : public testing::ApiFixture {
protected:
  void SetUp() override {
    serve({}, [](http::Router& router, Service& service) {
      openai::add_routes(router, service);
      ollama::add_routes(router, service);
    });
  }
  std::string parameter_at_fault(std::string_view body) {
    const testing::Answered answered = post("/v1/embeddings", body);
    EXPECT_EQ(answered.status, 400) << answered.body;
    return std::string(answered.json().at("error").at("param").as_string());
  }
};

TEST_F(EmbeddingsTest, GivesAVectorForEachInputInOrder) {
  const auto answered = post("/v1/embeddings", R"({"model": "tiny", "input": ["aa", "b a"]})");
  ASSERT_EQ(answered.status, 200) << answered.body;
  const auto json = answered.json();
  const auto& data = json.at("data").as_array();
  ASSERT_EQ(data.size(), 2u);
  EXPECT_EQ(data[1].at("index"), 1);
  EXPECT_EQ(data[0].at("embedding").as_array().size(), 26u);
  EXPECT_EQ(data[0].at("embedding").at(0).to_number<double>(), 1.0);
  EXPECT_NEAR(data[1].at("embedding").at(1).to_number<double>(), 0.70710678, 1e-7);
  EXPECT_EQ(json.at("usage").at("prompt_tokens"), 3);
}

TEST_F(EmbeddingsTest, TakesTokensAsTheyAre) {
  const auto one = post("/v1/embeddings", R"({"model": "tiny", "input": [3, 3]})").json();
  EXPECT_EQ(one.at("data").as_array().size(), 1u);
  EXPECT_EQ(one.at("data").at(0).at("embedding").at(3).to_number<double>(), 1.0);
  const auto two = post("/v1/embeddings", R"({"model": "tiny", "input": [[3], [1, 2]]})").json();
  EXPECT_EQ(two.at("data").as_array().size(), 2u);
}

TEST_F(EmbeddingsTest, WritesFloatsAsBase64) {
  const auto json =
      post("/v1/embeddings",
           R"({"model": "tiny", "input": "a", "encoding_format": "base64", "dimensions": 2})")
          .json();
  EXPECT_EQ(json.at("data").at(0).at("embedding"), "AACAPwAAAAA=");
}

TEST_F(EmbeddingsTest, ShortensAndNormalisesAgain) {
  const auto json =
      post("/v1/embeddings", R"({"model": "tiny", "input": "abz", "dimensions": 2})").json();
  const auto& vector = json.at("data").at(0).at("embedding").as_array();
  ASSERT_EQ(vector.size(), 2u);
  EXPECT_NEAR(vector[0].to_number<double>(), 0.70710678, 1e-7);
}

TEST_F(EmbeddingsTest, NamesTheParameterAtFault) {
  EXPECT_EQ(parameter_at_fault(R"({"model": "tiny"})"), "input");
  EXPECT_EQ(parameter_at_fault(R"({"model": "tiny", "input": []})"), "input");
  EXPECT_EQ(parameter_at_fault(R"({"model": "tiny", "input": [1, -2]})"), "input");
  EXPECT_EQ(parameter_at_fault(R"({"model": "tiny", "input": [1.5]})"), "input");
  EXPECT_EQ(parameter_at_fault(R"({"model": "tiny", "input": "a", "encoding_format": "f16"})"),
            "encoding_format");
  EXPECT_EQ(parameter_at_fault(R"({"model": "tiny", "input": "a", "dimensions": 27})"),
            "dimensions");
}

TEST_F(EmbeddingsTest, AnswersOllamasClients) {
  const auto many = post("/api/embed", R"({"model": "tiny", "input": ["a", "b"]})").json();
  EXPECT_EQ(many.at("embeddings").as_array().size(), 2u);
  EXPECT_EQ(many.at("prompt_eval_count"), 2);
  const auto one = post("/api/embeddings", R"({"model": "tiny:latest", "prompt": "b"})").json();
  EXPECT_EQ(one.at("embedding").at(1).to_number<double>(), 1.0);
}

} // namespace
} // namespace outpost::api
