// Sizes, rates and times as people read them.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace outpost::catalog {

// Decimal units, as disks and downloads are sold: "98.4 MB", "491 MB", "512 B".
std::string format_bytes(std::uint64_t bytes);
// "12.3 MB/s"
std::string format_rate(double bytes_per_second);
// "8 s", "2 min 5 s", "1 h 12 min"
std::string format_duration(std::chrono::seconds duration);

} // namespace outpost::catalog
