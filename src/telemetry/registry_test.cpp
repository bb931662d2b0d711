#include <gtest/gtest.h>

#include "telemetry/registry.h"

namespace outpost::telemetry {
namespace {

TEST(Registry, WritesThePrometheusText) {
  Registry registry;
  registry.counter("outpost_requests_total", "Requests.", {{"status", "200"}, {"path", "/\"a\""}})
      .add(3);
  registry.counter("outpost_requests_total", "Requests.", {{"status", "200"}, {"path", "/\"a\""}})
      .add();
  registry.gauge("outpost_waiting", "Waiting.", [] { return 2.5; });
  Histogram& seconds = registry.histogram("outpost_seconds", "Time.");
  seconds.observe(0.001);
  seconds.observe(0.2);
  seconds.observe(1000);
  const std::string text = registry.text();
  for (const char* line :
       {"# TYPE outpost_requests_total counter\n",
        "outpost_requests_total{status=\"200\",path=\"/\\\"a\\\"\"} 4\n", "outpost_waiting 2.5\n",
        "# TYPE outpost_seconds histogram\n", "outpost_seconds_bucket{le=\"0.001\"} 1\n",
        "outpost_seconds_bucket{le=\"0.25\"} 2\n", "outpost_seconds_bucket{le=\"+Inf\"} 3\n",
        "outpost_seconds_sum 1000.201\n", "outpost_seconds_count 3\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(Registry, SeriesAreBounded) {
  Registry registry;
  for (int i = 0; i < 10'000; ++i) {
    registry.counter("n", "N.", {{"i", std::to_string(i)}}).add();
  }
  EXPECT_LT(registry.text().size(), 100'000u);
  EXPECT_NE(registry.text().find("\nn 8000\n"), std::string::npos);
}

} // namespace
} // namespace outpost::telemetry
