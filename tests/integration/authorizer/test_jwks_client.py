"""The authorizer fetches keys from a server on loopback that misbehaves in various ways."""

import functools
import gzip
import json
import random
import socket
import ssl
import string
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support.issuer import Gateway, Issuer, public_jwk, rs256
from support.jwks_server import Answer, JwksServer, Request

from connection_overrides.auth.jwks_client import fetch_jwks
from connection_overrides.auth.settings import JwksUrl

type Serve = Callable[[Answer], JwksServer]

_TIMEOUT = 0.3
_NO_HURRY = 10.0


@pytest.fixture(autouse=True)
def no_thread_remains() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "jwks":
            thread.join(_NO_HURRY)
            assert not thread.is_alive(), "the fetch outlived its timeout"


_URL = "http://127.0.0.1:{port}/jwks.json"


def _gateway(issuer: Issuer, server: JwksServer, url: str, timeout: float) -> Gateway:
    gateway = Gateway(issuer)
    gateway.environment |= {"STAGE": "local", "TOKEN_JWKS_URL": url.format(port=server.port)}
    gateway.fetch = functools.partial(fetch_jwks, timeout=timeout)
    return gateway


def _is_fetched(issuer: Issuer, server: JwksServer, url: str = _URL) -> bool:
    """Return whether a valid token is accepted after a fetch."""
    answer = _gateway(issuer, server, url, _NO_HURRY).authorize(issuer.token())
    return bool(answer["principalId"] == "client-1")


def _fault(issuer: Issuer, server: JwksServer, url: str = _URL, timeout: float = _NO_HURRY) -> object:
    """Return the reason why a valid token could not be verified."""
    return _gateway(issuer, server, url, timeout).unavailability(issuer.token())


def test_a_set_is_fetched_with_one_plain_request(serve: Serve, issuer: Issuer) -> None:
    server = serve(lambda request: request.reply(issuer.jwks()))
    assert _is_fetched(issuer, server, "http://127.0.0.1:{port}/keys?version=1")
    assert server.requests == [f"/keys?version=1 127.0.0.1:{server.port}"]


def test_the_request_names_the_service_and_what_it_accepts(serve: Serve, issuer: Issuer) -> None:
    def answer(request: Request) -> None:
        """Refuse clients without a name, as some firewalls do."""
        # Before the response, after which the test goes on.
        headers.append([(name, value) for name, value in request.headers.items() if name != "Host"])
        request.reply(issuer.jwks(), status=200 if request.headers["User-Agent"] else 403)

    headers: list[list[tuple[str, str]]] = []
    assert _is_fetched(issuer, serve(answer))
    assert headers == [
        [
            ("Accept", "application/jwk-set+json, application/json"),
            ("Accept-Encoding", "gzip"),
            ("User-Agent", "connection-overrides"),
        ]
    ]


def _encoded(document: bytes, encoding: str) -> Answer:
    return lambda request: request.reply(document, headers={"Content-Encoding": encoding})


_BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
def test_a_compressed_set_is_fetched(serve: Serve, issuer: Issuer, encoding: str) -> None:
    document = json.dumps(issuer.jwks()).encode()
    for text in (document, _BOM + document):
        assert _is_fetched(issuer, serve(_encoded(gzip.compress(text), encoding)))


def test_a_compressed_set_that_repeats_a_distant_part_is_fetched(serve: Serve, issuer: Issuer) -> None:
    """The format looks back as far as 32 KiB."""
    certificate = "".join(random.Random(1).choices(string.ascii_letters, k=30_000))
    document = json.dumps({**issuer.jwks(), "certificates": [certificate, certificate]}).encode()
    assert _is_fetched(issuer, serve(_encoded(gzip.compress(document), "gzip")))


def test_a_set_with_a_byte_order_mark_is_fetched(serve: Serve, issuer: Issuer) -> None:
    document = json.dumps(issuer.jwks()).encode()
    for encoding in ("identity", ""):
        assert _is_fetched(issuer, serve(_encoded(_BOM + document, encoding)))
    assert _fault(issuer, serve(_encoded(_BOM + _BOM + document, "identity"))) == "document"


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip;q=1"])
def test_an_encoding_that_was_not_asked_for_is_a_fault(serve: Serve, issuer: Issuer, encoding: str) -> None:
    document = gzip.compress(json.dumps(issuer.jwks()).encode())
    assert _fault(issuer, serve(_encoded(document, encoding))) == "encoding"


def test_a_compressed_set_that_is_damaged_or_truncated_is_a_fault(serve: Serve, issuer: Issuer) -> None:
    document = json.dumps(issuer.jwks()).encode()
    compressed = gzip.compress(document)
    damaged = compressed[:-8] + bytes(4) + compressed[-4:]  # the checksum
    for body in (document, zlib.compress(document), damaged, compressed[:-1], compressed[:100], b""):
        assert _fault(issuer, serve(_encoded(body, "gzip"))) == "encoding"


def test_a_decompressed_document_can_have_256_kib_and_no_more(serve: Serve, issuer: Issuer) -> None:
    document = json.dumps(issuer.jwks()).encode()
    largest = document + b" " * (256 * 1024 - len(document))
    assert _is_fetched(issuer, serve(_encoded(gzip.compress(largest), "gzip")))
    assert _fault(issuer, serve(_encoded(gzip.compress(largest + b" "), "gzip"))) == "too-large"
    assert _fault(issuer, serve(_encoded(gzip.compress(largest)[:-1], "gzip"))) == "encoding"


def test_a_compressed_document_is_decompressed_no_further_than_its_limit(serve: Serve, issuer: Issuer) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 256 * 1024
    tracemalloc.start()
    try:
        assert _fault(issuer, serve(_encoded(bomb, "gzip"))) == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_key_or_its_url_in_a_token_is_never_read(serve: Serve, issuer: Issuer) -> None:
    attacker = serve(lambda request: request.reply({"keys": [public_jwk(issuer.stranger) | {"kid": "rsa"}]}))
    server = serve(lambda request: request.reply(issuer.jwks()))
    gateway = _gateway(issuer, server, _URL, _NO_HURRY)
    url = f"http://127.0.0.1:{attacker.port}/jwks.json"
    for embedded in (
        {"jku": url, "x5u": url},
        {"jwk": public_jwk(issuer.stranger) | {"kid": "rsa"}, "x5c": ["MIIB"]},
        {"jwk": None, "jku": 7, "x5u": ["not a URL"], "x5c": "MIIB"},
    ):
        header = issuer.header(**embedded)
        assert gateway.authorize(issuer.token(header))["principalId"] == "client-1"
        assert gateway.refusal_of(issuer.token(header, sign=rs256(issuer.stranger))) == "signature"
        unknown = issuer.header(**embedded, kid="stranger")
        assert gateway.refusal_of(issuer.token(unknown, sign=rs256(issuer.stranger))) == "unknown-key"
    assert attacker.requests == []
    assert len(server.requests) == 1


def test_a_set_in_chunks_is_fetched(serve: Serve, issuer: Issuer) -> None:
    def answer(request: Request) -> None:
        document = json.dumps(issuer.jwks()).encode()
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for part in (document[:100], document[100:]):
            request.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        request.wfile.write(b"0\r\n\r\n")

    assert _is_fetched(issuer, serve(answer))


def test_a_proxy_of_the_environment_is_not_used(serve: Serve, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = serve(lambda request: request.reply(issuer.jwks()))
    assert _is_fetched(issuer, server)


def test_an_endpoint_that_is_down_is_a_transport_fault(serve: Serve, issuer: Issuer) -> None:
    server = serve(lambda request: request.reply({}))
    server.stop()
    assert _fault(issuer, server) == "transport"


@pytest.mark.parametrize("status", [201, 202, 204, 400, 401, 404, 429, 500, 503])
def test_a_status_other_than_200_is_a_fault(serve: Serve, issuer: Issuer, status: int) -> None:
    assert _fault(issuer, serve(lambda request: request.reply(issuer.jwks(), status=status))) == "status"


def _redirect(location: str, *, status: int = 302) -> Answer:
    """Redirect to `location`, in which `{port}` is the server's own."""

    def answer(request: Request) -> None:
        request.reply(b"", status=status, headers={"Location": location.format(port=request.server.port)})

    return answer


def _redirect_once(issuer: Issuer, location: str, *, status: int = 302) -> Answer:
    """Redirect the first request, and answer all others with the set."""

    def answer(request: Request) -> None:
        if len(request.server.requests) == 1:
            _redirect(location, status=status)(request)
        else:
            request.reply(issuer.jwks())

    return answer


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("http://127.0.0.1:{port}/keys?version=2", "/keys?version=2"),
        ("HTTP://127.0.0.1:{port}", "/"),
        ("//127.0.0.1:{port}/keys", "/keys"),
        ("/keys", "/keys"),
        ("keys", "/certs/keys"),
        ("../keys", "/keys"),
        ("?version=2", "/certs/v1?version=2"),
    ],
)
def test_one_redirect_on_the_same_server_is_followed(
    serve: Serve, issuer: Issuer, status: int, location: str, path: str
) -> None:
    server = serve(_redirect_once(issuer, location, status=status))
    assert _is_fetched(issuer, server, "http://127.0.0.1:{port}/certs/v1")
    assert server.requests == [f"{target} 127.0.0.1:{server.port}" for target in ("/certs/v1", path)]


def test_a_redirect_on_a_server_with_an_ipv6_address_is_resolved() -> None:
    url = JwksUrl("http", "::1", 8080, "/certs")
    assert url.redirect("/keys") == JwksUrl("http", "::1", 8080, "/keys")
    assert url.redirect("http://[::1]:8080/keys") == JwksUrl("http", "::1", 8080, "/keys")


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/keys",
        "http://127.0.0.2:{port}/keys",
        "http://127.0.0.1/keys",
        "http://127.0.0.1:1/keys",
        "https://127.0.0.1:{port}/keys",
        "http://issuer.example:{port}/keys",
        "//issuer.example/keys",
        "http://127.0.0.1:{port}@issuer.example/keys",
        "http://user@127.0.0.1:{port}/keys",
        "http://127.0.0.1:{port}/keys#fragment",
        "http://127.0.0.1:{port}/the keys",
        "http://127.0.0.1:port/keys",
        "http://[::1/keys",
        "http://127.0.0.1:{port}\\@issuer.example/",
        "ftp://127.0.0.1:{port}/keys",
        "file:///etc/passwd",
        "data:application/json,{{}}",
    ],
)
def test_a_redirect_to_another_server_is_not_followed(serve: Serve, issuer: Issuer, location: str) -> None:
    server = serve(_redirect_once(issuer, location))
    assert _fault(issuer, server) == "redirect"
    assert len(server.requests) == 1


def test_a_redirect_to_another_port_of_this_machine_is_not_followed(serve: Serve, issuer: Issuer) -> None:
    target = serve(lambda request: request.reply(issuer.jwks()))
    assert _fault(issuer, serve(_redirect(f"http://127.0.0.1:{target.port}/jwks.json"))) == "redirect"
    assert target.requests == []


def test_a_second_redirect_is_not_followed(serve: Serve, issuer: Issuer) -> None:
    server = serve(_redirect("/keys"))
    assert _fault(issuer, server) == "redirect"
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [300, 303, 304, 305])
def test_another_3xx_status_is_a_fault(serve: Serve, issuer: Issuer, status: int) -> None:
    server = serve(_redirect_once(issuer, "/keys", status=status))
    assert _fault(issuer, server) == "status"
    assert len(server.requests) == 1


@pytest.mark.parametrize("headers", [{}, {"Location": ""}])
def test_a_redirect_without_a_location_is_a_fault(serve: Serve, issuer: Issuer, headers: dict[str, str]) -> None:
    assert _fault(issuer, serve(lambda request: request.reply(b"", status=301, headers=headers))) == "status"


def test_a_location_without_a_redirect_is_ignored(serve: Serve, issuer: Issuer) -> None:
    headers = {"Location": "http://issuer.example/"}
    assert _is_fetched(issuer, serve(lambda request: request.reply(issuer.jwks(), headers=headers)))


def test_a_redirect_has_no_time_of_its_own(serve: Serve, issuer: Issuer) -> None:
    def answer(request: Request) -> None:
        if len(request.server.requests) == 1:
            _redirect("/keys")(request)
        else:
            request.drip(b"HTTP/1.1 200" + _ENDLESS)

    server = serve(answer)
    assert _fault(issuer, server, timeout=_TIMEOUT) == "deadline"
    assert len(server.requests) == 2
    assert server.cut_off.wait(_NO_HURRY)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html>maintenance</html>",
        b"[]",
        b'{"keys": "none"}',
        b'{"keys": [], "keys": []}',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"keys": [' + b"9" * 10_000 + b"]}",
        gzip.compress(b'{"keys": []}', mtime=0),
    ],
)
def test_a_document_that_is_not_a_key_set_is_a_fault(serve: Serve, issuer: Issuer, document: bytes) -> None:
    assert _fault(issuer, serve(lambda request: request.reply(document))) == "document"


def test_a_truncated_document_is_a_fault(serve: Serve, issuer: Issuer) -> None:
    part = json.dumps(issuer.jwks()).encode()[:-1]
    length = {"Content-Length": str(len(part) + 1)}
    assert _fault(issuer, serve(lambda request: request.reply(part, headers=length))) == "document"


def test_a_set_without_a_usable_key_is_a_fault(serve: Serve, issuer: Issuer) -> None:
    hmac = [key for key in issuer.jwks()["keys"] if key["kty"] == "oct"]
    twins = [issuer.jwks()["keys"][0]] * 2
    for keys in ([], hmac, twins):
        document = json.dumps({"keys": keys}).encode()
        assert _fault(issuer, serve(functools.partial(Request.reply, body=document))) == "no-usable-key"


def test_a_document_can_have_256_kib_and_no_more(serve: Serve, issuer: Issuer) -> None:
    document = json.dumps(issuer.jwks()).encode()
    largest = document + b" " * (256 * 1024 - len(document))
    assert _is_fetched(issuer, serve(lambda request: request.reply(largest)))
    assert _fault(issuer, serve(lambda request: request.reply(largest + b" "))) == "too-large"


@pytest.mark.parametrize("with_length", [True, False])
def test_a_document_of_ten_megabytes_is_not_read_to_the_end(serve: Serve, issuer: Issuer, *, with_length: bool) -> None:
    def answer(request: Request) -> None:
        request.send_response(200)
        if with_length:
            request.send_header("Content-Length", "10000000")
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b" " * 10_000)

    server = serve(answer)
    assert _fault(issuer, server) == "too-large"
    assert server.cut_off.wait(_NO_HURRY)


def test_a_response_that_is_not_http_is_a_transport_fault(serve: Serve, issuer: Issuer) -> None:
    def answer(request: Request) -> None:
        request.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    assert _fault(issuer, serve(answer)) == "transport"


def test_too_many_headers_are_a_transport_fault(serve: Serve, issuer: Issuer) -> None:
    def answer(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000)

    assert _fault(issuer, serve(answer)) == "transport"


def _no_answer(request: Request) -> None:
    request.server.released.wait()


_ENDLESS = b" " * 1_000_000
_SLOW: dict[str, Answer] = {
    "no answer": _no_answer,
    "status line drip by drip": lambda request: request.drip(b"HTTP/1.1 200" + _ENDLESS),
    "headers drip by drip": lambda request: request.drip(b"HTTP/1.1 200 OK\r\nX-Slow:" + _ENDLESS),
    "body drip by drip": lambda request: request.drip(b"HTTP/1.1 200 OK\r\n\r\n" + _ENDLESS),
    "chunk size drip by drip": lambda request: request.drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 1_000_000
    ),
    "interim answers without end": lambda request: request.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000),
}


@pytest.mark.parametrize("answer", _SLOW.values(), ids=_SLOW.keys())
def test_a_slow_endpoint_is_cut_off_at_the_timeout(serve: Serve, issuer: Issuer, answer: Answer) -> None:
    server = serve(answer)
    assert _fault(issuer, server, timeout=_TIMEOUT) == "deadline"
    if answer is not _no_answer:
        assert server.cut_off.wait(_NO_HURRY)


def test_a_slow_dns_lookup_is_abandoned_at_the_timeout(
    serve: Serve, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda request: request.reply(issuer.jwks()))
    looked_up = threading.Event()
    look_up = socket.getaddrinfo

    def slow(*arguments: object) -> object:
        looked_up.wait(_NO_HURRY)
        return look_up(*arguments)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    assert _fault(issuer, server, timeout=_TIMEOUT) == "deadline"
    [fetch] = [thread for thread in threading.enumerate() if thread.name == "jwks"]
    looked_up.set()
    fetch.join(_NO_HURRY)
    assert server.requests == []


def test_a_timeout_of_the_socket_after_one_and_a_half_seconds_is_a_deadline_fault(
    gateway: Gateway, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeouts = []

    def time_out(_address: object, *, timeout: float) -> None:
        timeouts.append(timeout)
        raise TimeoutError

    gateway.fetch = fetch_jwks
    monkeypatch.setattr(socket, "create_connection", time_out)

    assert gateway.unavailability(issuer.token()) == "deadline"
    assert timeouts == [1.5]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    address = x509.DNSName("localhost")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def serve_https(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], JwksServer]]:
    """Start servers on https://localhost, whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    servers = []

    def start(answer: Answer) -> JwksServer:
        servers.append(JwksServer(answer, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.mark.parametrize("location", ["/keys", "https://localhost:{port}/keys"])
def test_a_redirect_is_followed_over_https(serve_https: Serve, issuer: Issuer, location: str) -> None:
    server = serve_https(_redirect_once(issuer, location))
    assert _is_fetched(issuer, server, "https://localhost:{port}/jwks.json")
    assert server.requests == [f"/{path} localhost:{server.port}" for path in ("jwks.json", "keys")]


def test_a_redirect_over_https_can_lead_to_another_port_of_the_host(serve_https: Serve, issuer: Issuer) -> None:
    target = serve_https(lambda request: request.reply(issuer.jwks()))
    server = serve_https(_redirect(f"https://localhost:{target.port}/keys"))
    assert _is_fetched(issuer, server, "https://localhost:{port}/jwks.json")
    assert target.requests == [f"/keys localhost:{target.port}"]


def test_a_redirect_from_https_to_http_or_another_host_is_not_followed(
    serve: Serve, serve_https: Serve, issuer: Issuer
) -> None:
    target = serve(lambda request: request.reply(issuer.jwks()))
    for location in (f"http://localhost:{target.port}/keys", "https://127.0.0.1:{port}/keys", "//issuer.example/"):
        server = serve_https(_redirect(location))
        assert _fault(issuer, server, "https://localhost:{port}/jwks.json") == "redirect"
        assert len(server.requests) == 1
    assert target.requests == []


@pytest.mark.parametrize(
    ("host", "trusted", "fault"),
    [("localhost", True, None), ("127.0.0.1", True, "transport"), ("localhost", False, "transport")],
    ids=["trusted", "for another host", "not trusted"],
)
def test_https_needs_a_trusted_certificate_for_the_host(
    issuer: Issuer,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    fault: str | None,
    *,
    trusted: bool,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    server = JwksServer(lambda request: request.reply(issuer.jwks()), tls)
    url = f"https://{host}:{{port}}/jwks.json"
    try:
        if fault is None:
            assert _is_fetched(issuer, server, url)
        else:
            assert _fault(issuer, server, url) == fault
            assert server.requests == []
    finally:
        server.stop()
