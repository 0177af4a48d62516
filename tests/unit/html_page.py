"""A report read back as a reader's browser does: tables by name, tags, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "input", "img"}


class Cell:
    """One cell: what it shows, and its figure in full where it has one."""

    def __init__(self, value: str | None) -> None:
        self.text = ""
        self.value = None if value is None else float(value)


class Page(HTMLParser):
    """A page.

    Attributes:
        tables: the lines of each table by its name, foot included, each a list of cells; `heads`
            the words above them.
        tags: how many of each; `headings` their levels in order.
        text: all that is shown, scripts and styles left out.
        scripts: what stands in scripts.
        problems: tags that are not closed as they were opened, attributes that run or load.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[Cell]]] = {}
        self.heads: dict[str, list[str]] = {}
        self.tags: Counter[str] = Counter()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.figures: dict[str, str] = {}
        self.text = ""
        self.scripts: list[str] = []
        self.problems: list[str] = []
        self.pictures_without_words = 0
        self._open: list[str] = []
        self._table = ""
        self._part = ""
        self._cell: Cell | None = None
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags[tag] += 1
        if tag not in VOID:
            self._open.append(tag)
        self.problems += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.problems += [f"<{tag} {name}>" for name in ("src", "srcset") if name in given]
        if "href" in given and not str(given["href"]).startswith("#"):
            self.problems.append(f"a link to {given['href']}")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "svg" and not given.get("aria-label"):
            self.pictures_without_words += 1
        if tag == "table":
            self._table = str(given.get("id", "")).removeprefix("table-")
            self.tables[self._table], self.heads[self._table] = [], []
        elif tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        elif tag == "tr":
            if self._part == "thead":
                self.heads[self._table] = []
            else:
                self.tables[self._table].append([])
        elif tag in ("td", "th"):
            self._cell = Cell(given.get("data-value"))
            if self._part != "thead":
                self.tables[self._table][-1].append(self._cell)
        elif str(given.get("id", "")).startswith("tile-"):
            self.figures[str(given["id"])] = str(given.get("data-value", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.problems += [f"<{tag} {name}>" for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            if self._part == "thead":
                self.heads[self._table].append(self._cell.text.strip())
            self._cell = None
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)
        elif not self._open or self._open[-1] != "style":
            self.text += data
            if self._cell is not None:
                self._cell.text += data

    def column(self, table: str, head: str, number: int = 0) -> list[Cell]:
        """The cells below a head; of several of that name the `number`-th."""
        at = [n for n, word in enumerate(self.heads[table]) if word == head][number]
        return [row[at] for row in self.tables[table]]
