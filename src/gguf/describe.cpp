#include "gguf/describe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gguf/printable.h"
#include "gguf/tensor_type.h"

namespace outpost::gguf {
namespace {

// The shortest form that reads back as the same float; most of them were written as float32.
std::string float_text(double value) {
  std::array<char, 64> buffer{};
  const bool is_single = static_cast<double>(static_cast<float>(value)) == value;
  const auto end = is_single
                       ? std::to_chars(buffer.begin(), buffer.end(), static_cast<float>(value))
                       : std::to_chars(buffer.begin(), buffer.end(), value);
  return std::string(buffer.begin(), end.ptr);
}

// One overload for each alternative of Value::data and of Scalar.
struct ValueText {
  const SummaryOptions& options;
  std::string operator()(std::uint64_t value) const { return std::to_string(value); }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return float_text(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::string_view value) const {
    return printable(value, options.text_bytes_max);
  }
  std::string operator()(const Array& value) const {
    const std::uint64_t shown = std::min<std::uint64_t>(value.size(), options.array_elements_max);
    std::string out = "[";
    for (std::uint64_t i = 0; i < shown; ++i) out += (i > 0 ? ", " : "") + element(value, i);
    if (shown < value.size()) out += shown > 0 ? ", ..." : "...";
    return out + "]";
  }
  [[nodiscard]] std::string element(const Array& array, std::uint64_t index) const {
    if (array.element_type() == ValueType::kString) return '"' + (*this)(array.text(index)) + '"';
    return std::visit(*this, array.scalar(index));
  }
};

MetadataLine metadata_line(const Entry& entry, const SummaryOptions& options) {
  MetadataLine line;
  line.key = printable(entry.key);
  line.type = to_string(entry.value.type);
  if (const auto* array = std::get_if<Array>(&entry.value.data)) {
    line.type += " of " + std::string(to_string(array->element_type()));
    line.array_length = array->size();
  }
  line.value = std::visit(ValueText{options}, entry.value.data);
  return line;
}

void count_tensor(std::vector<TypeTotal>& types, const TensorLine& line, std::uint64_t elements) {
  auto total = std::find_if(types.begin(), types.end(),
                            [&line](const TypeTotal& t) { return t.type == line.type; });
  if (total == types.end()) total = types.insert(total, TypeTotal{line.type, 0, 0, 0});
  total->tensor_count += 1;
  total->element_count += elements;
  total->size_bytes += line.size_bytes;
}

std::string shape_cell(const std::vector<std::uint64_t>& shape) {
  std::string out;
  for (const std::uint64_t dimension : shape) {
    out += (out.empty() ? "" : " x ") + std::to_string(dimension);
  }
  return out;
}

// Columns of text, each as wide as its widest cell; the last is not padded.
class Table {
public:
  void row(std::vector<std::string> cells) {
    widths_.resize(std::max(widths_.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], cells[i].size());
    }
    rows_.push_back(std::move(cells));
  }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& cells : rows_) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        out += "  " + cells[i];
        if (i + 1 < cells.size()) out.append(widths_[i] - cells[i].size(), ' ');
      }
      out += '\n';
    }
    return out;
  }

private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;
};

std::string metadata_text(const Summary& summary) {
  Table table;
  for (const MetadataLine& line : summary.metadata) {
    const std::string length =
        line.array_length ? "(" + std::to_string(*line.array_length) + ") " : "";
    table.row({line.key, line.type, length + line.value});
  }
  return "metadata: " + std::to_string(summary.metadata.size()) + "\n" + table.text();
}

std::string tensors_text(const Summary& summary) {
  Table table;
  for (const TensorLine& line : summary.tensors) {
    table.row(
        {line.name, std::string(line.type), shape_cell(line.shape), size_text(line.size_bytes)});
  }
  return "tensors: " + std::to_string(summary.tensors.size()) + "\n" + table.text();
}

std::string totals_text(const Summary& summary) {
  Table table;
  for (const TypeTotal& total : summary.types) {
    table.row({std::string(total.type), std::to_string(total.tensor_count) + " tensors",
               std::to_string(total.element_count) + " parameters", size_text(total.size_bytes)});
  }
  return "totals: " + std::to_string(summary.element_count) + " parameters\n" + table.text();
}

} // namespace

Summary summarize(const File& file, const SummaryOptions& options) {
  Summary summary;
  summary.version = file.version();
  summary.file_size_bytes = file.file_size_bytes();
  summary.shard_count = file.shard_count();
  for (const Entry& entry : file.metadata()) {
    summary.metadata.push_back(metadata_line(entry, options));
  }
  for (const TensorInfo& tensor : file.tensors()) {
    const TensorType* type = find_tensor_type(tensor.type);
    TensorLine line{printable(tensor.name), type != nullptr ? type->name : "?", tensor.dimensions,
                    tensor.size_bytes};
    summary.element_count += tensor.element_count();
    count_tensor(summary.types, line, tensor.element_count());
    summary.tensors.push_back(std::move(line));
  }
  std::sort(summary.types.begin(), summary.types.end(),
            [](const TypeTotal& a, const TypeTotal& b) { return a.size_bytes > b.size_bytes; });
  return summary;
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  std::uint64_t unit_bytes = 1000;
  std::size_t unit = 1;
  // The rounded number of tenths of the unit; in two parts, so that nothing wraps.
  const auto tenths = [&] {
    return bytes / unit_bytes * 10 + (bytes % unit_bytes * 10 + unit_bytes / 2) / unit_bytes;
  };
  while (tenths() >= 10'000 && unit + 1 < kUnits.size()) {
    unit_bytes *= 1000;
    ++unit;
  }
  return std::to_string(tenths() / 10) + "." + std::to_string(tenths() % 10) + " " + kUnits[unit];
}

std::string to_text(const Summary& summary, const std::vector<MemoryNeed>& memory) {
  std::string out =
      "GGUF version " + std::to_string(summary.version) + ", " + size_text(summary.file_size_bytes);
  if (summary.shard_count > 1) out += " in " + std::to_string(summary.shard_count) + " files";
  out += "\n" + metadata_text(summary) + tensors_text(summary) + totals_text(summary);
  if (memory.empty()) return out;
  Table table;
  std::uint64_t sum = 0;
  for (const MemoryNeed& need : memory) {
    table.row({need.what, size_text(need.bytes)});
    sum += need.bytes;
  }
  return out + "memory: " + size_text(sum) + "\n" + table.text();
}

} // namespace outpost::gguf
