"""A journal's text: plain, zstd or gzip, from any offset, cut anywhere, or damaged."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from lftui.supervisor import packing
from lftui.supervisor.journal_file import (
    JOURNAL,
    JournalError,
    form_of,
    has_journal,
    is_journal_name,
    read_text,
    text_length,
    whole_lines,
)
from lftui.supervisor.packing import pack
from lftui.supervisor.zstd import ZstdDecompressor, compress
from lftui.supervisor.zstd_frames import frames

TEXT = b"".join(b'{"seq":%d,"text":"%s"}\n' % (n, b"ab" * (n % 7)) for n in range(1, 31))
FRAME = 150


def as_plain(folder: Path, text: bytes) -> Path:
    path = folder / JOURNAL
    path.write_bytes(text)
    return path


def as_ours(folder: Path, text: bytes) -> Path:
    """Compressed by lftui, in many small frames."""
    path = as_plain(folder, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "FRAME_BYTES", FRAME)
        pack(path)
    return form_of(path)


def as_one_frame(folder: Path, text: bytes) -> Path:
    """Compressed by `zstd journal.ndjson`."""
    path = folder / (JOURNAL + ".zst")
    path.write_bytes(compress(text))
    return path


def as_stream(folder: Path, text: bytes) -> Path:
    """Compressed by `cat journal.ndjson | zstd`: no frame says the size of its text."""
    from lftui.supervisor.zstd import CompressionParameter

    path = folder / (JOURNAL + ".zst")
    options: dict[int, int] = {CompressionParameter.content_size_flag: 0}
    skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    path.write_bytes(
        compress(text[:300], options=options)
        + skippable
        + compress(text[300:400])
        + compress(text[400:], options=options)
    )
    return path


def as_gzip(folder: Path, text: bytes) -> Path:
    path = folder / (JOURNAL + ".gz")
    path.write_bytes(gzip.compress(text[:300]) + gzip.compress(text[300:]))
    return path


Form = Callable[[Path, bytes], Path]
PACKED: list[Form] = [as_ours, as_one_frame, as_stream, as_gzip]
FORMS: list[Form] = [as_plain, *PACKED]


@pytest.mark.parametrize("form", FORMS)
def test_the_text_from_every_offset_is_the_same(tmp_path: Path, form: Form) -> None:
    path = form(tmp_path, TEXT)
    assert text_length(path) == len(TEXT)
    for offset in range(len(TEXT) + 3):
        assert b"".join(read_text(path, offset)) == TEXT[offset:], offset


@pytest.mark.parametrize("form", FORMS)
def test_lines_come_with_the_offset_behind_them(tmp_path: Path, form: Form) -> None:
    path = form(tmp_path, TEXT + b"\n  \n" + TEXT + b"torn")
    lines = list(whole_lines(path))
    assert [line for line, _ in lines] == TEXT.splitlines() * 2
    for number, (_, end) in enumerate(lines[::10]):
        assert list(whole_lines(path, end)) == lines[number * 10 + 1 :]


@pytest.mark.parametrize("form", PACKED)
def test_one_cut_at_any_byte_is_read_as_far_as_it_goes(tmp_path: Path, form: Form) -> None:
    path = form(tmp_path, TEXT)
    data, before = path.read_bytes(), 0
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        text = b"".join(read_text(path))
        assert TEXT.startswith(text)
        assert len(text) >= before, "a longer piece gave less"
        before = len(text)
        assert text_length(path) == len(text)
        assert b"".join(read_text(path, len(text) // 2)) == text[len(text) // 2 :]
    assert before == len(TEXT)


def test_a_cut_costs_no_more_than_its_own_frame(tmp_path: Path) -> None:
    path = as_ours(tmp_path, TEXT)
    data = path.read_bytes()
    for number, frame in enumerate(_frames(path), 1):
        path.write_bytes(data[: frame[1]])
        assert text_length(path) == min(number * FRAME, len(TEXT))


def _frames(path: Path) -> list[tuple[int, int, int | None]]:
    with path.open("rb") as file:
        return [tuple(frame) for frame in frames(file.fileno())]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_791, 65_792, 200_000, 3_000_000])
@pytest.mark.parametrize("known", [0, 1])
def test_frames_are_found_by_their_headers(tmp_path: Path, size: int, known: int) -> None:
    from lftui.supervisor.zstd import CompressionParameter

    path = tmp_path / "x.zst"
    text = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    options: dict[int, int] = {
        CompressionParameter.content_size_flag: known,
        CompressionParameter.checksum_flag: 1 - known,
    }
    one = compress(text, options=options)
    path.write_bytes(one * 3)
    length = len(one)
    assert _frames(path) == [
        (begin * length, (begin + 1) * length, size if known else None) for begin in range(3)
    ]


@pytest.mark.parametrize("form", PACKED)
def test_a_damaged_one_is_one_sentence_or_what_it_was(tmp_path: Path, form: Form) -> None:
    """Never another text, and never an error of another kind, whichever byte is wrong."""
    path = form(tmp_path, TEXT)
    data = path.read_bytes()
    said: list[str] = []
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        for ask in (lambda: b"".join(read_text(path)), lambda: text_length(path)):
            try:
                ask()
            except JournalError as error:
                said.append(str(error))
    assert len(said) > len(data) // 2
    for sentence in said:
        assert sentence.startswith(f"the journal {path} is damaged: ")
        assert "\n" not in sentence


def test_a_byte_that_changed_in_ours_is_never_read_as_another_text(tmp_path: Path) -> None:
    path = as_ours(tmp_path, TEXT)
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            text = b"".join(read_text(path))
        except JournalError:
            continue
        assert TEXT.startswith(text), f"byte {at}"


@pytest.mark.parametrize("suffix", [".zst", ".gz"])
@pytest.mark.parametrize("content", [b"hello, this is text\n", b"\x00" * 50, TEXT])
def test_what_is_no_archive_says_so(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / (JOURNAL + suffix)
    path.write_bytes(content)
    with pytest.raises(JournalError, match="is damaged"):
        list(whole_lines(path))
    with pytest.raises(JournalError, match="is damaged"):
        text_length(path)


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_one_is_an_empty_text(tmp_path: Path, form: Form) -> None:
    path = form(tmp_path, b"")
    path.write_bytes(b"")
    assert list(whole_lines(path)) == []
    assert text_length(path) == 0


def test_a_missing_one_and_a_folder_are_one_sentence(tmp_path: Path) -> None:
    for ask in (text_length, lambda path: list(read_text(path))):
        with pytest.raises(JournalError, match="cannot be read: No such file or directory"):
            ask(tmp_path / JOURNAL)
    (tmp_path / JOURNAL).mkdir()
    for ask in (text_length, lambda path: list(read_text(path))):
        with pytest.raises(JournalError, match="cannot be read: Is a directory"):
            ask(tmp_path / JOURNAL)
    as_gzip(tmp_path, TEXT)
    assert text_length(tmp_path / JOURNAL) == len(TEXT), "a folder is no journal"


@pytest.mark.parametrize("name", [JOURNAL, JOURNAL + ".zst", JOURNAL + ".gz"])
@pytest.mark.parametrize("form", FORMS)
def test_any_of_its_names_will_do(tmp_path: Path, form: Form, name: str) -> None:
    assert not has_journal(tmp_path)
    form(tmp_path, TEXT)
    assert has_journal(tmp_path)
    assert is_journal_name(name)
    assert b"".join(read_text(tmp_path / name)) == TEXT


def test_other_names_are_no_journals() -> None:
    for name in ("", "run.json", "journal.ndjson.bz2", ".part.journal.ndjson.zst", "journal"):
        assert not is_journal_name(name)


def test_the_plain_one_counts_while_both_are_there(tmp_path: Path) -> None:
    as_ours(tmp_path, b"older\n")
    as_plain(tmp_path, TEXT)
    assert b"".join(read_text(tmp_path / (JOURNAL + ".zst"))) == TEXT


def test_one_that_is_compressed_under_the_readers_hands_is_read_to_its_end(tmp_path: Path) -> None:
    text = TEXT * 4_000
    path = as_plain(tmp_path, text)
    reader = read_text(path)
    first = next(reader)
    assert len(first) < len(text)
    pack(path)
    assert first + b"".join(reader) == text
    assert b"".join(read_text(path)) == text, "and by its old name"


def test_a_small_file_of_much_text_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / (JOURNAL + ".zst")
    line = b"x" * 999 + b"\n"
    path.write_bytes(compress(line * 40_000))
    tracemalloc.start()
    assert sum(1 for _ in whole_lines(path)) == 40_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / (JOURNAL + ".zst")
    path.write_bytes(compress(b"x" * (70 << 20)))
    with pytest.raises(JournalError, match="a line is longer than 64 MB"):
        list(whole_lines(path))


def test_any_program_that_knows_zstd_reads_it(tmp_path: Path) -> None:
    """As `zstdcat` does: one frame after another, by the library alone."""
    data, text = as_ours(tmp_path, TEXT).read_bytes(), b""
    while data:
        frame = ZstdDecompressor()
        text += frame.decompress(data)
        data = frame.unused_data
    assert text == TEXT
