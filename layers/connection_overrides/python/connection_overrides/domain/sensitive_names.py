"""Names that say that their value is a secret.

A name is read as words (`dbPass2`, `DB_PASS_2` and `db.pass-2` are db, pass, 2) and as joined letters (`sfpassword`).
What it names decides: `tokenUrl` is an address and `passwordPolicy` a policy. In doubt a name is sensitive, because a
reference to a secret works everywhere.
"""

import re
from functools import cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")

# Sensitive wherever they stand in the joined letters of a name.
_PARTS: Final = r"""
    pas{1,2}w(?:o?r?d|or) | ps{0,2}wr?d | pas{1,2}phr | pphr | pas{1,2}code | secret | token | tkn | credential | creds
  | (?:access|account|acct|api|aws|pri?v(?:ate)?|pvt|secret|shared) key (?!{other})
  | (?:auth|client|(?:de|en)cryption|deploy|hmac|master|server|service|signing|ssh|storage|symmetric) key
    (?!{other} | s?(?:alias|arn|ids?)[0-9]*$)
  | conn(?:ection)?str | basicauth | auth(?:header|string) | sharedaccess
  | presigned | signedurl | keytab | keypair | id(?:rsa|ed25519) | serviceaccount(?:file|info|json)
  | (?:access|auth|authorization|mfa|onetime|otp|pin|recovery|security|unlock|verification)code
  | (?:backup|recovery|seed)phrase
""".replace("{other}", "board|cloak|pad|space|store|stroke|word")
# Sensitive as a word: inside of other words these letters are harmless (`spa`, `pinned`, `passenger`).
_WORDS: Final = r"""
    authorization|bearer|cookie|cred|jwt|otp|p12|p8|pkcs12|pkcs8|pass|passw|pat|pem|pfx|pin|ppk|psk|psw|pw|pword|sas
  | scrt|secr|sig|signature|tok|totp
"""
# Sensitive also at the end of a word, whatever it begins with (`acmepass`): few words of English end so.
_ENDS: Final = "cred|jwt|pass|pfx|ppk|psk"
# What a name may add to these without another meaning: whose the secret is, and its form, turn, stage or region.
_OWNERS: Final = r"""
    acc(?:oun)?t|adm(?:in)?|api|app|auth|aws|az(?:ure)?|bq|client|cloud|conn|connection|data|database|db|dba|dwh?|etl
  | ftps?|gcp|host|https?|jdbc|ldap|login|mongo|my|mysql|oauth|odbc|oracle|owner|pg|postgres|private|pk|proxy|rds|redis
  | redshift|remote|root|rs|server|service|sf|sftp|smtp|snow|snowflake|source|sql|src|srv|ssh|ssl|svc|sys|system|target
  | tgt|tls|user|usr|vpn|warehouse|web|wh
"""
_FORMS: Final = r"""
    b64|base64|bytes|clear|content|copy|data|decoded|decrypted|der|enc|encoded|encrypted|env|file|hash|hex|json|literal
  | material|orig|original|path|pem|plain|raw|str|string|text|txt|val|value|var|xml
  | active|alt|backup|bak|cur|current|default|fallback|final|first|initial|last|latest|main|new|next|old|prev|previous
  | primary|second|secondary|temp|third|tmp
  | dev|int|live|preprod|prd|prod|production|qa|sandbox|sbx|stage|staging|stg|test|tst|uat
  | ap|central|east|emea|eu|global|north|south|us|west
  | db|dwh|redshift|rs|s3|sf|snowflake|v(?=[0-9])
"""
# Words that end as sensitive ones do. A key of data opens nothing.
_HARMLESS: Final = r"""
    (?<![a-z])(?:auto|band|by|com|encom|high|low|multi|over|single|sur|tres|under)[_-]?pass(?:es)?(?![a-z])
  | (?<![a-z])pass[_-]?(?:fail|thr(?:ough|u))(?![a-z])
  | (?<![a-z])(?:don|flun|hoc|joc|lac|mon|tur|whis)keys?(?![a-z])
  | (?:cluster(?:ing)?|dist(?:ribution)?|foreign|partition(?:ing)?|primary|public|publishable|sort(?:ing)?|surrogate
    |unique)[_-]?keys?
  | (?<![a-z])(?:bucket|by|candidate|composite|dedup|except|group(?:ing)?|hash|hot|index|join|kms|lookup|merge|message
    |natural|object|order(?:ing)?|pub|range|record|replication|routing|row|shard(?:ing)?)[_-]?keys?
  | (?<![a-z])secret(?:ar(?:y|ies|ial|iat)|es?|ed|ing|ions?|ive(?:ly|ness)?|ly)(?![a-z])
  | tokeni[sz](?:e[drs]?|ers|ing|ation)(?![a-z]) | passwordless
"""
# Last words of names that tell about a secret. Those of the second group may be joined to the word before.
_ABOUT: Final = r"""
    (?:^|[_-])(?:alg|audience|columns?|count|days|description|disabled|domain|duration|email|encoding|fields?|format
      |hostname|hours|interval|issuer|kind|label|lifetime|limit|mechanism|millis|minutes|mode|ms|port|region|role|scopes?|seconds
      |secs|size|status|strategy|supported|table|title|username|validity|version|window)[0-9]*$
  | (?:algorithm|enabled|expir(?:y|es|ed|ation)(?:[_-]?(?:at|date|in|on|time))?|length|method|name|policy|provider
      |required|timeout|ttl|type)[0-9]*$
  | ^(?:allow|disable|enable|has|is|require|use)s?[_-] | ^(?:max|min|num)[_-]tokens[0-9]*$
  | ^(?:client[_-]?request[_-]?mfa[_-]?token|client[_-]?store[_-]?temporary[_-]?credential  # of Snowflake's drivers
      |passcode[_-]?in[_-]?password)$
"""
_PLACE: Final = r"(?:arn|dir(?:ectory)?|endpoint|file(?:[_-]?(?:name|path))?|location|path|ur[il])[0-9]*$"
_ADDRESS: Final = r"(?i:[a-z][a-z0-9+.-]{1,31}://|arn:|~?/|\.{1,2}/|[a-z]:[\\/])[^\s+=]{1,255}"


@cache
def _expressions() -> tuple[re.Pattern[str], ...]:
    """Compile the expressions when a name is judged for the first time, so that no start waits for them."""
    added = f"(?:{_OWNERS}|{_FORMS}){{0,2}}"
    ending = rf"(?:[_-](?:{_FORMS})?[0-9]*|[_-][a-z]){{1,3}}$"
    return tuple(
        re.compile(text, re.VERBOSE)
        for text in (
            _HARMLESS,
            ending,
            _ABOUT,
            _PLACE,
            _PARTS,
            f"(?:^|[_-]){added}(?:{_WORDS})s?{added}[0-9]*(?:[_-]|$) | [a-z](?:{_ENDS})(?:s|es)?[0-9]*(?:[_-]|$)",
            rf"keys?[0-9]*(?:[_-]?(?:{_FORMS})[0-9]*|[_-][0-9]+|[_-][a-z]){{0,3}}$",
            _ADDRESS,
        )
    )


def is_sensitive(name: str, value: str, *, keys: bool = True) -> bool:
    """Return whether a name says that its value is a secret.

    The value counts only where the name is that of an address or a file: `tokenUrl` may hold a URL, and nothing else.
    Without `keys`, a name is not sensitive for being some `key` alone: in SQL, keys are columns.
    """
    harmless, ending, about, place, parts, words, key, address = _expressions()
    # `_` stands for a separator, and `-` for a change of case, which may as well be within a word: `DBpass`.
    split = "_".join("-".join(_WORD.findall(piece)) for piece in re.split("[._-]+", name)).lower()
    if about.search(ending.sub("", split)) or (place.search(split) and address.fullmatch(value)):
        return False
    rest = harmless.sub("", split)
    return any(
        parts.search(re.sub("[_-]", "", text)) or words.search(text) or (keys and key.search(text))
        for text in (rest, rest.replace("-", ""))
    )
