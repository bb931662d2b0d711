// The recognisers behind make_recogniser. Each has its rules in its own file.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agents/call/mention.h"
#include "agents/call/pattern.h"

namespace outpost::agents {

// Values with a pattern: identifiers, codes. Read loosely (pattern.h); the farther from the pattern
// a value is written, the more must speak for it: a cue word, a known value.
class PatternRecogniser final : public Recogniser {
public:
  PatternRecogniser(const ValueKind& kind, Pattern pattern, const std::vector<std::string>& known);
  void find(const Text& text, std::vector<Mention>& found) const override;

private:
  [[nodiscard]] double strength(const Text& text, std::size_t first, std::size_t last,
                                const Pattern::Reading& reading) const;
  [[nodiscard]] bool has_cue(const Text& text, std::size_t first, std::size_t last) const;

  std::string kind_;
  Pattern pattern_;
  std::set<std::string, std::less<>> cues_; // stems
  std::set<std::string, std::less<>> known_;
};

// Values from a list (products, cities): by their words in any form, order and number, with slips.
class LookupRecogniser final : public Recogniser {
public:
  LookupRecogniser(std::string kind, const std::vector<std::string>& known);
  void find(const Text& text, std::vector<Mention>& found) const override;

private:
  struct Entry {
    std::string value;
    std::vector<std::uint32_t> words; // indices into vocabulary_
    double weight = 0;                // of all its words
  };
  struct Match { // a word of the text, or two, read as a word of the list, or two
    std::uint32_t word = 0;
    std::uint32_t also = 0; // the second word; the same as `word` when there is one
    double likeness = 0;
    std::size_t length = 1; // words of the text it takes
  };
  struct Reading {
    std::size_t entry = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    double score = 0;
  };
  [[nodiscard]] std::vector<std::vector<Match>> match_words(const Text& text) const;
  void match_word(const std::string& stem, std::size_t length, std::vector<Match>& matches) const;
  [[nodiscard]] double score_of(const Entry& entry, const std::vector<double>& likeness) const;
  [[nodiscard]] Reading best_reading(std::size_t entry,
                                     const std::vector<std::vector<Match>>& matches,
                                     const std::vector<bool>& taken) const;

  std::string kind_;
  std::vector<Entry> entries_;
  std::vector<std::string> vocabulary_; // stems, sorted
  // Neighbours in a name written as one: headnet for Head Net.
  std::map<std::string, std::pair<std::uint32_t, std::uint32_t>> joined_;
  std::vector<double> weight_; // how much a word of the vocabulary tells
};

class EmailRecogniser final : public Recogniser {
public:
  explicit EmailRecogniser(std::string kind) : kind_(std::move(kind)) {}
  void find(const Text& text, std::vector<Mention>& found) const override;

private:
  std::string kind_;
};

// Numbers in digits ("3", "1,200", "x3") and words ("two", "a dozen").
class NumberRecogniser final : public Recogniser {
public:
  explicit NumberRecogniser(const ValueKind& kind);
  void find(const Text& text, std::vector<Mention>& found) const override;

private:
  [[nodiscard]] bool has_cue(const Text& text, std::size_t begin, std::size_t end) const;

  std::string kind_;
  std::set<std::string, std::less<>> cues_; // stems
  bool whole_;
  std::optional<double> minimum_;
  std::optional<double> maximum_;
};

// Fixed choices, by their own words.
class ChoiceRecogniser final : public Recogniser {
public:
  explicit ChoiceRecogniser(const ValueKind& kind);
  void find(const Text& text, std::vector<Mention>& found) const override;

private:
  std::string kind_;
  std::vector<std::pair<std::string, std::vector<std::string>>> choices_; // value, stems
};

} // namespace outpost::agents
