"""A time-stamping authority of openssl's, with certificates of its own, on the loopback address."""

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

NAME = "Authority of a test"
_CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = nobody
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamping]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Certificates, and what was asked.

    Parameters
    ----------
    folder : Path
    """

    folder: Path
    #: How it answers a request over HTTP: status and body. Set by tests.
    answers: Callable[[bytes], tuple[int, bytes]] = field(init=False)
    queries: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = lambda query: (200, self.reply(query))

    @property
    def ca(self) -> Path:
        """Its root's certificate."""
        return self.folder / "ca.pem"

    def openssl(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run openssl where the certificates are."""
        return subprocess.run(
            ["openssl", *arguments], cwd=self.folder, capture_output=True, check=True
        )

    def reply(self, query: bytes) -> bytes:
        """Answer a request as openssl does; what is no request is refused in due form."""
        (self.folder / "query").write_bytes(query)
        arguments = ["ts", "-reply", "-queryfile", "query", "-config", "cnf"]
        subprocess.run(
            ["openssl", *arguments, "-section", "stamping", "-out", "reply"],
            cwd=self.folder,
            capture_output=True,
            check=False,  # it writes its refusal, and complains
        )
        return (self.folder / "reply").read_bytes()

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Answer over HTTP; gives the address."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                authority.queries.append(query)
                assert self.headers["Content-Type"] == "application/timestamp-query"
                status, body = authority.answers(query)
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def made_authority(folder: Path, name: str = NAME) -> Authority:
    """Make an authority; the test is skipped where something for it is missing."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which plays the time-stamping authority, is not installed")
    pytest.importorskip("rfc3161_client", reason="rfc3161-client, of the extra stamp, is missing")
    folder.mkdir()
    authority = Authority(folder)
    (folder / "cnf").write_text(_CONFIG)
    (folder / "serial").write_text("01")
    for key in ("ca", "tsa"):
        authority.openssl("ecparam", "-genkey", "-name", "prime256v1", "-out", f"{key}.key")
    config = ("-config", "cnf")
    root = ("-x509", "-key", "ca.key", "-subj", "/CN=Root", "-days", "3650")
    authority.openssl("req", *root, "-out", "ca.pem", *config, "-extensions", "ca")
    authority.openssl(
        "req", "-key", "tsa.key", "-new", "-utf8", "-subj", f"/CN={name}", *config, *_OUT
    )
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650")
    extensions = ("-extfile", "cnf", "-extensions", "tsa")
    authority.openssl("x509", "-req", "-in", "tsa.csr", *signed, *extensions, "-out", "tsa.pem")
    return authority


_OUT = ("-out", "tsa.csr")
