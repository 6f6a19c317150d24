/* Opens the map in bpmn-js and ties the page's buttons to it. */
"use strict";

(() => {
  const room = document.querySelector('[data-kv="draw"]');
  if (!room || !globalThis.BpmnJS) return;
  const find = (name) => document.querySelector(`[data-kv="${name}"]`);
  const { kvXml, kvProcesses, kvLogin, kvCopies, kvName } = room.dataset;
  const page = { xml: kvXml, processes: kvProcesses, login: kvLogin, copies: kvCopies, name: kvName };
  const ZOOM = 1.2;

  kvDraw.message = (tone, text, actions, role = "status") => {
    const made = Object.assign(document.createElement("div"), { className: `kv-message ${tone}`, role });
    const inner = document.createElement("div"), buttons = Object.assign(document.createElement("div"), { className: "kv-buttons" });
    buttons.append(...actions);
    inner.append(Object.assign(document.createElement("p"), { textContent: text }), buttons);
    made.append(inner);
    return made;
  };

  kvDraw.showAdvice = (modeler, find, { advice, remarks }) => {
    const rows = [...advice, ...remarks.map((text) => ({ text }))].map(({ element, text }) => {
      const row = Object.assign(document.createElement("li"), { textContent: text });
      if (element) row.dataset.kvElement = element;
      return row;
    });
    find("advices").replaceChildren(...rows);
    find("advice").hidden = !rows.length;
    addShow(modeler, find);
  };

  /* A button at each advice that goes to what it is about, as long as that is there. */
  function addShow(modeler, find) {
    for (const row of find("advices").querySelectorAll("[data-kv-element]")) {
      const show = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link btn-sm", textContent: "Visa" });
      show.addEventListener("click", () => {
        const there = modeler.get("elementRegistry").get(row.dataset.kvElement);
        if (!there) return row.remove();
        kvDraw.choose(modeler, there);
        find("canvas").scrollIntoView({ block: "nearest" });
      });
      row.append(" ", show);
    }
  }

  // It is drawn in the page's own colours, so that it is as easy to read in the dark.
  const colours = { defaultFillColor: "var(--kv-paper)", defaultStrokeColor: "var(--kv-ink)", defaultLabelColor: "var(--kv-ink)" };
  const family = '"Source Sans 3 Variable", sans-serif';
  const letters = { defaultStyle: { fontFamily: family, fontSize: 12 }, externalStyle: { fontFamily: family, fontSize: 12 } };
  room.hidden = false;
  find("without").hidden = true;
  const modeler = new BpmnJS({ container: find("canvas"), bpmnRenderer: colours, textRenderer: letters, additionalModules: [kvDraw.translate, kvDraw.withoutPalette] });
  const get = (name) => modeler.get(name);
  const sheet = find("canvas").querySelector("svg");
  sheet.setAttribute("role", "application");
  sheet.setAttribute("aria-label", "Rityta");

  kvDraw.setUpPalette(modeler, find);
  const panel = kvDraw.setUpPanel(modeler, find, page);
  const saving = kvDraw.setUpSaving(modeler, find, page, panel.flush);

  async function open(xml) {
    try {
      const { warnings } = await modeler.importXML(xml);
      fit();
      if (warnings.length) saving.trouble("warn", `Ritverktyget känner inte igen allt i filen (${warnings.length} saker). Det kan försvinna när du sparar här. Den fil som lades in finns kvar under Sparade kartor.`, []);
      return true;
    } catch (error) {
      saving.trouble("bad", `Kartan går inte att öppna: ${kvDraw.reason(String(error.message))}. Den är oförändrad. Lägg in en ny fil, eller skriv stegen i formuläret.`, []);
      return false;
    }
  }

  /* The whole map with a little air around it, and never larger than it is. */
  function fit() {
    const canvas = get("canvas");
    canvas.zoom("fit-viewport", "auto");
    canvas.zoom(Math.min(1, canvas.zoom() * 0.94), "auto");
  }

  async function begin() {
    const answer = await fetch(page.xml, { redirect: "error" }).catch(() => null);
    if (!answer?.ok) return saving.trouble("bad", "Kartan gick inte att hämta. Ladda om sidan.", []);
    saving.state.seen = /"(\w+)"/.exec(answer.headers.get("ETag") ?? "")?.[1] ?? "";
    const isOpen = await open(await answer.text());
    saving.say(isOpen ? "Allt är sparat." : "");
    addShow(modeler, find);
    saving.offerCopies(open);
  }

  const does = {
    ...panel.does,
    save: saving.save,
    undo: () => get("commandStack").undo(),
    redo: () => get("commandStack").redo(),
    zoomIn: () => get("canvas").zoom(get("canvas").zoom() * ZOOM, "auto"),
    zoomOut: () => get("canvas").zoom(get("canvas").zoom() / ZOOM, "auto"),
    fit,
    align: (event) => get("editorActions").trigger("alignElements", { type: event.currentTarget.dataset.kvHow }),
    distribute: (event) => get("editorActions").trigger("distributeElements", { type: event.currentTarget.dataset.kvHow }),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : room.requestFullscreen()),
  };
  const buttons = [...room.querySelectorAll("[data-kv-do]")];
  for (const button of buttons) button.addEventListener("click", (event) => does[button.dataset.kvDo](event));

  function enable() {
    const many = get("selection").get().filter((one) => !one.waypoints).length;
    const can = { undo: get("commandStack").canUndo(), redo: get("commandStack").canRedo(), align: many > 1, distribute: many > 2 };
    for (const button of buttons) {
      if (button.dataset.kvDo in can) button.disabled = !can[button.dataset.kvDo];
    }
  }
  get("eventBus").on(["commandStack.changed", "selection.changed", "import.done"], enable);

  document.addEventListener("fullscreenchange", () => {
    const button = buttons.find((one) => one.dataset.kvDo === "fullscreen");
    button.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    saving.save();
  });

  // For whoever wants to look inside, and for the tests.
  kvDraw.modeler = modeler;
  begin();
})();
