"""What is in a stored object: its bytes, unpacked where it is compressed, and its lines."""

import codecs
import zlib
from collections.abc import AsyncIterator
from typing import Final

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_WINDOW_BITS: Final = 31
"""Source: zlib manual, inflateInit2: 15 and 16 for a gzip header."""


async def unpacked(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give the bytes of an object that may be a gzip file, unpacked.

    Raises
    ------
    ValueError
        For a broken gzip file.
    """
    decompressor = None
    first = True
    async for chunk in chunks:
        if first and chunk:
            first = False
            if chunk.startswith(_GZIP_MAGIC):
                decompressor = zlib.decompressobj(_GZIP_WINDOW_BITS)
        if decompressor is None:
            yield chunk
            continue
        try:
            rest = chunk
            while rest:
                if decompressor.eof:  # a gzip file may be several, end to end
                    decompressor = zlib.decompressobj(_GZIP_WINDOW_BITS)
                yield decompressor.decompress(rest)
                rest = decompressor.unused_data
        except zlib.error as error:
            raise ValueError(str(error)) from error
    if decompressor is not None and not decompressor.eof:
        raise ValueError("the gzip file ends too early")


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Give the lines of a text, each with its end but the last, which may have none.

    Raises
    ------
    ValueError
        For bytes that are not UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    pending: list[str] = []
    async for chunk in chunks:
        text = decoder.decode(chunk)
        if "\n" not in text:
            pending.append(text)
            continue
        *whole, rest = ("".join(pending) + text).split("\n")
        for line in whole:
            yield line + "\n"
        pending = [rest]
    last = "".join(pending) + decoder.decode(b"", final=True)
    if last:
        yield last
