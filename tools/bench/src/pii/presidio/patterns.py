"""What the pattern recognizers of presidio-analyzer 2.2.366 find in texts (one JSON string a line on standard input), one JSON list a line."""
import json
import sys

import tldextract
from presidio_analyzer import predefined_recognizers as predefined

# The list of endings that comes with the package: nothing is fetched.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
NAMES = ["CreditCardRecognizer", "EmailRecognizer", "IbanRecognizer", "IpRecognizer", "PhoneRecognizer", "UrlRecognizer", "UsSsnRecognizer", "NhsRecognizer", "MacAddressRecognizer"]
recognizers = [getattr(predefined, name)() for name in NAMES]

for line in sys.stdin:
    text = json.loads(line)
    found = [result for one in recognizers for result in one.analyze(text, one.supported_entities, None) or []]
    print(json.dumps([{"type": one.entity_type, "start": one.start, "end": one.end, "score": one.score} for one in found]))
