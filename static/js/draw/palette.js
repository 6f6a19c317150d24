/* Puts symbols into the map: with the pointer where one points, with the keyboard after what is chosen.
   bpmn-js's own palette is left out, because its symbols are no buttons: they have no words and no keyboard. */
"use strict";

(() => {
  const GAP = 60;

  function button(icon, word) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "kv-draw-symbol" });
    const sign = Object.assign(document.createElement("span"), { className: `bpmn-icon-${icon}` });
    sign.setAttribute("aria-hidden", "true");
    made.append(sign, Object.assign(document.createElement("span"), { textContent: word }));
    return made;
  }

  function setUp(modeler, find) {
    const get = (name) => modeler.get(name);

    for (const [box, symbols] of [["symbols", kvDraw.symbols.main], ["more", kvDraw.symbols.more]]) {
      for (const [icon, word, what] of symbols) {
        const made = button(icon, word);
        made.draggable = true;
        made.addEventListener("click", (event) => choose(event, what));
        made.addEventListener("dragstart", (event) => {
          event.preventDefault();
          follow(event, what);
        });
        find(box).append(made);
      }
    }
    for (const [icon, word, action] of kvDraw.symbols.tools) {
      const made = button(icon, word);
      made.addEventListener("click", (event) => get("editorActions").trigger(action, event));
      find("more").append(made);
    }

    // A key press and a finger have no pointer that the symbol could follow.
    function choose(event, what) {
      if (event.detail === 0 || event.pointerType === "touch") return add(what);
      follow(event, what);
    }

    function follow(event, what) {
      if (what.type === "bpmn:Lane") return add(what);
      const { shape, others } = make(what);
      get("create").start(event, [shape, ...others], { hints: { autoSelect: [shape] } });
    }

    function make(what) {
      const factory = get("elementFactory");
      if (what.type === "bpmn:Participant") return { shape: factory.createParticipantShape(), others: [] };
      return { shape: factory.createShape({ ...what }), others: [] };
    }

    /* Beside what is chosen, with an arrow where there can be one; else to the right of what is there. */
    function add(what) {
      if (what.type === "bpmn:Lane") return addLane();
      const chosen = kvDraw.chosen(modeler);
      const { shape } = make(what);
      const made = chosen && follows(chosen, what) ? get("autoPlace").append(chosen, shape) : place(shape);
      kvDraw.choose(modeler, made);
    }

    function follows(chosen, what) {
      const isNode = kvDraw.is(chosen, "bpmn:FlowNode") && !kvDraw.is(chosen, "bpmn:EndEvent");
      const isThing = ["bpmn:Participant", "bpmn:Group", "bpmn:StartEvent"].includes(what.type);
      return isNode && !isThing && (what.type !== "bpmn:DataStoreReference" || kvDraw.is(chosen, "bpmn:Activity"));
    }

    function place(shape) {
      const root = get("canvas").getRootElement();
      if (kvDraw.is(shape, "bpmn:Participant")) return addPool(shape);
      const pool = kvDraw.all(modeler, "bpmn:Participant").find((one) => one.children.length || kvDraw.is(root, "bpmn:Collaboration"));
      const parent = pool && kvDraw.is(root, "bpmn:Collaboration") ? pool : root;
      const beside = parent.children.filter((one) => !one.waypoints && !kvDraw.is(one, "bpmn:Lane"));
      const last = beside.sort((a, b) => a.x + a.width - b.x - b.width).at(-1);
      const x = last ? last.x + last.width + GAP : (pool?.x ?? 100) + 80;
      const y = last ? last.y + last.height / 2 : (pool ? pool.y + pool.height / 2 : 150);
      return get("modeling").createShape(shape, { x: x + shape.width / 2, y }, parent);
    }

    /* A pool around all there is, the first time; later ones are put below. */
    function addPool(shape = get("elementFactory").createParticipantShape()) {
      const root = get("canvas").getRootElement();
      const there = root.children.filter((one) => !one.waypoints && one.type !== "label");
      const box = there.length ? kvDraw.box(there) : { x: 100, y: 100, width: 500, height: 150 };
      if (kvDraw.is(root, "bpmn:Collaboration")) {
        const at = { x: box.x + shape.width / 2, y: box.y + box.height + GAP / 2 + shape.height / 2 };
        return get("modeling").createShape(shape, at, root);
      }
      Object.assign(shape, { width: box.width + 130, height: box.height + 80 });
      return get("modeling").createShape(shape, { x: box.x + box.width / 2 - 15, y: box.y + box.height / 2 }, root);
    }

    /* Below the lane or pool that is chosen; the first lane needs a pool, which holds what is already drawn. */
    function addLane() {
      const chosen = kvDraw.chosen(modeler);
      const area = chosen && (kvDraw.is(chosen, "bpmn:Lane") || kvDraw.is(chosen, "bpmn:Participant")) ? chosen : null;
      const pool = area ?? kvDraw.all(modeler, "bpmn:Participant")[0] ?? addPool();
      get("selection").select(get("modeling").addLane(pool, "bottom"));
    }
  }

  // Says that there is no palette, without leaving out what else depends on it.
  kvDraw.withoutPalette = { paletteProvider: ["value", null] };
  kvDraw.setUpPalette = setUp;
})();
