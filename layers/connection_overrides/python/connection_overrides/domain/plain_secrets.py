"""Plain values that are, or look like, secrets: this service stores names of secrets and never a secret."""

import re
from typing import Final

# A name is sensitive by a part of it, in lower case and without `_`, `-`, `.`, so that `dbPassword2` and `db_password`
# count as well; by one of its words, where a part would match too much (`bypass`); or if its last word is `key`.
_SENSITIVE_PARTS: Final = (
    *("accesskey", "accountkey", "apikey", "connectionstring", "credential", "passcode", "passphrase", "passwd"),
    *("password", "privatekey", "pwd", "secret", "sharedkey", "pswd", "token"),
)
_SENSITIVE_WORDS: Final = frozenset(
    {
        *("authorization", "bearer", "cookie", "cred", "creds", "jwt", "otp", "p12", "p8", "pass", "pem"),
        *("pfx", "pin", "psk", "pw", "sas", "signature"),
    }
)
_KEY_WORDS: Final = frozenset({"key", "keys"})
_HARMLESS_KEYS: Final = frozenset({"foreign", "partition", "primary", "public", "sort"})
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_NUMBER: Final = re.compile(r"[0-9]+$")

_SECRET_LOOKING: Final = re.compile(
    r"""
    -----BEGIN                    # a PEM block
    | ://[^/\s:@]*:[^/\s@]+@      # a URL with a password
    | (?:password|passwd|pwd|passphrase|secret|token|accountkey|sharedaccesskey|credentials)\s*=
    | (?:aws_key_id|aws_secret_key|aws_access_key_id|aws_secret_access_key|aws_token|azure_sas_token)\s*=
    | \b(?:AKIA|ASIA)[0-9A-Z]{16}\b                              # AWS (IAM User Guide, "IAM identifiers")
    | \bgh[oprsu]_[0-9A-Za-z]{20} | \bgithub_pat_[0-9A-Za-z_]{20} | \bglpat-[0-9A-Za-z_-]{16}
    | \bxox[abeprs]-[0-9A-Za-z-]{10} | \bsk_(?:live|test)_[0-9A-Za-z]{10} | \bAIza[0-9A-Za-z_-]{30}
    | \beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.             # a JSON Web Token
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_sensitive(property_name: str) -> bool:
    """Return whether a property's name says that its value is a secret."""
    folded = re.sub(r"[._-]", "", property_name).lower()
    if any(part in folded for part in _SENSITIVE_PARTS):
        return True
    words = [word.lower() for word in _WORD.findall(property_name)]
    unnumbered = [bare for word in words if (bare := _NUMBER.sub("", word))]
    if unnumbered[-1] in _KEY_WORDS and _HARMLESS_KEYS.isdisjoint(unnumbered):
        return True
    return not _SENSITIVE_WORDS.isdisjoint({*words, *unnumbered})


def looks_like_secret(value: str) -> bool:
    """Return whether a value is a secret by its form, whatever its property is called."""
    return _SECRET_LOOKING.search(value) is not None
