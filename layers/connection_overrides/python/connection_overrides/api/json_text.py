"""JSON of answers, and the bytes that it takes in a function's result."""

import json
import re
from typing import Final

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LINE_SEPARATORS: Final = ("\u2028", "\u2029")
_ESCAPED_BYTES: Final = len("\\u2028") - len("\u2028".encode())


def json_text(value: object) -> str:
    """Return the JSON of an answer. Only what UTF-8 cannot encode is escaped (RFC 8259, section 8.1).

    That is half of a surrogate pair, which the name of an unknown query parameter may contain.
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text if text.isascii() else _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def bytes_in_result(text: str) -> int:
    """Return the bytes that a part of a body takes in the result of a function, where the body is a JSON string.

    The runtime of Python 3.13 escapes there what JSON demands, and Unicode's two line separators (awslambdaric,
    `lambda_runtime_marshaller`, which uses simplejson).
    """
    in_quotes = len(json.dumps(text, ensure_ascii=False).encode())
    return in_quotes - len('""') + _ESCAPED_BYTES * sum(map(text.count, _LINE_SEPARATORS))
