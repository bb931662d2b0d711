// A server on a free port with the routes that tests need, and what its handlers saw.
#pragma once
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "http/event_stream.h"
#include "http/server.h"
#include "http/testing/raw_client.h"

namespace outpost::http::testing {

// One thing happens on one thread and is waited for on another, for some seconds at most.
class Signal {
public:
  void set() {
    const std::lock_guard lock(mutex_);
    is_set_ = true;
    changed_.notify_all();
  }
  bool wait(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return is_set_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_set_ = false; // guarded by mutex_
};

class ServerFixture : public ::testing::Test {
protected:
  // /echo answers the body; tests add what else they need before open().
  void SetUp() override {
    router_.add({"GET", "/open",
                 [](std::unique_ptr<Exchange> e) { e->respond(text_response(200, "open")); }, true,
                 true});
    router_.add({"GET", "/echo", [](std::unique_ptr<Exchange> e) {
                   e->respond(text_response(200, "hello " + e->request().principal));
                 }});
    router_.add({"POST", "/echo", [](std::unique_ptr<Exchange> e) {
                   e->respond(text_response(200, e->request().body));
                 }});
  }
  void open() {
    auto server = Server::open(settings_, router_, clock_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  RawClient client() { return RawClient(server_->port()); }
  // A connection of its own that says `bytes`, and all that came back.
  std::string say(std::string_view bytes) {
    RawClient c = client();
    c.send(bytes);
    c.finish_sending();
    return c.read_all();
  }
  bool comes_to_rest() {
    for (int i = 0; i < 500 && server_->connection_count() != 0; ++i) {
      Signal().wait(std::chrono::milliseconds(10));
    }
    return server_->connection_count() == 0;
  }

  SystemClock clock_;
  ServerSettings settings_;
  Router router_;
  std::unique_ptr<Server> server_;
};

} // namespace outpost::http::testing
