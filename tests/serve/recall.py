#!/usr/bin/env python3
"""How often a question finds its sentence among twenty: embeddings of a running server, and BM25.

    tests/serve/recall.py URL [KEY]

The questions were worded to share few words with their sentences, which is hard on BM25 (Robertson and
Zaragoza 2009, k1 = 1.2, b = 0.75, whole words without stemming): it says whether a model's embeddings carry
meaning at all, not which search is better on other texts.
"""
import collections
import json
import math
import re
import sys
import urllib.request

PAIRS = [
    ("When can I visit the store?",
     "Opening hours: the shop is open from nine to six on weekdays and closed on Sunday."),
    ("Can I bring back something I bought?",
     "Returns are accepted within thirty days if the receipt is shown."),
    ("My notebook broke after a year, who pays?",
     "The warranty of a laptop covers faults of manufacture for two years."),
    ("I forgot my login secret",
     "To change the password, open the profile page and choose security."),
    ("How long does delivery to an island take?",
     "Shipping to islands takes five more days and costs a supplement."),
    ("When do I get the bill?",
     "Invoices are sent by electronic mail on the first day of each month."),
    ("First time using the accumulator",
     "The battery should be charged fully before the first use."),
    ("Do kids need a ticket?",
     "Children below twelve travel free when an adult goes with them."),
    ("Where can I see old pictures?",
     "The museum keeps paintings of the nineteenth century on the second floor."),
    ("Food without meat",
     "Vegetarian dishes are marked with a green leaf on the menu."),
    ("How often is the car serviced?",
     "The engine oil must be replaced every fifteen thousand kilometres."),
    ("May I bring my pet?",
     "Dogs are allowed in the garden but not in the rooms."),
    ("Deadline for study grants",
     "Applications for the scholarship close at the end of March."),
    ("Which field is under water in April?",
     "The river floods the lower meadow nearly every spring."),
    ("I have had a high temperature for a week",
     "A doctor should be seen when fever lasts longer than three days."),
    ("For how long may I borrow a movie?",
     "The library lends films for one week and books for four."),
    ("Where does the house get its power from?",
     "Solar panels on the roof give half of the building's electricity."),
    ("How do I get to my flight by rail?",
     "The train to the airport leaves from platform seven every half hour."),
    ("Why does my dough not grow?",
     "Bread rises faster in a warm kitchen than in a cold one."),
    ("I made a mistake in what I told the revenue office",
     "The tax declaration can be corrected until the notice is final."),
]
QUESTIONS, SENTENCES = zip(*PAIRS)


def words(text):
    return re.findall(r"[a-z]+", text.lower())


def bm25():
    documents = [collections.Counter(words(s)) for s in SENTENCES]
    mean_length = sum(d.total() for d in documents) / len(documents)
    in_documents = collections.Counter(word for d in documents for word in d)

    def score(question, document):
        total = 0.0
        for word in set(words(question)) & set(document):
            rarity = math.log(1 + (len(documents) - in_documents[word] + 0.5) / (in_documents[word] + 0.5))
            length = 0.25 + 0.75 * document.total() / mean_length
            total += rarity * document[word] * 2.2 / (document[word] + 1.2 * length)
        return total
    return [[score(q, d) for d in documents] for q in QUESTIONS]


def embedded(url, key):
    def vectors(texts):
        body = json.dumps({"model": "default", "input": texts}).encode()
        request = urllib.request.Request(url + "/v1/embeddings", body, {
            "Content-Type": "application/json", "Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request) as answer:
            return [entry["embedding"] for entry in json.load(answer)["data"]]
    sentences = vectors(SENTENCES)
    return [[sum(a * b for a, b in zip(q, s)) for s in sentences] for q in vectors(QUESTIONS)]


def recall(scores, count):
    def is_found(i, row):
        return i in sorted(range(len(row)), key=lambda j: -row[j])[:count]
    return sum(is_found(i, row) for i, row in enumerate(scores)) / len(scores)


def main():
    url, key = sys.argv[1], (sys.argv + [""])[2]
    for name, scores in (("embeddings", embedded(url, key)), ("BM25", bm25())):
        print(f"{name:10} first of 20: {recall(scores, 1):.2f}   among the first three: {recall(scores, 3):.2f}")


if __name__ == "__main__":
    main()
