"""Names and values that are credentials, and as many that are not: generated, so that kinds are tested, not examples.

Names come from words, prefixes, suffixes, numbers and ways to write them. Values follow the formats that their issuers
document, filled with random characters at run time: none is a real credential, and none stands in the repository, where
a secret scanner would report it. Every call returns the same corpus.
"""

import base64
import hashlib
import json
import string
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product
from random import Random
from typing import Final
from urllib.parse import quote

type Case = tuple[str, str]
"""Where a name or value comes from, and the name or value."""


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.replace("\n", "|").split("|") if item.strip()]


# -- Names -------------------------------------------------------------------------------------------------------------

_LONG: Final = _listed("""
    password|passwd|pswd|passwrd|pwd|pass word|pass phrase|pass code|secret|client secret|app secret|token
    access token|refresh token|bearer token|auth token|api token|session token|id token|tkn|credential|credentials
    creds|api key|access key|secret key|secret access key|access key id|account key|private key|priv key|shared key
    signing key|encryption key|master key|ssh key|storage key|connection string|conn str|shared access signature
    basic auth|auth header|keytab|id rsa|otp code|verification code|recovery phrase|passwords|secrets|tokens
    api keys|key password|private key passphrase
""")
_SHORT: Final = _listed("pass|pw|pword|cred|jwt|otp|totp|p12|p8|pem|pfx|pin|ppk|psk|pat|sas|sig|tok|scrt")
_KEY: Final = ["key", "keys"]

_PREFIXES: Final = _listed(
    "db|sf|pk|my|pg|dwh|snowflake|redshift|user|admin|root|proxy|ssl|oauth|source|target|svc|old|new|prod"
)
_SUFFIXES: Final = _listed(
    "old|new|value|text|prod|dev|env|file|hash|base64|backup|plain|enc|primary|current|v2|us east|snowflake"
)
_UNKNOWN: Final = _listed("acme|finance|looker|zebra|customer|emea hub|tableau|fivetran|invoice|blue")
_NUMBERS: Final = ["1", "2", "42", "_2", "-01"]


def _camel(words: list[str]) -> str:
    return words[0] + "".join(word.capitalize() for word in words[1:])


_STYLES: Final[dict[str, Callable[[list[str]], str]]] = {
    "camel": _camel,
    "pascal": lambda words: "".join(word.capitalize() for word in words),
    "snake": "_".join,
    "screaming": lambda words: "_".join(words).upper(),
    "kebab": "-".join,
    "dotted": ".".join,
    "train": lambda words: "-".join(word.capitalize() for word in words),
    "joined": "".join,
    "upper": lambda words: "".join(words).upper(),
    "acronym": lambda words: words[0].upper() + "".join(word.capitalize() for word in words[1:]),
    "shouted": lambda words: "".join(words[:-1]) + words[-1].upper(),
}
_JOINING: Final = {"joined", "upper", "shouted"}


def sensitive_names() -> Iterator[Case]:
    """Yield names that say that their value is a secret."""
    decorations = [
        ("plain", [], []),
        *(("prefix", prefix.split(), []) for prefix in _PREFIXES),
        *(("suffix", [], suffix.split()) for suffix in _SUFFIXES),
        *(("unknown prefix", prefix.split(), []) for prefix in _UNKNOWN),
    ]
    both = [("both", p.split(), s.split()) for p, s in product(_PREFIXES[::3], _SUFFIXES[::3])]
    for words, (kind, before, after), (style, write) in product(
        [*_LONG, *_SHORT, *_KEY], [*decorations, *both], _STYLES.items()
    ):
        # `acmepin` and `acmesas` are words as good as `acmespin`: nobody can tell them.
        if kind == "unknown prefix" and style in _JOINING | {"acronym"} and words in _SHORT:
            continue
        name = write([*before, *words.split(), *after])
        yield f"{words}/{kind}/{style}", name
        number = _NUMBERS[int(hashlib.sha256(name.encode()).hexdigest(), 16) % len(_NUMBERS)]
        yield f"{words}/{kind}/{style}/numbered", name + number


_HARMLESS: Final = _listed("""
    sort key|public key id|public key|keyspace|compass|dist key|primary key|partition key|bypass|passenger|tokenizer
    monkey|key column|foreign keys|secretary|surrogate key|cluster key|clustering key|unique key|row key|range key
    hash key|kms key|kms key id|encryption key id|key name|key range|key prefix|key alias|keyboard|keynote|keyword
    keywords|keycloak url|turkey|hockey|donkey|pass through|passive mode|passport|passage|compassion|overpass
    tokenize|tokenized|secretariat|passwordless|passwordless login|pinned|pinterest|spin|spa|sasquatch|pattern|path
    patient|signal|signed|design|assign|sigma|otherwise|authority|authenticator|auth type|auth method|auth mode
    author|authors|login|login timeout|user|username|user name|account|account name|account id|account locator|host
    hostname|port|database|schema|warehouse|role|region|url|uri|jdbc url|endpoint|cluster|cluster identifier
    cluster id|workgroup|db user|db group|client id|tenant id|application|application name|app name|query tag
    query group|timeout|login timeout seconds|ssl|ssl mode|ssl root cert|certificate|validate default parameters
    network timeout|keep alive|client session keep alive|time zone|statement timeout|fetch size|max connections
    pool size|proxy host|proxy port|proxy user|use proxy|s3 bucket|s3 prefix|bucket|folder|file|file format|stage
    stage name|integration|storage integration|iam role|role arn|external id|session name|profile|plugin name
    idp host|idp port|idp tenant|preferred role|auto create|force lowercase|scope|audience|issuer|comment
    description|note|label|tags|owner|team|email|contact|version|driver|driver class|encoding|charset|locale
    language|currency|country|timezone|priority|password policy|password expiry days|password min length|token type
    token ttl|token ttl seconds|token expires in|token lifetime|token issuer|credentials provider|credential type
    secret rotation days|signature version|signature algorithm|use password|has password|require token
    enable token auth method|is secret required|max tokens|min password length|token count|password column
    token field|secret name|secret version|cookie domain|shared access key name|client request mfa token
    client store temporary credential|passcode in password|private key algorithm|pem format|private link|privatelink
    private endpoint|is private|shared database|shares|access history|access mode|code|codepage|opinion|shopping
    mapping|napping|crispness|atlas|texas sasha|kansas|dispatch|spatial|compatible|topic|tokyo|stock|stick|power
    spawn|upward|sprint|script|descriptor|subscription|transcript|option|adoption|potpourri|stopwords|top words|ping
    pipeline|pipeline id|spinup|pinot|passing grade|pass rate count|by pass|sort keys|order by keys|record key
    message key
""")
_HARMLESS_PREFIXES: Final = _listed("db|sf|my|snowflake|redshift|source|target|new|prod|default|acme")


def harmless_names() -> Iterator[Case]:
    """Yield names that a warehouse's properties have, or that are spelt like sensitive ones and are not."""
    for words in _HARMLESS:
        for style, write in _STYLES.items():
            # Joined letters keep no words apart: `usepassword` may be anyone's.
            if style in _JOINING | {"acronym"} and len(words.split()) > 1:
                continue
            for prefix in ["", *_HARMLESS_PREFIXES]:
                if prefix and style in _JOINING | {"acronym"}:
                    continue
                if prefix and words.split()[0] in {
                    "use",
                    "has",
                    "require",
                    "enable",
                    "is",
                    "max",
                    "min",
                    "client",
                    "passcode",
                }:
                    continue
                name = write([*prefix.split(), *words.split()])
                yield f"{words}/{style}", name
                if not prefix and words.split()[0] not in {"client", "passcode"}:
                    yield f"{words}/{style}/numbered", f"{name}2"


# -- Values ------------------------------------------------------------------------------------------------------------

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
_ALNUM: Final = _LOWER + _UPPER + _DIGITS
_BASE32: Final = _UPPER + "234567"
_BASE64: Final = _ALNUM + "+/"
_BASE64URL: Final = _ALNUM + "-_"
_HEX: Final = "0123456789abcdef"


class _Maker:
    """Makes values from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def of(self, characters: str, length: int) -> str:
        return "".join(self.random.choices(characters, k=length))

    def octets(self, length: int) -> bytes:
        return self.random.randbytes(length)

    def base64(self, length: int) -> str:
        return base64.b64encode(self.octets(length)).decode()

    def url64(self, content: bytes | dict[str, object]) -> str:
        data = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    def password(self) -> str:
        return self.of(_LOWER + _DIGITS, 4) + self.of(_ALNUM + "!#$*_.-", 8)

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self.octets(16), version=4))

    def jwt(self, claims: dict[str, object]) -> str:
        return f"{self.url64({'alg': 'RS256', 'typ': 'JWT'})}.{self.url64(claims)}.{self.url64(self.octets(64))}"

    def pem(self, label: str) -> str:
        lines = "\n".join(self.base64(48) for _ in range(8))
        return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"

    def der(self, head: str, length: int) -> str:
        """Base64 of DER that begins with these bytes."""
        return base64.b64encode(bytes.fromhex(head) + self.octets(length)).decode()


def _each(kind: str, names: Iterable[str], make: Callable[[str, _Maker], str]) -> dict[str, Callable[[_Maker], str]]:
    return {kind.format(name): partial(make, name) for name in names}


_CREDENTIALS: Final[dict[str, Callable[[_Maker], str]]] = {
    # AWS: IAM User Guide, "IAM identifiers" and "Managing access keys"; Bedrock, "API keys".
    "aws access key id": lambda m: "AKIA" + m.of(_BASE32, 16),
    "aws temporary access key id": lambda m: "ASIA" + m.of(_BASE32, 16),
    "aws bearer token": lambda m: "ABIA" + m.of(_BASE32, 16),
    "aws context credential": lambda m: "ACCA" + m.of(_BASE32, 16),
    "aws access key id in a text": lambda m: f"key AKIA{m.of(_BASE32, 16)}, region eu-west-1",
    "aws secret access key": lambda m: m.of(_BASE64, 40),
    "aws bedrock key": lambda m: "ABSK" + m.base64(99),
    "aws presigned url": lambda m: (
        "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60"
        f"&X-Amz-Signature={m.of(_HEX, 64)}"
    ),
    "aws credentials file": lambda m: f"[default]\naws_secret_access_key = {m.of(_BASE64, 40)}",
    # Azure: Storage, "Authorize with Shared Key", "Service SAS"; Entra ID; Service Bus.
    "azure storage key": lambda m: m.base64(64),
    "azure service bus key": lambda m: m.base64(32),
    "azure storage connection string": lambda m: (
        f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={m.base64(64)};EndpointSuffix=core.windows.net"
    ),
    "azure service bus connection string": lambda m: (
        f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={m.base64(32)}"
    ),
    "azure sas token": lambda m: (
        f"sv=2022-11-02&ss=b&srt=sco&sp=rl&se=2030-01-01T00:00:00Z&sig={quote(m.base64(32), safe='')}"
    ),
    "azure sas url": lambda m: f"https://a.blob.core.windows.net/c?sp=r&sv=2022-11-02&sr=c&sig={m.of(_ALNUM, 40)}%3D",
    "azure sas of service bus": lambda m: (
        f"SharedAccessSignature sr=https%3A%2F%2Fx&sig={m.of(_ALNUM, 43)}%3D&se=1&skn=k"
    ),
    "azure client secret": lambda m: m.of(_ALNUM + "_~.-", 3) + "8Q~" + m.of(_ALNUM + "_~.-", 34),
    # Google Cloud: "API keys", "Create and delete service account keys", "HMAC keys"; OAuth 2.0.
    "gcp api key": lambda m: "AIza" + m.of(_BASE64URL, 35),
    "gcp service account": lambda m: json.dumps(
        {"type": "service_account", "private_key_id": m.of(_HEX, 40), "private_key": m.pem("PRIVATE KEY")}
    ),
    "gcp service account in base64": lambda m: base64.b64encode(
        json.dumps({"type": "service_account", "private_key": m.pem("PRIVATE KEY")}).encode()
    ).decode(),
    "gcp authorized user": lambda m: json.dumps(
        {"type": "authorized_user", "refresh_token": "1//0" + m.of(_BASE64URL, 60)}
    ),
    "gcp access token": lambda m: "ya29." + m.of(_BASE64URL, 120),
    "gcp refresh token": lambda m: "1//0" + m.of(_BASE64URL, 90),
    "gcp client secret": lambda m: "GOCSPX-" + m.of(_BASE64URL, 28),
    "gcp hmac access id": lambda m: "GOOG1E" + m.of(_BASE32, 55),
    "gcp hmac secret": lambda m: m.of(_BASE64, 40),
    # Source control and packages.
    **_each("github {}", ("ghp", "gho", "ghu", "ghs", "ghr"), lambda prefix, m: f"{prefix}_{m.of(_ALNUM, 36)}"),
    "github fine-grained": lambda m: f"github_pat_{m.of(_ALNUM, 22)}_{m.of(_ALNUM, 59)}",
    **_each(
        "gitlab {}",
        ("glpat", "gldt", "glrt", "glptt", "glft", "glimt", "glsoat", "glagent", "gloas", "glffct"),
        lambda prefix, m: f"{prefix}-{m.of(_BASE64URL, 20)}",
    ),
    "npm": lambda m: "npm_" + m.of(_ALNUM, 36),
    "npm configuration": lambda m: f"//registry.npmjs.org/:_authToken={m.uuid()}",
    "pypi": lambda m: "pypi-AgEIcHlwaS5vcmc" + m.of(_BASE64URL, 150),
    "atlassian": lambda m: "ATATT3xFfGF0" + m.of(_BASE64URL, 170) + "=" + m.of(_HEX.upper(), 8),
    "bitbucket": lambda m: "ATBB" + m.of(_ALNUM, 32),
    # Messages and payments.
    "slack bot": lambda m: f"xoxb-{m.of(_DIGITS, 12)}-{m.of(_DIGITS, 12)}-{m.of(_ALNUM, 24)}",
    "slack user": lambda m: f"xoxp-{m.of(_DIGITS, 12)}-{m.of(_DIGITS, 12)}-{m.of(_DIGITS, 12)}-{m.of(_HEX, 32)}",
    "slack app": lambda m: f"xapp-1-A{m.of(_UPPER + _DIGITS, 10)}-{m.of(_DIGITS, 12)}-{m.of(_HEX, 64)}",
    "slack configuration": lambda m: f"xoxe.xoxp-1-{m.of(_BASE64URL, 160)}",
    "slack webhook": lambda m: (
        f"https://hooks.slack.com/services/T{m.of(_UPPER, 8)}/B{m.of(_UPPER, 8)}/{m.of(_ALNUM, 24)}"
    ),
    "stripe secret": lambda m: "sk_live_" + m.of(_ALNUM, 24),
    "stripe restricted": lambda m: "rk_test_" + m.of(_ALNUM, 99),
    "stripe webhook": lambda m: "whsec_" + m.of(_ALNUM, 32),
    "twilio api key": lambda m: "SK" + m.of(_HEX, 32),
    "sendgrid": lambda m: f"SG.{m.of(_BASE64URL, 22)}.{m.of(_BASE64URL, 43)}",
    "mailgun": lambda m: "key-" + m.of(_HEX, 32),
    "mailgun new": lambda m: f"{m.of(_HEX, 32)}-{m.of(_HEX, 8)}-{m.of(_HEX, 8)}",
    "mailchimp": lambda m: f"{m.of(_HEX, 32)}-us{m.random.randrange(1, 22)}",
    **_each("shopify {}", ("shpat", "shpca", "shppa", "shpss"), lambda prefix, m: f"{prefix}_{m.of(_HEX, 32)}"),
    # Data and infrastructure.
    "snowflake key-pair jwt": lambda m: m.jwt(
        {"iss": "ACCT.USER.SHA256:" + m.base64(32), "sub": "ACCT.USER", "exp": 1}
    ),
    "snowflake programmatic access token": lambda m: m.jwt({"p": m.of(_DIGITS, 12), "iss": "SF:1049", "exp": 1}),
    "snowflake session": lambda m: f"ver:1-hint:{m.of(_DIGITS, 10)}-ETMsDgAAA{m.of(_BASE64, 120)}",
    "databricks": lambda m: "dapi" + m.of(_HEX, 32),
    "databricks, numbered": lambda m: f"dapi{m.of(_HEX, 32)}-2",
    "databricks oauth": lambda m: "dose" + m.of(_HEX, 32),
    "vault service": lambda m: "hvs." + m.of(_BASE64URL, 92),
    "vault batch": lambda m: "hvb." + m.of(_BASE64URL, 140),
    "vault legacy": lambda m: "s." + m.of(_ALNUM, 24),
    "terraform": lambda m: f"{m.of(_ALNUM, 14)}.atlasv1.{m.of(_BASE64URL, 67)}",
    **_each("digitalocean {}", ("dop", "doo", "dor"), lambda prefix, m: f"{prefix}_v1_{m.of(_HEX, 64)}"),
    "openai": lambda m: f"sk-{m.of(_ALNUM, 20)}T3BlbkFJ{m.of(_ALNUM, 20)}",
    "openai project": lambda m: f"sk-proj-{m.of(_BASE64URL, 74)}T3BlbkFJ{m.of(_BASE64URL, 74)}",
    "anthropic": lambda m: f"sk-ant-api03-{m.of(_BASE64URL, 93)}AA",
    "unknown issuer": lambda m: f"{m.of(_LOWER, 4)}_live_{m.of(_ALNUM, 64)}",
    # Keys and tokens of any issuer: RFC 7468, 5958, 5915, 7519, 7516, 7617, 6750.
    **_each(
        "pem {}",
        ("PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "CERTIFICATE"),
        lambda label, m: m.pem(label),
    ),
    "pem in one line": lambda m: m.pem("EC PRIVATE KEY").replace("\n", "\\n"),
    "pem in base64": lambda m: base64.b64encode(m.pem("PRIVATE KEY").encode()).decode(),
    "pkcs8 rsa in base64": lambda m: m.der("308204bd020100300d06092a864886f70d0101010500048204a7", 900),
    "pkcs1 rsa in base64": lambda m: m.der("308204a40201000282010100", 900),
    "pkcs8 ec in base64": lambda m: m.der("308187020100301306072a8648ce3d020106082a8648ce3d030107", 100),
    "sec1 ec in base64": lambda m: m.der("30770201010420", 100),
    "pkcs8 ed25519 in base64": lambda m: m.der("302e020100300506032b657004220420", 32),
    "encrypted pkcs8 in base64": lambda m: m.der("3082052d305706092a864886f70d01050d304a", 900),
    "jwt": lambda m: m.jwt({"sub": m.uuid(), "exp": 1}),
    "jwt in a text": lambda m: f"use {m.jwt({'sub': 'x', 'exp': 1})} here",
    "unsigned jwt": lambda m: f"{m.url64({'alg': 'none'})}.{m.url64({'sub': m.uuid()})}.",
    "jwe": lambda m: (
        f"{m.url64({'alg': 'RSA-OAEP'})}.{m.url64(m.octets(256))}.{m.url64(m.octets(12))}"
        f".{m.url64(m.octets(64))}.{m.url64(m.octets(16))}"
    ),
    "basic authorization": lambda m: "Basic " + base64.b64encode(f"user:{m.password()}".encode()).decode(),
    "bearer authorization": lambda m: "Authorization: Bearer " + m.of(_BASE64URL, 30) + "7",
    # Connection strings.
    **_each(
        "{} url",
        (
            "postgresql",
            "mysql+pymysql",
            "mongodb+srv",
            "amqps",
            "redis",
            "snowflake",
            "redshift",
            "https",
            "ftp",
        ),
        lambda scheme, m: f"{scheme}://user:{m.password()}@db.example.com:5432/sales",
    ),
    "redis without user": lambda m: f"redis://:{m.password()}@cache.example.com:6379/0",
    "url with a slash in the password": lambda m: f"postgres://user:{m.password()}/x@db.example.com/sales",
    "mongodb with replicas": lambda m: f"mongodb://u:{m.password()}@h1:27017,h2:27017/db?replicaSet=r",
    "encoded url": lambda m: f"postgres%3A%2F%2Fuser%3A{m.password().replace('#', '%23')}%40db.example.com%2Fsales",
    "jdbc postgresql": lambda m: f"jdbc:postgresql://h:5432/db?user=u&password={m.password()}",
    "jdbc snowflake": lambda m: (
        f"jdbc:snowflake://a.snowflakecomputing.com/?user=u&warehouse=w&password={m.password()}"
    ),
    "jdbc redshift": lambda m: f"jdbc:redshift:iam://h:5439/dev?AccessKeyID=x;SecretAccessKey={m.of(_BASE64, 40)}",
    "jdbc sql server": lambda m: f"jdbc:sqlserver://h:1433;databaseName=d;user=sa;password={m.password()};encrypt=true",
    "jdbc oracle": lambda m: f"jdbc:oracle:thin:scott/{m.password()}@//db.example.com:1521/orcl",
    "oracle": lambda m: f"scott/{m.password()}@//db.example.com:1521/orcl",
    "odbc": lambda m: f"Driver={{Snowflake}};Server=a.snowflakecomputing.com;Uid=u;Pwd={m.password()}",
    "ado": lambda m: f"Server=tcp:h,1433;Initial Catalog=d;User ID=sa;Password={m.password()};",
    "libpq": lambda m: f"host=h port=5432 dbname=d user=u password='{m.password()}'",
    "go mysql": lambda m: f"user:{m.password()}@tcp(db.example.com:3306)/sales",
    "go snowflake": lambda m: f"user:{m.password()}@acct.eu-west-1/sales/public?warehouse=w",
    # Statements, headers, files and command lines.
    "snowflake copy": lambda m: f"COPY INTO t CREDENTIALS=(AWS_KEY_ID='AKIA{m.of(_BASE32, 16)}' AWS_SECRET_KEY='x')",
    "snowflake copy with a token": lambda m: f"CREDENTIALS = (AZURE_SAS_TOKEN = '?sv={m.of(_ALNUM, 20)}')",
    "snowflake encryption": lambda m: f"ENCRYPTION = (TYPE = 'AWS_CSE' MASTER_KEY = '{m.base64(32)}')",
    "redshift copy": lambda m: f"CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key={m.of(_BASE64, 40)}'",
    "redshift copy, by parts": lambda m: f"ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY '{m.password()}'",
    "redshift user": lambda m: f"CREATE USER u PASSWORD '{m.password()}'",
    "sql identified by": lambda m: f"ALTER USER u IDENTIFIED BY '{m.password()}'",
    "json": lambda m: json.dumps({"user": "u", "password": m.password()}),
    "json in json": lambda m: json.dumps(json.dumps({"client_secret": m.password()})),
    "yaml": lambda m: f"user: u\npassword: {m.password()}\n",
    "an assigned assignment": lambda m: f"options=password={m.password()}",
    "yaml without a space": lambda m: f"pwd:{m.password()}",
    "xml": lambda m: f"<user>u</user><password>{m.password()}</password>",
    "command line": lambda m: f"psql --username u --password {m.password()}",
    "command line with =": lambda m: f"--user=u --api-key={m.password()}",
    "environment": lambda m: f"export DB_PASS={m.password()}",
    **_each(
        "assigned {}",
        (
            "pwd",
            "sfpassword",
            "private_key_passphrase",
            "accountKey1",
            "client.secret",
            "sessionToken2",
            "dbPass",
        ),
        lambda name, m: f"a=1;{name}={m.password()}",
    ),
}


def credentials(each: int = 10) -> Iterator[Case]:
    """Yield values that are credentials by their form, `each` of every format."""
    for number, (kind, make) in enumerate(_CREDENTIALS.items()):
        maker = _Maker(number)
        yield from ((kind, make(maker)) for _ in range(each))


_WORDS_OF_IDS: Final = _listed(
    "sales|finance|warehouse|analytics|prod|region|customer|order|daily|export|loader|report|raw|gold"
)


# Short beginnings of tokens, which names have as well.
_TOKEN_PREFIXES: Final = _listed(
    "sk-|pk-|key-|pat-|hf_|npm_|pypi-|ops_|r8_|glc_|ntn_|sgp_|figd_|API-|ico-|v1.0-|global-|glad-|ghost_|s.|b.|SG."
)


def _identifier(m: _Maker, separator: str, count: int) -> str:
    return separator.join(m.random.choices(_WORDS_OF_IDS, k=count))


_PLAIN: Final[dict[str, Callable[[_Maker], str]]] = {
    "account": lambda m: f"{m.of(_LOWER, 2)}{m.of(_DIGITS, 5)}.eu-west-1",
    "snowflake account": lambda m: f"{m.of(_UPPER, 7)}-{m.of(_UPPER + _DIGITS, 8)}",
    "snowflake host": lambda m: f"{m.of(_LOWER, 7)}-{m.of(_LOWER, 8)}.snowflakecomputing.com",
    "redshift host": lambda m: (
        f"{_identifier(m, '-', 2)}.{m.of(_LOWER + _DIGITS, 12)}.eu-west-1.redshift.amazonaws.com"
    ),
    "host and port": lambda m: f"{_identifier(m, '-', 2)}.example.com:5439",
    "ip": lambda m: f"10.0.{m.random.randrange(256)}.{m.random.randrange(256)}:5439",
    "url": lambda m: f"https://{_identifier(m, '.', 2)}.example.com:8443/{_identifier(m, '/', 2)}?page=2&sort=name",
    "url with user": lambda m: f"ssh://{_identifier(m, '', 1)}@example.com:22/a@b",
    "url with port and @": lambda m: f"https://host:{m.random.randrange(1, 65536)}/a@b",
    "url of an address with 6": lambda m: f"http://[2001:db8::{m.of(_HEX, 4)}]:8080/a@b",
    "mongodb": lambda m: f"mongodb://h1:27017,h2:27017/{_identifier(m, '_', 1)}?replicaSet=r&contact=a@b",
    "token url": lambda m: f"https://login.example.com/{m.uuid()}/oauth2/v2.0/token",
    "s3": lambda m: f"s3://{_identifier(m, '-', 3)}/{_identifier(m, '/', 4)}/part-{m.of(_DIGITS, 5)}.parquet",
    "arn": lambda m: f"arn:aws:iam::{m.of(_DIGITS, 12)}:role/{_identifier(m, '-', 3)}",
    "secret's arn": lambda m: (
        f"arn:aws:secretsmanager:eu-west-1:{m.of(_DIGITS, 12)}:secret:{_identifier(m, '/', 2)}-{m.of(_ALNUM, 6)}"
    ),
    "kms arn": lambda m: f"arn:aws:kms:eu-west-1:{m.of(_DIGITS, 12)}:key/{m.uuid()}",
    "iam ids that open nothing": lambda m: f"{m.random.choice(['AIDA', 'AROA', 'AGPA'])}{m.of(_BASE32, 17)}",
    "uuid": lambda m: m.uuid(),
    "uuid without dashes": lambda m: m.of(_HEX, 32),
    "sha-1": lambda m: m.of(_HEX, 40),
    "sha-256": lambda m: m.of(_HEX, 64),
    "key's fingerprint": lambda m: "SHA256:" + m.base64(32),
    "image": lambda m: f"{_identifier(m, '/', 2)}:1.2@sha256:{m.of(_HEX, 64)}",
    "version": lambda m: f"{m.random.randrange(20)}.{m.random.randrange(20)}.{m.random.randrange(20)}-rc.1",
    "number": lambda m: m.of(_DIGITS, m.random.randrange(1, 20)),
    "boolean": lambda m: m.random.choice(["true", "false", "TRUE", "0", "1", "on"]),
    "email": lambda m: f"{_identifier(m, '.', 2)}@example.com",
    "mailto": lambda m: f"mailto:{_identifier(m, '.', 2)}@example.com",
    "path": lambda m: f"/{_identifier(m, '/', 4)}/rsa_key.p8",
    "path of 40 letters": lambda m: ("/Data/" + "/".join(w.capitalize() for w in m.random.choices(_WORDS_OF_IDS, k=9)))[
        :40
    ],
    "windows path": lambda m: f"C:\\keys\\{_identifier(m, '_', 2)}.pem",
    "snake identifier": lambda m: _identifier(m, "_", 8),
    "camel identifier": lambda m: _camel(m.random.choices(_WORDS_OF_IDS, k=7)),
    "identifier of 40 letters": lambda m: (_camel(m.random.choices(_WORDS_OF_IDS, k=12)) + "2024")[:36] + "2024",
    "upper identifier": lambda m: _identifier(m, "_", 6).upper(),
    "prefixed identifier": lambda m: f"prod_v2_{_camel(m.random.choices(_WORDS_OF_IDS, k=7))}2024",
    "cloudformation role": lambda m: (
        f"arn:aws:iam::{m.of(_DIGITS, 12)}:role/Sales-RedshiftCopyRole{m.of(_HEX, 8).upper()}"
        f"-{m.of(_UPPER + _DIGITS, 13)}"
    ),
    "object id": lambda m: f"price_{m.of(_ALNUM, 24)}",
    "client id": lambda m: f"{m.of(_DIGITS, 12)}-{m.of(_LOWER + _DIGITS, 32)}.apps.googleusercontent.com",
    "stripe publishable": lambda m: "pk_live_" + m.of(_LOWER, 8),
    "twilio account": lambda m: "AC" + m.of(_HEX, 32),
    "short base64": lambda m: base64.b64encode(_identifier(m, " ", 2).encode()).decode(),
    "base64 of 30 letters": lambda m: base64.b64encode(_identifier(m, " ", 9)[:30].encode()).decode(),
    "base64 of 32 letters": lambda m: base64.b64encode((_identifier(m, " ", 9))[:32].encode()).decode(),
    "base64 of 64 letters": lambda m: base64.b64encode(_identifier(m, " ", 20)[:64].encode()).decode(),
    "rsa public key": lambda m: m.der("30820122300d06092a864886f70d01010105000382010f003082010a0282010100", 260),
    "ed25519 public key": lambda m: m.der("302a300506032b6570032100", 32),
    "ssh public key": lambda m: "ssh-ed25519 " + m.der("0000000b7373682d6564323535313900000020", 32) + " me@host",
    "jdbc snowflake": lambda m: (
        f"jdbc:snowflake://a.snowflakecomputing.com/?user=u&private_key_file=/keys/{_identifier(m, '/', 1)}.p8"
        "&warehouse=w&db=d&authenticator=oauth&CLIENT_SESSION_KEEP_ALIVE=true"
    ),
    "jdbc redshift": lambda m: (
        f"jdbc:redshift:iam://{_identifier(m, '-', 2)}:5439/dev?DbUser=u&ssl=true&sslmode=verify-full"
    ),
    "odbc": lambda m: (
        f"Driver={{Snowflake}};Server=a;Uid={_identifier(m, '', 1)};Database=d;Authenticator=snowflake_jwt"
    ),
    "ado": lambda m: f"Server=tcp:h,1433;Initial Catalog={_identifier(m, '', 1)};Integrated Security=true;",
    "storage account": lambda m: (
        f"DefaultEndpointsProtocol=https;AccountName={_identifier(m, '', 1)};EndpointSuffix=core.windows.net"
    ),
    "sql": lambda m: (
        f"SELECT a.customer_key, b.name FROM {_identifier(m, '.', 2)} a JOIN b ON a.customer_key = b.key WHERE b.n = 5"  # noqa: S608 - no query
    ),
    "sql with a literal": lambda m: (
        f"SELECT 'secret' AS label FROM {_identifier(m, '.', 3)} WHERE kind IN ('token', 'password')"  # noqa: S608 - no query
    ),
    "copy with a role": lambda m: (
        f"COPY t FROM 's3://b/k' IAM_ROLE 'arn:aws:iam::{m.of(_DIGITS, 12)}:role/r' FORMAT AS PARQUET"
    ),
    "sql types": lambda m: (
        f"CREATE TABLE {_identifier(m, '_', 2)} (token VARCHAR(20), password_hash CHAR(64), pin INT)"
    ),
    "json": lambda m: json.dumps(
        {"user": _identifier(m, "", 1), "role": "r", "tokenUrl": "https://login.example.com/token"}
    ),
    "yaml": lambda m: f"user: {_identifier(m, '', 1)}\nrole: r\n",
    "prose": lambda m: (
        f"The token and password of {_identifier(m, ' ', 2)} are in the vault: ask the team for a secret."
    ),
    "prose on authentication": lambda m: (
        f"basic authentication, bearer authorization-code-flow for {_identifier(m, ' ', 2)}"
    ),
    "time": lambda m: f"20{m.of('0123', 2)}-01-01T00:00:00Z",
    "cron": lambda m: f"cron(0 {m.random.randrange(24)} * * ? *)",
    "package": lambda m: f"npm:{_identifier(m, '-', 2)}@4.17.21",
    "java class": lambda m: f"com.amazonaws.auth.{_camel(m.random.choices(_WORDS_OF_IDS, k=2))}CredentialsProvider",
    "scopes": lambda m: f"session:role:{_identifier(m, '_', 2)} openid offline_access",
    "prefix of a token before words": lambda m: (
        m.random.choice(_TOKEN_PREFIXES) + _identifier(m, m.random.choice("_-"), 6)
    ),
    "sk- name": lambda m: f"sk-{_identifier(m, '-', 5)}",
    "hint": lambda m: f"keyspace={_identifier(m, '', 1)};sortkey=a;distkey=b;tokenType=Bearer",
    "path in json": lambda m: f"token::string, secret://{_identifier(m, '/', 2)}",
    "placeholder": lambda m: f"${{{_identifier(m, '_', 2).upper()}}}",
    "time zone": lambda _: "Europe/Berlin",
    "one letter, often": lambda m: m.of(_LOWER, 1) * 2_048,
    "encoded": lambda m: f"https://example.com/{_identifier(m, '%20', 3)}?q=a%3Db",
}


def plain_values(each: int = 10) -> Iterator[Case]:
    """Yield values that are no credentials, `each` of every kind."""
    for number, (kind, make) in enumerate(_PLAIN.items()):
        maker = _Maker(number)
        yield from ((kind, make(maker)) for _ in range(each))
