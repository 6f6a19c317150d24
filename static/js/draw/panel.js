/* The panel beside the map: says what is chosen, and writes its facts into the map. */
"use strict";

(() => {
  const MENU = 280; // pixels, the menu of kinds at its most
  const WAIT = 300; // milliseconds after the last letter
  const CHOOSABLE = ["bpmn:FlowNode", "bpmn:Participant", "bpmn:Lane", "bpmn:SequenceFlow", "bpmn:MessageFlow", "bpmn:DataObjectReference", "bpmn:DataStoreReference", "bpmn:TextAnnotation", "bpmn:Group"];
  const option = (value, text) => new Option(text, value);

  function setUp(modeler, find, page) {
    const form = find("panel"), fields = form.elements;
    const get = (name) => modeler.get(name);
    let shown = null;

    function show() {
      const element = kvDraw.chosen(modeler);
      const isRoot = !element || !CHOOSABLE.some((type) => kvDraw.is(element, type));
      shown = isRoot ? null : element;
      form.hidden = !shown;
      find("nothing").hidden = Boolean(shown);
      find("kind").textContent = shown ? kvDraw.kind(shown) : "Valt i kartan";
      fillChoices();
      if (shown) fill();
    }

    function fillChoices() {
      const there = kvDraw.all(modeler, ...CHOOSABLE).sort((a, b) => (a.x ?? a.waypoints[0].x) - (b.x ?? b.waypoints[0].x));
      const nothing = get("selection").get().length > 1 ? "Flera är valda" : "Inget valt";
      find("choose").replaceChildren(option("", nothing), ...there.map((one) => option(one.id, kvDraw.label(one))));
      find("choose").value = shown?.id ?? "";
    }

    function fill() {
      const said = kvDraw.facts(shown);
      const isNode = kvDraw.is(shown, "bpmn:FlowNode"), isActivity = kvDraw.is(shown, "bpmn:Activity");
      setUnlessTyping(fields.name, kvDraw.name(shown));
      for (const name of ["text", "deadline", "system"]) setUnlessTyping(fields[name], said[name]);
      for (const name of ["deadline", "system"]) fields[name].closest(".kv-field").hidden = !isActivity;
      find("facts").hidden = kvDraw.is(shown, "bpmn:TextAnnotation") || kvDraw.is(shown, "bpmn:Group");
      fillLanes(isNode);
      find("link").hidden = !isActivity || (kvDraw.is(shown, "bpmn:SubProcess") && shown.children.length > 0);
      if (!find("link").hidden) showLink();
      fillTargets(isNode);
      find("replace").hidden = get("popupMenu").isEmpty(shown, "bpmn-replace");
    }

    // What is being typed is newer than what the map says.
    function setUnlessTyping(field, value) {
      if (document.activeElement !== field || field.dataset.of !== shown.id) field.value = value;
      field.dataset.of = shown.id;
    }

    function fillLanes(isNode) {
      const lanes = isNode && !kvDraw.is(shown, "bpmn:BoundaryEvent") ? kvDraw.lanes(modeler, shown) : [];
      find("lane").hidden = !lanes.length;
      const now = kvDraw.laneOf(modeler, shown);
      const none = now ? [] : [option("", "Ingen")];
      fields.lane.replaceChildren(...none, ...lanes.map((one) => option(one.id, kvDraw.name(one) || "Bana utan namn")));
      fields.lane.value = now?.id ?? "";
    }

    function fillTargets(isNode) {
      const rules = get("bpmnRules");
      const there = isNode ? kvDraw.all(modeler, ...kvDraw.FLOW_NODES) : [];
      const open = there.filter((one) => one !== shown && rules.canConnect(shown, one));
      find("connect").hidden = !open.length;
      fields.target.replaceChildren(option("", "Välj"), ...open.map((one) => option(one.id, kvDraw.label(one))));
    }

    function write(name) {
      if (!shown || fields.name.dataset.of !== shown.id) return;
      if (name === "name") {
        if (fields.name.value !== kvDraw.name(shown)) get("modeling").updateLabel(shown, fields.name.value);
        return;
      }
      const before = kvDraw.facts(shown);
      const now = { text: fields.text.value, deadline: fields.deadline.value, system: fields.system.value };
      if (Object.keys(now).some((one) => now[one].trim() !== before[one])) kvDraw.writeFacts(modeler, shown, now);
    }

    let waiting;
    form.addEventListener("input", (event) => {
      if (!["name", "text", "deadline", "system"].includes(event.target.name)) return;
      clearTimeout(waiting);
      waiting = setTimeout(write, WAIT, event.target.name);
    });
    // Leaving a field writes at once: the next click may choose something else.
    form.addEventListener("focusout", (event) => {
      if (["name", "text", "deadline", "system"].includes(event.target.name)) write(event.target.name);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    fields.lane.addEventListener("change", () => {
      const lane = get("elementRegistry").get(fields.lane.value);
      if (lane) kvDraw.moveToLane(modeler, shown, lane);
    });
    find("choose").addEventListener("change", (event) => {
      const element = get("elementRegistry").get(event.target.value);
      if (element) kvDraw.choose(modeler, element);
      else get("selection").select([]);
    });

    /* A step that goes on in another process is BPMN's call activity, and names the other's address. */
    async function showLink() {
      const address = kvDraw.is(shown, "bpmn:CallActivity") ? shown.businessObject.calledElement : "";
      const line = find("linked");
      line.hidden = !address;
      if (!address || line.dataset.address === address) return;
      line.dataset.address = address;
      line.textContent = address;
      const [known] = await ask({ adress: address.replace(/^_/, "") });
      if (line.dataset.address !== address) return;
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link btn-sm", textContent: "Ta bort länken" });
      remove.addEventListener("click", () => unlink());
      line.replaceChildren(known ? known.title : `${address} (finns inte här)`, remove);
    }

    function unlink() {
      find("linked").dataset.address = "";
      get("selection").select(get("bpmnReplace").replaceElement(shown, { type: "bpmn:Task" }));
    }

    function link(process) {
      let element = shown;
      if (!kvDraw.is(element, "bpmn:CallActivity")) element = get("bpmnReplace").replaceElement(element, { type: "bpmn:CallActivity" });
      const calledElement = /^\d/.test(process.slug) ? `_${process.slug}` : process.slug;
      get("modeling").updateProperties(element, { calledElement });
      if (!kvDraw.name(element)) get("modeling").updateLabel(element, process.title);
      get("selection").select(element);
      fields.process.value = "";
      offer([], "");
      show();
    }

    async function ask(question) {
      try {
        const answer = await fetch(`${page.processes}?${new URLSearchParams(question)}`, { redirect: "error" });
        return answer.ok ? (await answer.json()).processes : [];
      } catch {
        return [];
      }
    }

    function offer(processes, said) {
      find("found").textContent = said;
      find("processes").replaceChildren(...processes.map((one) => {
        const row = document.createElement("li");
        const choose = Object.assign(document.createElement("button"), { type: "button", className: "kv-draw-choice", textContent: one.title });
        if (one.above) choose.append(Object.assign(document.createElement("small"), { textContent: one.above }));
        choose.addEventListener("click", () => link(one));
        row.append(choose);
        return row;
      }));
    }

    let asking;
    fields.process.addEventListener("input", () => {
      clearTimeout(asking);
      asking = setTimeout(async () => {
        const word = fields.process.value.trim();
        const found = word ? await ask({ q: word }) : [];
        if (word !== fields.process.value.trim()) return;
        offer(found, !word ? "" : found.length ? `${found.length} träffar. Välj en.` : "Ingen process heter så.");
      }, WAIT);
    });

    const does = {
      connect() {
        const target = get("elementRegistry").get(fields.target.value);
        if (target) get("modeling").connect(shown, target);
      },
      remove: () => get("modeling").removeElements([shown]),
      replace() {
        kvDraw.choose(modeler, shown);
        find("canvas").scrollIntoView({ block: "nearest" });
        const room = find("canvas").getBoundingClientRect();
        const { left, bottom } = get("canvas").getGraphics(shown).getBoundingClientRect();
        const x = Math.max(room.left, Math.min(left, room.right - MENU));
        const y = Math.max(room.top, Math.min(bottom, room.bottom - MENU, innerHeight - MENU));
        const at = { x, y, cursor: { x, y } };
        get("popupMenu").open(shown, "bpmn-replace", at, { title: "Byt slag", search: true });
      },
    };

    get("eventBus").on("selection.changed", () => {
      offer([], "");
      show();
    });
    get("eventBus").on(["commandStack.changed", "import.done", "root.set"], show);
    return { does, flush: () => ["name", "text"].forEach(write) };
  }

  kvDraw.setUpPanel = setUp;
})();
