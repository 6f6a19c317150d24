"""The question to an outer address: it cannot be turned inwards, costs little, and tells what is wrong.

A real server on loopback answers. Loopback is refused by default: the tests let it in by an argument.
"""

import datetime
import ipaddress
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from documents.links import addresses, fetch
from documents.links.fetch import Checker

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


class Site(BaseHTTPRequestHandler):
    """What each path answers; every question is kept in ``asked``."""

    asked: list = []

    def log_message(self, *args):
        """Says nothing."""

    def do_HEAD(self):
        self.answer(has_body=False)

    def do_GET(self):
        self.answer(has_body=True)

    def answer(self, *, has_body):
        self.asked.append((self.command, self.path, dict(self.headers)))
        name, _, rest = self.path.lstrip("/").partition("/")
        if name == "slow":
            self.drip()
            return
        if name == "only-get" and self.command == "HEAD":
            self.reply(405)
            return
        if name == "to":
            self.reply(302, {"Location": rest})
            return
        if name == "round":
            self.reply(302, {"Location": "/round"})
            return
        status = {"missing": 404, "gone": 410, "locked": 403, "broken": 500}.get(name, 200)
        self.reply(status, {"Set-Cookie": "a=b"}, b"x" * (50_000_000 if name == "huge" else 10), has_body)

    def reply(self, status, headers=None, body=b"", has_body=False):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if has_body:
            try:
                for start in range(0, len(body), 65_536):
                    self.wfile.write(body[start : start + 65_536])
            except OSError:
                self.asked.append(("CUT", self.path, {}))

    def drip(self):
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(200):
                self.wfile.write(f"X-{number}: a\r\n".encode())
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass


def serving(context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def port():
    Site.asked = []
    server = serving()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def checker(port, **values):
    here = {"allow": LOOPBACK, "ports": frozenset({port}), "resolve": lambda host, port: ["127.0.0.1"]}
    return Checker(**{**here, **values})


def ask(port, path, **values):
    return checker(port, **values).check(f"http://sida.exempel:{port}/{path}")


def test_page_that_answers_is_alive_and_asked_without_its_body(port):
    answer = ask(port, "sida?a=å b".replace(" ", "%20"))
    assert (answer.is_alive, answer.reason) == (True, "")
    ((method, path, headers),) = Site.asked
    assert (method, path) == ("HEAD", "/sida?a=%C3%A5%20b")
    assert headers["Host"] == f"sida.exempel:{port}"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    ("path", "is_alive", "is_gone", "said"),
    [
        ("missing", False, True, "finns inte längre"),
        ("gone", False, True, "finns inte längre"),
        ("broken", False, False, "ett fel (svar 500)"),
        ("locked", True, False, "kräver inloggning"),
        ("only-get", True, False, ""),
        ("round", False, False, "fler än fem gånger"),
        ("to/http://[sida", False, False, "inte gick att förstå"),
    ],
)
def test_answer_is_told_in_words(port, path, is_alive, is_gone, said):
    answer = ask(port, path)
    assert (answer.is_alive, answer.is_gone) == (is_alive, is_gone)
    assert said in answer.reason


def test_redirects_are_followed_and_the_end_is_told(port):
    answer = ask(port, "to//to//sida")
    assert answer.is_alive
    assert answer.final_url.endswith("/sida")


def test_at_most_five_redirects_are_followed(port):
    ask(port, "round")
    assert len([one for one in Site.asked if one[0] == "HEAD"]) == 6


def test_no_more_than_64_kb_is_read(port):
    Site.asked = []
    started = time.monotonic()
    real = Site.do_HEAD
    Site.do_HEAD = lambda self: self.reply(405)
    try:
        assert ask(port, "huge").is_alive
    finally:
        Site.do_HEAD = real
    deadline = time.monotonic() + 5
    while ("CUT", "/huge", {}) not in Site.asked and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ("CUT", "/huge", {}) in Site.asked
    assert time.monotonic() - started < 5


def test_server_that_drips_is_cut_off_when_the_time_is_up(port):
    started = time.monotonic()
    answer = ask(port, "slow", seconds=0.6)
    assert answer.reason == fetch.TOO_SLOW
    assert time.monotonic() - started < 3


def test_cookies_and_proxies_of_the_environment_are_not_used(port, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1/")
    assert ask(port, "to//sida").is_alive
    assert all("Cookie" not in headers for _, _, headers in Site.asked)


def test_loopback_is_refused_unless_the_checker_was_made_to_allow_it(port):
    answer = checker(port, allow=()).check(f"http://localhost:{port}/")
    assert (answer.is_alive, answer.is_refused, answer.reason) == (False, True, addresses.INSIDE)
    assert Site.asked == []
    assert Checker().check(f"http://127.0.0.1:{port}/").reason == addresses.ODD_PORT


def test_name_that_changes_its_mind_is_resolved_once_and_connected_to_where_it_was_judged(port):
    told = []

    def resolve(host, port):
        told.append(host)
        return ["127.0.0.1"] if len(told) == 1 else ["169.254.169.254"]

    assert checker(port, resolve=resolve).check(f"http://vandrande.exempel:{port}/sida").is_alive
    assert told == ["vandrande.exempel"]


def test_every_redirect_is_judged_anew(port):
    def resolve(host, port):
        return ["127.0.0.1"] if host == "sida.exempel" else ["10.0.0.8"]

    inside = checker(port, resolve=resolve).check(
        f"http://sida.exempel:{port}/to/http://inre.exempel:{port}/"
    )
    assert (inside.is_refused, inside.reason) == (True, addresses.INSIDE)
    for target in (
        "file:///etc/passwd",
        "ftp://sida.exempel/",
        f"http://a@sida.exempel:{port}/",
        "gopher://x/",
    ):
        assert ask(port, f"to/{target}").is_refused
    assert ask(port, "to/http://sida.exempel:22/").reason == addresses.ODD_PORT


def test_one_closed_address_among_open_ones_is_enough(port):
    answer = checker(port, allow=(), resolve=lambda host, port: ["93.184.215.14", "10.1.2.3"]).check(
        f"http://blandad.exempel:{port}/"
    )
    assert answer.is_refused


CLOSED = """
127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
100.100.100.200 0.0.0.0 0.1.2.3 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 192.0.0.192 192.0.2.1
198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1 168.63.129.16 ::1 :: ::7f00:1 ::ffff:127.0.0.1
::ffff:10.0.0.1 ::ffff:93.184.215.14 64:ff9b::a00:1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::
2001:0:0:1::1 2001:db8::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 100::1
"""


@pytest.mark.parametrize("address", CLOSED.split())
def test_closed_address_is_never_connected_to(address):
    answer = Checker(resolve=lambda host, port: [address]).check("http://namn.exempel/")
    assert (answer.is_refused, answer.reason) == (True, addresses.INSIDE)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "2a00:1450:400f::1"])
def test_open_address_may_be_asked(address):
    assert addresses.is_open(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://localhost./",
    ],
)
def test_other_spellings_of_loopback_are_seen_through(url):
    answer = Checker(seconds=2).check(url)
    assert not answer.is_alive
    assert answer.reason == addresses.INSIDE or answer.reason.startswith("Namnet")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https:///",
        "javascript:alert(1)",
        "http://a b/",
        "http://sida.exempel\\@inre/",
        "http://sida.exempel/\r\nX: y",
        "http://[::1",
        "http://sida.exempel:99999/",
        "http://user:hemligt@sida.exempel/",
        f"http://{'a' * 300}.se/",
    ],
)
def test_what_is_no_ordinary_web_address_is_not_asked(url):
    answer = Checker(resolve=lambda host, port: pytest.fail("asked")).check(url)
    assert answer.is_refused
    assert answer.reason


def test_name_that_does_not_exist_is_told(port):
    def resolve(host, port):
        raise OSError

    answer = checker(port, resolve=resolve).check(f"http://saknas.exempel:{port}/")
    assert (answer.is_alive, answer.is_refused) == (False, False)
    assert "saknas.exempel" in answer.reason


def test_site_that_takes_no_connection_is_told():
    server = serving()
    port = server.server_address[1]
    server.shutdown()
    server.server_close()
    assert ask(port, "sida").reason == fetch.NO_ANSWER


def certificate(tmp_path, name):
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / f"{name}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def test_tls_is_verified_against_the_name_though_the_address_is_pinned(tmp_path):
    path = certificate(tmp_path, "sida.exempel")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    asked_for = []
    context.sni_callback = lambda sock, name, ctx: asked_for.append(name)
    Site.asked = []
    server = serving(context)
    port = server.server_address[1]
    trusting = ssl.create_default_context(cafile=str(path))
    try:
        good = checker(port, tls=trusting).check(f"https://sida.exempel:{port}/sida")
        other = checker(port, tls=trusting).check(f"https://annan.exempel:{port}/sida")
        unknown = checker(port).check(f"https://sida.exempel:{port}/sida")
    finally:
        server.shutdown()
        server.server_close()
    assert good.is_alive
    assert asked_for[0] == "sida.exempel"
    assert (other.is_alive, other.reason) == (False, fetch.BAD_TLS)
    assert (unknown.is_alive, unknown.reason) == (False, fetch.BAD_TLS)
