// A server over a scripted model, and requests to it as a client makes them.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "api/service.h"
#include "api/testing/loaded_models.h"
#include "chat/fake_model.h"
#include "http/server.h"
#include "http/testing/raw_client.h"

namespace outpost::api::testing {

struct Answered {
  int status = 0;
  std::string head;
  std::string body; // chunks joined
  [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
  // The data of server-sent events, in order.
  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> out;
    constexpr std::string_view kData = "data: ";
    for (std::size_t at = body.find(kData); at != std::string::npos; at = body.find(kData, at)) {
      at += kData.size();
      out.push_back(body.substr(at, body.find('\n', at) - at));
    }
    return out;
  }
};

class ApiFixture : public ::testing::Test {
protected:
  using Script = std::vector<chat::FakeModel::Step>;

  // Serves a model named "tiny" that follows the script; `add` adds the routes.
  void serve(Script script, void (*add)(http::Router&, Service&),
             chat::FakeModel::Scorer scorer = {}) {
    model_ = std::make_shared<chat::FakeModel>(std::move(script), std::move(scorer));
    ServedModel served;
    served.id = "tiny";
    served.model = model_;
    models_.add(served);
    http::Router router;
    add(router, service_);
    auto server = http::Server::open({}, std::move(router), clock_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  Answered ask(std::string_view method, std::string_view path, std::string_view body = {}) {
    http::testing::RawClient client(server_->port());
    client.send(std::string(method) + " " + std::string(path) +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    Answered answered;
    answered.head = client.read_until("\r\n\r\n");
    answered.body = client.read_all();
    if (answered.head.size() > 12) answered.status = std::stoi(answered.head.substr(9, 3));
    if (answered.head.find("chunked") != std::string::npos) join_chunks(answered.body);
    return answered;
  }
  Answered post(std::string_view path, std::string_view body) { return ask("POST", path, body); }

  // The request that the model was given, of one that was made.
  chat::ChatRequest only_request() {
    const auto all = model_->requests();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? chat::ChatRequest{} : all.front();
  }

  SystemClock clock_;
  telemetry::Registry metrics_;
  LoadedModels models_{1};
  Gate gate_{{.slots = 4, .waiting_max = 8, .waiting_per_principal_max = 6}, clock_};
  Service service_{models_, gate_, metrics_, clock_, {}};
  std::shared_ptr<chat::FakeModel> model_;
  std::unique_ptr<http::Server> server_;

private:
  static void join_chunks(std::string& body) {
    std::string out;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t line = body.find("\r\n", at);
      if (line == std::string::npos) break;
      const std::size_t length = std::stoul(body.substr(at, line - at), nullptr, 16);
      out += body.substr(line + 2, length);
      at = line + 2 + length + 2;
    }
    body = out;
  }
};

} // namespace outpost::api::testing
