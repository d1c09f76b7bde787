"""Reading a body to its end, or to the limit: unpacked bit by bit, so that no bomb goes off."""

import zlib
from collections.abc import Iterable

from forecast.resolving.fetching.limits import size
from forecast.resolving.fetching.troubles import Failed

#: What a server may pack its answers with; sent as Accept-Encoding.
ENCODINGS = "gzip, deflate"
_GZIP, _ZLIB, _RAW = 31, 15, -15


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Read a body and unpack it.

    Parameters
    ----------
    chunks : iterable of bytes
        As it comes.
    encoding : str
        The answer's Content-Encoding; empty where it has none.
    limit : int
        Of bytes, as they come and unpacked.

    Returns
    -------
    bytes

    Raises
    ------
    Failed
        If there is too much of it, or it is not what it says it is.
    """
    packed = _packed(encoding)
    body = bytearray()
    n_received = 0
    for chunk in chunks:
        n_received += len(chunk)
        body += packed.take(chunk, limit - len(body)) if packed else chunk
        if max(len(body), n_received) > limit:
            raise Failed(f"sent more than {size(limit)}")
    if packed and n_received:
        packed.end()
    return bytes(body)


def _packed(encoding: str) -> "_Packed | None":
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name in ("gzip", "x-gzip"):
        return _Packed("gzip")
    if name == "deflate":
        return _Packed("deflate")
    raise Failed(
        f"sent its body packed as {encoding.strip()}, although only {ENCODINGS} were asked for"
    )


class _Packed:
    """A packed body as it comes; in gzip, several may follow each other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unpacking = zlib.decompressobj(_GZIP) if name == "gzip" else None
        self._held = b""

    def take(self, data: bytes, room: int) -> bytes:
        """Unpack what came; at most one byte more than there is room for."""
        if self._unpacking is None:  # "deflate" is zlib's format, but some send it bare
            self._held += data
            if len(self._held) < 2:
                return b""
            data, first = self._held, int.from_bytes(self._held[:2])
            is_zlib = first >> 8 & 0x0F == 8 and first % 31 == 0
            self._unpacking = zlib.decompressobj(_ZLIB if is_zlib else _RAW)
        out = bytearray()
        while data and len(out) <= room:
            if self._unpacking.eof:
                if self._name != "gzip" or data[:1] != b"\x1f":
                    break  # padding
                self._unpacking = zlib.decompressobj(_GZIP)
            try:
                out += self._unpacking.decompress(data, room + 1 - len(out))
            except zlib.error:
                raise Failed(f"sent a body that is not valid {self._name}") from None
            data = self._unpacking.unused_data
        return bytes(out)

    def end(self) -> None:
        """See that nothing is missing."""
        if self._unpacking is None or not self._unpacking.eof:
            raise Failed(f"sent a {self._name} body that is cut off", again=True)
