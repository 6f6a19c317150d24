"""XML out of untrusted files: no entities, no network, no DTD."""

from collections.abc import Iterator
from typing import IO, Any, Protocol, cast

from lxml import etree

from documents.files.kinds import RefusedFile
from documents.files.packages import DAMAGED


def parse(data: bytes) -> etree._Element:
    """The root of a small part; RefusedFile when it is not well-formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedFile(DAMAGED) from error


def walk(
    stream: IO[bytes], events: tuple[str, ...] = ("start", "end")
) -> Iterator[tuple[str, etree._Element]]:
    """Events of a part of any size in constant memory: each element is emptied after its end was seen."""
    found = etree.iterparse(
        stream,
        events=events,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for event, element in found:
        if not isinstance(element.tag, str):
            continue
        yield event, element
        if event == "end":
            forget(element)


class Target(Protocol):
    """What lxml calls as it reads; exceptions from these reach the caller of `feed`."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def data(self, text: str) -> None: ...
    def end(self, tag: str) -> None: ...
    def close(self) -> None: ...


def feed(stream: IO[bytes], target: Target) -> None:
    """Pass each tag and piece of text of a part of any size to `target`; etree.XMLSyntaxError on faults."""
    parser = etree.XMLParser(
        target=cast(Any, target),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    while block := stream.read(64 * 1024):
        parser.feed(block)
    parser.close()


def forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]
