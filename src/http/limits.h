// Every bound of the server, in one place. Durations are of one thing each, so that a slow client
// costs itself only.
#pragma once
#include <chrono>
#include <cstddef>

namespace outpost::http {

struct Limits {
  std::size_t header_bytes = std::size_t{16} << 10;      // request line and all fields
  std::size_t body_bytes = std::size_t{16} << 20;        // of one request
  std::size_t body_bytes_total = std::size_t{256} << 20; // of all requests being read or answered
  std::size_t connections = 4096;
  // Beyond them, for a moment each (at least 1): told that there is no room, or how the server is.
  // The oldest of them makes room for the next.
  std::size_t spare_connections = 256;
  std::size_t pending_bytes = std::size_t{256} << 10; // of an answer that its client has not read

  std::chrono::milliseconds header_time{10'000}; // from the first byte to the end of the fields
  std::chrono::milliseconds spare_time{2'000};   // that, on a spare connection, from its start
  std::chrono::milliseconds body_time{60'000};   // for the whole body
  std::chrono::milliseconds idle_time{75'000};   // between two requests
  std::chrono::milliseconds write_time{30'000};  // for one piece (at most 64 KiB) to be taken
  // How long a handler waits for room in a full pending buffer before the client is cut.
  std::chrono::milliseconds slow_reader_time{10'000};
  // Silence of an announced stream after which a keep-alive is sent.
  std::chrono::milliseconds keep_alive_time{10'000};
  // For a whole answer, unless its handler says otherwise.
  std::chrono::milliseconds answer_time{600'000};
};

} // namespace outpost::http
