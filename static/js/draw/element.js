/* What bpmn-js's elements say and hold, read and written in one place. */
"use strict";

(() => {
  // The same lines as processes/maps.py reads out of a description.
  const FACT = /^\s*(Tidsgräns|Tidsfrist|Systemstöd|System)\s*:\s*(.+)$/i;
  const FLOW_NODES = ["bpmn:FlowNode", "bpmn:DataObjectReference", "bpmn:DataStoreReference"];

  const is = (element, type) => Boolean(element?.businessObject?.$instanceOf?.(type));
  const object = (element) => element.businessObject;

  /* What is drawn on the sheet that is open: the map, or the inside of one sub-process. */
  function all(modeler, ...types) {
    const root = modeler.get("canvas").getRootElement();
    const isHere = (one) => (one.parent ? one.parent === root || isHere(one.parent) : false);
    return modeler.get("elementRegistry").filter((one) => one.type !== "label" && types.some((type) => is(one, type)) && isHere(one));
  }

  function chosen(modeler) {
    const those = modeler.get("selection").get();
    if (those.length !== 1) return null;
    return those[0].labelTarget ?? those[0];
  }

  /* Goes there first: the selection is dropped when another sheet opens. */
  function choose(modeler, element) {
    const canvas = modeler.get("canvas"), view = canvas.viewbox();
    const { x, y, width, height } = element.waypoints ? box(element.waypoints.map((one) => ({ ...one, width: 0, height: 0 }))) : element;
    const isSeen = x >= view.x && y >= view.y && x + width <= view.x + view.width && y + height <= view.y + view.height;
    if (!isSeen || canvas.findRoot(element) !== canvas.getRootElement()) canvas.scrollToElement(element);
    modeler.get("selection").select(element);
  }

  function box(elements) {
    const x = Math.min(...elements.map((one) => one.x)), y = Math.min(...elements.map((one) => one.y));
    const right = Math.max(...elements.map((one) => one.x + one.width));
    const bottom = Math.max(...elements.map((one) => one.y + one.height));
    return { x, y, width: right - x, height: bottom - y };
  }

  function name(element) {
    const one = object(element);
    if (is(element, "bpmn:TextAnnotation")) return one.text ?? "";
    if (is(element, "bpmn:Group")) return one.categoryValueRef?.value ?? "";
    return one.name ?? "";
  }

  /* The Swedish word of what it is, from the words that bpmn-js's menus use. */
  function kind(element) {
    const one = object(element), type = one.$type.replace("bpmn:", "");
    const words = { SequenceFlow: "Pil", MessageFlow: "Meddelande", Association: "Linje", Lane: "Bana", Participant: "Pool",
      TextAnnotation: "Anteckning", Group: "Grupp", DataInputAssociation: "Linje", DataOutputAssociation: "Linje" };
    if (words[type]) return words[type];
    const definition = one.eventDefinitions?.[0]?.$type;
    const found = [...kvDraw.symbols.main, ...kvDraw.symbols.more].filter(([, , what]) => what.type === one.$type);
    const exact = found.find(([, , what]) => (what.eventDefinitionType || undefined) === definition);
    return (exact ?? found[0])?.[1] ?? "Händelse på kanten";
  }

  function label(element) {
    const said = name(element).replace(/\s+/g, " ").trim();
    if (said) return `${kind(element)}: ${said}`;
    if (!element.waypoints) return `${kind(element)} utan namn`;
    const end = (one) => (one && name(one).trim()) || (one ? kind(one).toLowerCase() : "ingenting");
    return `${kind(element)} från ${end(element.source)} till ${end(element.target)}`;
  }

  function facts(element) {
    const lines = [], found = { deadline: [], system: [] };
    for (const line of (object(element).documentation ?? []).map((one) => one.text ?? "").join("\n\n").split("\n")) {
      const match = FACT.exec(line);
      if (match) found[/^tids/i.test(match[1]) ? "deadline" : "system"].push(match[2].trim());
      else lines.push(line);
    }
    return { text: lines.join("\n").trim(), deadline: found.deadline.join("; "), system: found.system.join("; ") };
  }

  function writeFacts(modeler, element, { text, deadline, system }) {
    const lines = [text.trim(), deadline.trim() && `Tidsgräns: ${deadline.trim()}`, system.trim() && `Systemstöd: ${system.trim()}`];
    const whole = lines.filter(Boolean).join("\n");
    const documentation = whole ? [modeler.get("moddle").create("bpmn:Documentation", { text: whole })] : [];
    for (const one of documentation) one.$parent = object(element);
    modeler.get("modeling").updateProperties(element, { documentation });
  }

  const poolOf = (element) => {
    let one = element;
    while (one && !is(one, "bpmn:Participant")) one = one.parent;
    return one;
  };

  /* The innermost lanes of the pool that the element stands in. */
  function lanes(modeler, element) {
    const pool = poolOf(element);
    const inner = all(modeler, "bpmn:Lane").filter((lane) => !lane.children.some((one) => is(one, "bpmn:Lane")));
    return pool ? inner.filter((lane) => poolOf(lane) === pool) : [];
  }

  function laneOf(modeler, element) {
    return lanes(modeler, element).find((lane) => object(lane).flowNodeRef?.includes(object(element)));
  }

  /* Into the middle of the lane's height, to the right of anything that already stands there. */
  function moveToLane(modeler, element, lane) {
    const y = lane.y + (lane.height - element.height) / 2;
    const others = element.parent.children.filter((one) => one !== element && !one.waypoints && !is(one, "bpmn:Lane"));
    const hits = (x) => others.some((one) => one.x < x + element.width + 10 && x < one.x + one.width + 10 && one.y < y + element.height && y < one.y + one.height);
    let x = element.x;
    while (hits(x)) x += 20;
    modeler.get("modeling").moveElements([element], { x: x - element.x, y: y - element.y }, element.parent);
  }

  Object.assign(kvDraw, { FLOW_NODES, all, box, choose, chosen, facts, is, kind, label, lanes, laneOf, moveToLane, name, writeFacts });
})();
