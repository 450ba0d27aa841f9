"""Answers cases (one JSON a line on standard input) as presidio-anonymizer does, one JSON a line.

Recorded by: answers.py < cases.jsonl > answers.jsonl, with presidio-anonymizer 2.2.362.
"""
import json
import sys

from presidio_anonymizer import AnonymizerEngine, DeanonymizeEngine
from presidio_anonymizer.entities import InvalidParamError, OperatorConfig, OperatorResult, RecognizerResult


def operators(config):
    return {key: OperatorConfig.from_json(dict(value)) for key, value in config.items()}


def answer(case):
    if "encrypted" in case:
        return DeanonymizeEngine().deanonymize(
            case["text"], [OperatorResult.from_json(item) for item in case["encrypted"]], operators(case["operators"])
        )
    found = [RecognizerResult.from_json(item) for item in case["found"]]
    return AnonymizerEngine().anonymize(case["text"], found, operators(case["operators"]))


for line in sys.stdin:
    try:
        print(answer(json.loads(line)).to_json())
    except InvalidParamError as error:
        print(json.dumps({"error": error.err_msg}))
