"""What every page and every fragment must keep to, read from the HTML itself. Every test client calls `check`."""

from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

MOST_STATEMENTS = 20
MOST_REPEATS = 4  # the same statement more often than this is a query in a loop
BUDGETS: dict[str, int] = {}  # path prefix -> statements, for the few pages with a reason

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
NAMED_BY_THEMSELVES = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "form", "list")
VERBS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")

Rule = Callable[[BeautifulSoup], Iterator[str]]
EVERYWHERE: list[Rule] = []
WHOLE_PAGES: list[Rule] = []


def check(response: TestResponse, statements: Counter[str] | None = None) -> None:
    is_redirect = response.location is not None  # its body is read by nobody
    if response.mimetype != "text/html" or response.is_streamed or is_redirect or not response.data:
        return
    problems = lint(response.text)
    if statements and response.request.method == "GET":
        problems += _budget(response.request.path, statements)
    assert not problems, f"{response.request.method} {response.request.path} ({response.status}):\n  " + "\n  ".join(
        problems
    )


def lint(html: str) -> list[str]:
    problems = _Balance.problems_of(html)
    page = BeautifulSoup(html, "html.parser")
    rules = EVERYWHERE + (WHOLE_PAGES if page.find("html") else [])
    return problems + [problem for rule in rules for problem in rule(page)]


def soup(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.text, "html.parser")


def text(response: TestResponse) -> str:
    """What a person reads in the main region (or the fragment), with single spaces."""
    page = soup(response)
    return " ".join((page.find("main") or page).get_text(" ").split())


def proposed(form: Tag) -> dict[str, object]:
    """What a browser would send if the person pressed the button now."""
    data: dict[str, list[str]] = {}
    for one in form.find_all(["input", "select", "textarea"]):
        name = one.get("name")
        if name and not one.has_attr("disabled"):
            data.setdefault(str(name), []).extend(_values(one))
    return {name: values if len(values) != 1 else values[0] for name, values in data.items() if values}


def names(form: Tag) -> set[str]:
    return {str(one["name"]) for one in form.find_all(["input", "select", "textarea", "button"]) if one.get("name")}


def _values(one: Tag) -> list[str]:
    if one.name == "textarea":
        return [one.get_text().removeprefix("\n")]
    if one.name == "select":
        options = one.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not one.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    kind = one.get("type", "text")
    if kind in {"submit", "button", "image", "reset", "file"} or (
        kind in {"checkbox", "radio"} and not one.has_attr("checked")
    ):
        return []
    return [str(one.get("value", "on" if kind in {"checkbox", "radio"} else ""))]


def _budget(path: str, statements: Counter[str]) -> Iterator[str]:
    most = next((number for prefix, number in BUDGETS.items() if path.startswith(prefix)), MOST_STATEMENTS)
    if statements.total() > most:
        yield f"{statements.total()} SQL statements, {most} are in the budget"
    for statement, times in statements.items():
        if times > MOST_REPEATS:
            yield f"the same statement {times} times: {' '.join(statement.split())[:200]}"


def _everywhere(rule: Rule) -> Rule:
    EVERYWHERE.append(rule)
    return rule


def _whole_pages(rule: Rule) -> Rule:
    WHOLE_PAGES.append(rule)
    return rule


# ---------------------------------------------------------------- pages and fragments


@_everywhere
def ids_are_unique(page: BeautifulSoup) -> Iterator[str]:
    for name, times in Counter(str(one["id"]) for one in page.find_all(id=True)).items():
        if times > 1:
            yield f"the id {name!r} {times} times"
        if not name or " " in name:
            yield f"{name!r} is no id"


@_everywhere
def nothing_is_inline(page: BeautifulSoup) -> Iterator[str]:
    for one in page.find_all(True):
        if one.name == "style" or (one.name == "script" and not one.get("src")):
            yield f"an inline <{one.name}>"
        for name, value in one.attrs.items():
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                yield f"{_show(one)} has the attribute {name}"
            if isinstance(value, str) and value.strip().lower().startswith(("javascript:", "js:")):
                yield f"{_show(one)} has script in {name}"


@_everywhere
def inputs_have_labels(page: BeautifulSoup) -> Iterator[str]:
    labelled = {str(label["for"]) for label in page.find_all("label", attrs={"for": True})}
    for one in page.find_all(["input", "select", "textarea"]):
        if one.name == "input" and one.get("type") in NAMED_BY_THEMSELVES:
            continue
        named = one.get("aria-label") or one.get("aria-labelledby")
        if not (named or one.get("id") in labelled or one.find_parent("label")):
            yield f"{_show(one)} has no label"


@_everywhere
def forms_work_by_themselves(page: BeautifulSoup) -> Iterator[str]:
    for form in page.find_all("form"):
        method = str(form.get("method", "")).lower()
        if method not in {"get", "post", "dialog"}:
            yield f"{_show(form)} does not say its method"
        if not form.get("action") and method != "dialog":
            yield f"{_show(form)} has no action"
        token = form.find("input", attrs={"name": "csrf_token"})
        if method == "post" and not (token and token.get("value")):
            yield f"{_show(form)} posts without a CSRF token"
        if method == "get" and token:
            yield f"{_show(form)} puts the CSRF token into an address"


@_everywhere
def everything_has_a_name(page: BeautifulSoup) -> Iterator[str]:
    for one in page.find_all(["a", "button"]):
        pictures = " ".join(str(image.get("alt", "")) for image in one.find_all("img"))
        if not (one.get("aria-label") or one.get("aria-labelledby") or one.get_text(strip=True) or pictures.strip()):
            yield f"{_show(one)} has no text"
        if one.name == "a" and one.get("href", "#") in {"", "#"}:
            yield f"{_show(one)} leads nowhere"
        if one.name == "button" and not one.get("type"):
            yield f"{_show(one)} does not say its type"
    for image in page.find_all("img"):
        if image.get("alt") is None:
            yield f"{_show(image)} has no alt"
    for table in page.find_all("table"):
        if not (table.find("caption") or table.get("aria-label") or table.get("aria-labelledby")):
            yield f"{_show(table)} has no caption"
        if not table.find("th"):
            yield f"{_show(table)} has no header cells"


@_everywhere
def htmx_is_told_where(page: BeautifulSoup) -> Iterator[str]:
    for one in page.find_all(lambda tag: any(verb in tag.attrs for verb in VERBS)):
        missing = [name for name in ("hx-target", "hx-swap") if not one.get(name)]
        if missing:
            yield f"{_show(one)} has no {' and no '.join(missing)}"
        if "[" in str(one.get("hx-trigger", "")):
            yield f"{_show(one)} filters its trigger, which needs eval"


# ---------------------------------------------------------------- whole pages


@_whole_pages
def the_heading_names_the_page(page: BeautifulSoup) -> Iterator[str]:
    headings = page.find_all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
        return
    heading = " ".join(headings[0].get_text().split())
    title = " ".join(page.title.get_text().split()) if page.title else ""
    if not heading or not title.startswith(heading):
        yield f"the title {title!r} does not begin with the heading {heading!r}"


@_whole_pages
def the_frame_is_whole(page: BeautifulSoup) -> Iterator[str]:
    root = page.find("html")
    if not (isinstance(root, Tag) and root.get("lang")):
        yield "the page does not say its language"
    if len(page.find_all("main", id="main")) != 1:
        yield "no <main id=main>, or several"
    if not page.find("meta", attrs={"name": "viewport"}):
        yield "no viewport"


@_whole_pages
def headings_skip_no_level(page: BeautifulSoup) -> Iterator[str]:
    before = 0
    for one in (page.find("main") or page).find_all(["h1", "h2", "h3", "h4", "h5", "h6"]):
        level = int(one.name[1])
        if level > before + 1:
            yield f"{_show(one)} follows a heading of level {before}"
        before = level


@_whole_pages
def references_lead_somewhere(page: BeautifulSoup) -> Iterator[str]:
    known = {str(one["id"]) for one in page.find_all(id=True)}
    for one in page.find_all(True):
        named = [word for name in REFERENCES for word in str(one.get(name, "")).split()]
        if one.name == "label" and one.get("for"):
            named.append(str(one["for"]))
        if one.name == "a" and str(one.get("href", "")).startswith("#"):
            named.append(str(one["href"])[1:])
        selectors = [str(one.get(name, "")) for name in ("hx-target", "hx-select", "hx-indicator")]
        named += [selector[1:] for selector in selectors if selector.startswith("#")]
        yield from (f"{_show(one)} refers to #{name}, which is not there" for name in named if name not in known)


def _show(one: Tag) -> str:
    shown = " ".join(
        f'{name}="{one[name]}"' for name in ("id", "name", "class", "href", "action", "type") if one.get(name)
    )
    return f"<{one.name} {shown}>" if shown else f"<{one.name}> ({one.get_text(strip=True)[:40]!r})"


class _Balance(HTMLParser):
    """Every element closed, in order: what browsers repair silently is where layouts break."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []

    @classmethod
    def problems_of(cls, html: str) -> list[str]:
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader.problems[:3] + [f"<{tag}> is never closed" for tag in reader.open[:3]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form" and "form" in self.open:
            self.problems.append(f"a form within a form, at line {self.getpos()[0]}")
        twice = [name for name, times in Counter(name for name, _ in attrs).items() if times > 1]
        if twice:
            self.problems.append(f"<{tag}> says {twice[0]} twice, at line {self.getpos()[0]}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """<path/> inside an SVG."""

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in VOID:
            self.problems.append(
                f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>, line {self.getpos()[0]}"
            )
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
