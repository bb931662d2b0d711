// A client of bytes: says exactly what a test wants said, and reads what comes back. Blocking, with
// a timeout on every read.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/unique_fd.h"

namespace outpost::http::testing {

class RawClient {
public:
  explicit RawClient(std::uint16_t port);

  // False when the server has closed.
  bool send(std::string_view bytes);
  // What came until `mark` had come, the server closed, or nothing came for some seconds.
  std::string read_until(std::string_view mark);
  std::string read_all() { return read_until({}); }
  // One answer with a Content-Length.
  std::string read_answer();
  // No more will be sent.
  void finish_sending();
  // A small window for what is received: a reader that stops soon makes the sender wait.
  void shrink_receive_buffer();
  void close() { socket_.reset(); }

private:
  bool fill();
  platform::UniqueFd socket_;
  std::string received_; // not yet given out
};

} // namespace outpost::http::testing
