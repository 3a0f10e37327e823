"""Plain values that are, or look like, secrets: this service stores names of secrets and never a secret.

The expressions take time linear in the length of a value: repetitions that can begin at many places are bounded.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from functools import cache
from typing import Final
from urllib.parse import unquote

from connection_overrides.domain.sensitive_names import is_sensitive

# Credentials by the format that their issuers document, cut to a length that no identifier of the same beginning has.
_FORMATS: Final = r"""
    -----BEGIN | BEGIN\ [0-9A-Z\ ]{0,30}PRIVATE\ KEY | PuTTY-User-Key-File- | LS0tLS1CRUdJTi   # PEM and its base64
  | [0-9]Q~[\w~.-]{31} | T3BlbkFJ | \.atlasv1\.[\w=-]{40}                   # Azure client secrets, OpenAI, Terraform
  | hooks\.slack\.com/(?:services|triggers|workflows)/\w | discord(?:app)?\.com/api/webhooks/[0-9]
  | \.webhook\.office\.com/webhookb2/[\w-]{8}
  | (?<![0-9A-Za-z+/]) (?: MII[0-9A-Za-z+/]{2}[AQgw]IBA | MHcCAQEE | MIGHAgEA | MC4CAQAw  # private keys (RFC 5958)
      | MI[0-9A-Za-z+/]{4,10}BgkqhkiG9w0BBQ )                               # encrypted keys (RFC 5958)
  | (?<![\w-]) eyJ[\w-]{8,}\. (?: eyJ[\w-]{8,}\. | [\w-]{0,999}\.[\w-]{8,99}\.[\w-]{8,999}\.[\w-]{8} )  # RFC 7519, 7516
  | \b (?:
      A3-[0-9A-Z]{6}-[0-9A-Z]{6} | AGE-SECRET-KEY-1                         # 1Password, age
    | A3T[0-9A-Z]{17}\b | A[BCKS](?:CA|IA)[0-9A-Z]{16}\b | ABSK[\w+/]{60} | bedrock-api-key-[0-9A-Za-z]{20}   # AWS
    | AIza[\w-]{30} | GOCSPX-[\w-]{20} | GOOG[0-9A-Z]{20} | ya29\.[\w-]{10} | 1//0[\w-]{20}    # Google
    | AKID[0-9A-Za-z]{32} | LTAI[0-9A-Za-z]{16}                             # access key IDs of Tencent and Alibaba
    | AKCp[0-9A-Za-z]{10} | cmVmd[0-9A-Za-z]{59}                            # JFrog
    | AT[A-Z]TT3[\w=-]{20} | ATBB[0-9A-Za-z]{20}                            # Atlassian
    | EAAA[\w-]{22} | sq0[a-z]{3}-[\w\\-]{20} | EAA[A-Z][0-9A-Za-z]{60} | [0-9]{15,16}\|[\w-]{27}  # Square, Facebook
    | EZ[AT]K[0-9A-Za-z]{54} | 4b1d[0-9A-Za-z]{38}\b                        # EasyPost, ClickHouse
    | GR1348941[\w-]{16} | gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat|wt)-[\w-]{16}   # GitLab
    | gh[oprsu]_\w{20} | github_pat_\w{20}
    | SG\.[\w-]{22}\.[\w-]{43} | xkeysib-[0-9a-f]{32}                    # SendGrid, Brevo
    | SK[0-9A-Fa-f]{32}\b                                                   # Twilio
    | key-[0-9a-f]{32} | [0-9a-f]{32}-(?:[0-9a-f]{8}-[0-9a-f]{8}\b | us[0-9]{1,2}\b)   # Mailgun, Mailchimp
    | [MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27} | [0-9]{8,10}:[\w-]{35}(?![\w-])      # Discord, Telegram
    | [rs]k_(?:live|prod|test)_[0-9A-Za-z]{10} | whsec_[\w+/]{20}           # Stripe
    | d(?:api|kea|ose|sapi)[0-9a-f]{32} | ver:[0-9]{1,3}-hint:[0-9]         # Databricks, Snowflake's sessions
    | do[opr]_v1_[0-9a-f]{32} | hv[brs]\.[\w-]{20} | sha256~[\w-]{40}       # DigitalOcean, Vault, OpenShift
    | dp\.[a-z]{1,9}\.[0-9A-Za-z]{40} | dt0[a-z][0-9]{2}\.[0-9A-Za-z]{24}\. # Doppler, Dynatrace
    | cio[0-9A-Za-z]{32}\b | npm_[0-9A-Za-z]{30} | oy2[0-9a-z]{43}\b | pypi-AgE[\w-]{16} | rubygems_[0-9a-f]{32}
    | eyJrIjoi[0-9A-Za-z]{60}                                               # Grafana
    | pat[0-9A-Za-z]{14}\.[0-9a-f]{64} | [ps]at\.[\w-]{22}\.[0-9A-Za-z]{20} # Airtable, Harness
    | shp[a-z]{2,3}_[0-9A-Fa-f]{32}                                         # Shopify
    | sk-(?:admin|ant|or|proj|svcacct)-[\w-]{40} | sk-[0-9A-Za-z]{20}       # Anthropic, OpenAI
    | xapp-[0-9]-[\w-]{10} | xox[a-z](?:\.xox[a-z])?-(?:[0-9]{1,20}-|[\w-]{10}) | xwfp-[\w-]{10}   # Slack
    | (?:api_org|CCIPAT|CLOJARS|dbt[cu]|dckr_[op]at|figd|FLWSECK(?:_TEST)?|gsk|hf|lin_(?:api|oauth)|nfp|ntn|pn[bu]|r8
        |rdme|sbp|sgp|shippo_(?:live|test)|sntryu|sq[apu])_[0-9A-Za-z-]{0,16}[0-9A-Za-z]{20}
    | (?:duffel_(?:live|test)|fm[12][ar]?|fo1|pscale_(?:oauth|pw|tkn))_[\w.+/=-]{32} | (?:glc|ops|sntrys)_eyJ
    | FLWSECK_TEST-[0-9a-h]{12} | glsa_[0-9A-Za-z]{32}_ | sm_[aps]at_[0-9A-Za-z]{16}
    | API-[0-9A-Z]{26}\b | HRKU-AA[\w-]{20} | NRAK-[0-9A-Z]{20} | PMAK-[0-9a-f]{24} | fio-u-[\w=-]{64}
    | ico-[0-9A-Za-z]{32} | p8e-[0-9a-z]{32} | pplx-[0-9A-Za-z]{40} | pul-[0-9a-f]{40} | s-s4t2(?:af|ud)-[0-9a-f]{64}
    | tk-us-[\w-]{48} | tskey-[a-z]{1,9}-[0-9A-Za-z]{10} | v1\.0-[0-9a-f]{24}- | xai-[0-9A-Za-z]{40}
    | (?i:bearer)\s{1,8}(?=[^\s]{0,99}[0-9])[\w.~+/-]{16}                   # RFC 6750
    | (?i:identified\s{1,8}by\s{1,8}["'])                                   # SQL
  )
"""
_USER_INFO: Final = r"""
    ://[^/\s:@\[]{0,255}:(?![0-9]{1,5}(?:[,/?\#]|$))[^\s@]{1,255}@
  | (?<![^\s"'=])[\w$\#]{1,128}/[^\s/@]{1,128}@//
  | jdbc:oracle:[a-z0-9]{1,9}:[^/\s@]{1,255}/[^\s@]{1,255}@
  | (?<![^\s"'=])[^\s:/@"']{1,255}:[^\s/@]{1,255}@(?:[a-z]{1,9}\(|[0-9A-Za-z.-]{1,255}(?::[0-9]{1,5})?/[0-9A-Za-z])
"""
# HTTP's scheme Basic (RFC 7617), and schemes of single issuers.
_BASIC: Final = r"(?i:basic)\s{1,8}([0-9A-Za-z+/]{4,255}={0,2})"
_SCHEME: Final = r"(?i:apikey|token)\s{1,8}([\w.~+/-]{16,255})"
# Tokens of issuers that are not listed above, by their usual form `acme_live_…`; and those of older versions of Vault.
_PREFIXED: Final = r"(?<![0-9A-Za-z])[A-Za-z][0-9A-Za-z]{0,11}[_-]([0-9A-Za-z]{28,255})(?![0-9A-Za-z])"
_OLD_VAULT: Final = r"(?<![\w.])[bs]\.([0-9A-Za-z]{24})(?!\w)"
# 30, 32 or 64 bytes: secret access keys of AWS and Google, keys of Azure's Service Bus and of its storage accounts.
_KEY_IN_BASE64: Final = r"""
    (?<![0-9A-Za-z+/-]) (?<!(?i:sha256):)
    ([0-9A-Za-z+/]{40} | [0-9A-Za-z+/]{43}= | [0-9A-Za-z+/]{86}==) (?![0-9A-Za-z+/=_-])
"""
# A name and its value, as connection strings, URLs, JSON, YAML, XML, SQL and command lines write them. The value is
# looked at without being consumed: it may begin with another name.
_ASSIGNMENT: Final = r"""
    (?<![\w.+/-]) (?:--?)? ([0-9A-Za-z_][\w.-]{0,63}+)
    (?: ["'`\]]?\s{0,8}(?::=|=>?)\s{0,8}["']?(?=([^\s"'&;,)]{0,255}))      # password=…
      | \\?["']\s{0,8}:\s{0,8}\\?["'](?=([^"'\s]{1,255}))                  # "password": "…"
      | \s{1,8}(?i:as\s{1,8})?'(?=([^']{1,255}))                          # PASSWORD '…'
      | >(?=([^<\s]{1,255})</)                                           # <password>…</password>
    )
  | (?<!\S)--?([A-Za-z][\w.-]{0,63}+)[ ]{1,8}(?=(\S{1,255}))              # --password …
  | (?:^|(?<=[\n{,;]))[\s-]{0,8}([A-Za-z_][\w.-]{0,63}+):[ ]{0,8}         # password: …
    (?=([^\s,;}:/][^\s,;}]{3,254})\s{0,8}(?:$|[\n,;}]))
"""
_BASE64: Final = r"(?:[0-9A-Za-z+/_-]{4}){2,}+(?:[0-9A-Za-z+/_-]{2}(?:==)?|[0-9A-Za-z+/_-]{3}=?)?"
_TO_URL_SAFE: Final = str.maketrans("+/", "-_")
_RUN: Final = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"


def is_plain_secret(property_name: str, value: str) -> bool:
    """Return whether the value of a property is a secret, by the property's name or by the value's form."""
    return is_sensitive(property_name, value) or any(_holds_secret(text) for text in _readings(value))


@cache
def _expression(text: str) -> re.Pattern[str]:
    """Compile an expression when it is needed for the first time, so that no start waits for it."""
    return re.compile(text, re.VERBOSE)


def _readings(value: str) -> Iterator[str]:
    """Yield the value, and the texts that it holds in percent-encoding or base64."""
    yield value
    if "%" in value:
        yield unquote(value)
    if (text := _text_in_base64(value)) is not None:
        yield text


def _holds_secret(text: str) -> bool:
    return (
        _expression(_FORMATS).search(text) is not None
        or _expression(_USER_INFO).search(text) is not None
        or any(":" in (_text_in_base64(found) or "") for found in _expression(_BASIC).findall(text))
        or any(_alternates(found, 3.4) or _is_hex(found) for found in _expression(_SCHEME).findall(text))
        or any(_alternates(found, 2.7) for found in _expression(_PREFIXED).findall(text))
        or any(_alternates(found, 3.4) for found in _expression(_OLD_VAULT).findall(text))
        or any(_is_random_key(found) for found in _expression(_KEY_IN_BASE64).findall(text))
        or any(_assigns_secret(found) for found in _expression(_ASSIGNMENT).finditer(text))
    )


def _assigns_secret(assignment: re.Match[str]) -> bool:
    if assignment.string.endswith("=") and _expression(_BASE64).fullmatch(assignment.string):
        return False  # the `=` is base64's padding
    name, value, *_ = (*filter(None, assignment.groups()), "")
    return is_sensitive(name, value, keys=False)


def _text_in_base64(value: str) -> str | None:
    if _expression(_BASE64).fullmatch(value) is None:
        return None
    try:
        text = urlsafe_b64decode(value.translate(_TO_URL_SAFE).rstrip("=") + "==").decode()
    except ValueError:
        return None
    return text if re.sub(r"[\n\r\t]", "", text).isprintable() else None


def _is_random_key(key: str) -> bool:
    return not key.islower() and _alternates(key.rstrip("="), 3.4) and _text_in_base64(key) is None


def _alternates(text: str, mean: float) -> bool:
    """Return whether cases and digits alternate: the mean run is shorter than the words of an identifier.

    Hexadecimal digits do not count: hashes and UUIDs open nothing.
    """
    return len(text) < mean * len(_expression(_RUN).findall(text)) and not _is_hex(text)


def _is_hex(text: str) -> bool:
    return _expression("[0-9A-Fa-f]+").fullmatch(text) is not None
