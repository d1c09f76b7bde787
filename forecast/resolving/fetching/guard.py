"""Connections that are made only to addresses that were looked at, and end in time.

httpcore speaks HTTP; this is the network it sees. A name is looked up once, every address it has
is checked, and the connection goes to one of those very addresses: there is no second look-up that
could say something else. The name stays what TLS and the Host header go by.
"""

import errno
import re
import socket
import ssl
import threading
from collections.abc import Iterable
from typing import Any

import httpcore

from forecast.resolving.fetching.addresses import why_refused
from forecast.resolving.fetching.limits import Deadline, size
from forecast.resolving.fetching.troubles import Failed

#: (family, type, protocol, address), as `socket` wants them.
_Candidate = tuple[int, int, int, Any]

#: Of a name with very many addresses, so many are tried.
_MOST_TRIED = 6
#: The look-up of a name may work a little later.
_LATER = {socket.EAI_AGAIN}
_NO_HOST = {
    getattr(socket, name)
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if hasattr(socket, name)
}


class Guard(httpcore.NetworkBackend):
    """The network, for one request.

    Parameters
    ----------
    deadline : Deadline
    header_bytes : int
        Before `answering` is set, no more is read.
    allow_private : bool
        Whether addresses that are not public will do.
    """

    def __init__(self, deadline: Deadline, header_bytes: int, allow_private: bool) -> None:
        self.deadline = deadline
        self.header_bytes = header_bytes
        self.allow_private = allow_private
        #: The headers of the answer have come.
        self.answering = False
        #: The other side has closed the connection.
        self.ended = False
        #: Of bytes, headers and all.
        self.n_received = 0
        self._head = bytearray()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host, if all its addresses may be asked.

        A name that has both public and private addresses is refused: it is either a mistake or
        an attempt to have the connection end at the other one.
        """
        candidates = _look_up(host, port, self.deadline)
        if not self.allow_private:
            for *_, address in candidates:
                _refuse(host, address[0])
        return _Stream(self._connect(candidates[:_MOST_TRIED]), self)

    def broken_off(self) -> Failed:
        """Say that the connection broke off."""
        if self.answering:
            return Failed("broke off in the middle of its answer", again=True)
        return Failed("closed the connection without an answer", again=True, dead=True)

    def note(self, data: bytes) -> None:
        """Take note of what was received; nothing is the end."""
        self.ended = not data
        self.n_received += len(data)
        if not self.answering:
            self._head += data

    def n_bytes_of_body(self) -> int:
        """Give how much was received after the headers of the answer."""
        end = 0
        for found in re.finditer(rb"\n\r?\n", self._head):
            is_answer = not re.match(rb"HTTP/1\.\d 1\d\d", self._head[end : found.start()])
            end = found.end()
            if is_answer:
                break
        return self.n_received - end

    def _connect(self, candidates: list[_Candidate]) -> socket.socket:
        problem: OSError | None = None
        for number, (family, kind, protocol, address) in enumerate(candidates):
            # One address that swallows packets must not take the time of the others.
            share = self.deadline.left() / (len(candidates) - number)
            try:
                connection = socket.socket(family, kind, protocol)
            except OSError as error:  # IPv6 on a machine that has none
                problem = error
                continue
            try:
                connection.settimeout(share)
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                connection.close()
                problem = error
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        self.deadline.left()
        assert problem is not None
        if problem.errno == errno.ECONNREFUSED:
            raise Failed("refused the connection", again=True, dead=True)
        again = not isinstance(problem, TimeoutError)
        why = problem.strerror or "it takes too long"
        raise Failed(f"cannot be reached ({why})", again=again, dead=True)


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline."""

    def __init__(self, connection: socket.socket, guard: Guard) -> None:
        self._socket = connection
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is; nothing at the end."""
        if not self._guard.answering:
            max_bytes = min(max_bytes, self._guard.header_bytes - self._guard.n_received)
            if not max_bytes:
                raise Failed(f"sent more than {size(self._guard.header_bytes)} of headers")
        try:
            self._socket.settimeout(self._guard.deadline.left())
            data = self._socket.recv(max_bytes)
        except TimeoutError:
            raise self._guard.deadline.passed() from None
        except OSError:
            raise self._guard.broken_off() from None
        self._guard.note(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        left = memoryview(buffer)
        try:
            while left:
                self._socket.settimeout(self._guard.deadline.left())
                left = left[self._socket.send(left) :]
        except TimeoutError:
            raise self._guard.deadline.passed() from None
        except OSError as error:  # the server may have answered already; httpcore looks
            raise httpcore.WriteError(str(error)) from None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on encrypted; the certificate must be the host's."""
        name = (server_hostname or "").rstrip(".")
        try:
            self._socket.settimeout(self._guard.deadline.left())
            return _Stream(ssl_context.wrap_socket(self._socket, server_hostname=name), self._guard)
        except TimeoutError:
            failed = self._guard.deadline.passed()
        except ssl.SSLCertVerificationError as error:
            why = error.verify_message.rstrip(".")
            failed = Failed(f"has a certificate that is not valid: {why}")
        except ssl.SSLEOFError:
            failed = self._guard.broken_off()
        except ssl.SSLError as error:
            why = (error.reason or "no reason given").replace("_", " ").lower()
            failed = Failed(f"cannot be asked over TLS ({why})")
        except OSError:
            failed = self._guard.broken_off()
        except ValueError:  # a name that TLS has no form for
            failed = Failed(f": {name} is no name for a host")
        except BaseException:
            self.close()
            raise
        self.close()
        raise failed

    def get_extra_info(self, info: str) -> Any:
        """Give the TLS connection, which httpcore asks whether it speaks HTTP/2."""
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return None


def _look_up(host: str, port: int, deadline: Deadline) -> list[_Candidate]:
    """Look a name up, in a thread that is left behind where the resolver hangs."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:  # UnicodeError: a label that is too long
            found.append(error)

    thread = threading.Thread(target=ask, daemon=True, name=f"look up {host}")
    thread.start()
    thread.join(deadline.left())
    if not found:
        raise deadline.passed()
    (answer,) = found
    if isinstance(answer, socket.gaierror):
        if answer.errno in _LATER:
            raise Failed(f": the name {host} could not be looked up", again=True, dead=True)
        if answer.errno not in _NO_HOST:
            why = answer.strerror or "no reason given"
            raise Failed(f": the name {host} could not be looked up ({why})", dead=True)
    if isinstance(answer, Exception) or not answer:
        raise Failed(f": there is no host {host}", dead=True)
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in answer]


def _refuse(host: str, address: str) -> None:
    if reason := why_refused(address):
        where = reason if host == address else f"at {address}, {reason}"
        raise Failed(f"is {where}: refused (--allow-private for your own network)")
