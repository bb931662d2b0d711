// A request and the way to answer it, as handlers hold it. Answer once: respond(), or announce(),
// any number of write(), end(). An exchange that is dropped unanswered sends an internal error; one
// dropped in the middle of a stream cuts the connection, so that the client can tell.
//
// Belongs to one thread at a time; may be handed to another.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "http/outlet.h"
#include "http/request.h"

namespace outpost::http {

class Exchange {
public:
  Exchange(Request request, std::shared_ptr<Outlet> outlet)
      : request_(std::move(request)), outlet_(std::move(outlet)) {}
  ~Exchange() {
    outlet_->respond(json_response(500, R"({"error": {"message": "no answer was made"}})"));
    outlet_->abandon();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] const Request& request() const { return request_; }
  // Set when the client has gone, reads too slowly, the deadline has passed or the server stops.
  [[nodiscard]] CancelToken cancel() const { return outlet_->cancel(); }
  [[nodiscard]] CutCause cut_cause() const { return outlet_->cause(); }
  // Monotonic time at which the token is set at the latest.
  void set_deadline(std::chrono::nanoseconds at) { outlet_->set_deadline(at); }

  // See outlet.h.
  bool respond(Response response) { return outlet_->respond(std::move(response)); }
  void announce(Response head, std::string keep_alive) {
    outlet_->announce(std::move(head), std::move(keep_alive));
  }
  bool write(std::string_view piece) { return outlet_->write(piece); }
  void end() { outlet_->end(); }

private:
  Request request_;
  std::shared_ptr<Outlet> outlet_;
};

} // namespace outpost::http
