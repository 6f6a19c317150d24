"""A BPMN file as another drawing tool saves it: same process, everything else its own way."""

import re
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
VENDOR = "http://tool.invalid/vendor"
FLOW = ("sequenceFlow", "association", "messageFlow")


def saved_elsewhere(data: bytes, *, rename: dict[str, str] | None = None) -> bytes:
    """Other prefix, order, whitespace and definitions; extensions added; the drawing replaced by none.

    ``rename`` gives ids of the file -> what the tool writes instead.
    """
    root = etree.fromstring(data)
    for diagram in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(diagram)
    for node in root.iter(f"{{{BPMN}}}*"):
        _add_extension(node)
        if etree.QName(node).localname in ("process", "subProcess"):
            node[:] = sorted(node, key=lambda one: (etree.QName(one).localname in FLOW, one.get("id") or ""))
    made: Any = etree.Element(f"{{{BPMN}}}definitions", nsmap={"b": BPMN, "v": VENDOR})
    made.set("id", "Definitions_by_tool")
    made.set("exporter", "Another Modeler")
    made.set("targetNamespace", "http://tool.invalid")
    made.extend(list(root))
    etree.cleanup_namespaces(made, keep_ns_prefixes=["b", "v"])
    etree.indent(made, space="\t")
    text = etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True).decode()
    for old, new in (rename or {}).items():
        text = re.sub(rf'(?<=["> ]){re.escape(old)}(?=["<])', new, text)
    return text.encode()


def _add_extension(node: Any) -> None:
    if etree.QName(node).localname.endswith(("Task", "process")):
        extra = etree.Element(f"{{{BPMN}}}extensionElements")
        etree.SubElement(extra, f"{{{VENDOR}}}shape").set("look", "round")
        node.insert(0, extra)
