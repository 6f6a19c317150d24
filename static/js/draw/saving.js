/* Saves the map, keeps a copy of what is not saved, and says what happened when saving did not work. */
"use strict";

(() => {
  const COPY_AFTER = 1000; // milliseconds after the last change

  function setUp(modeler, find, page, flush) {
    const { copies } = kvDraw;
    const state = { key: copies.newKey(page.copies), seen: "", isChanged: false, isSaving: false, changes: 0 };
    let waiting;

    const say = (text) => (find("state").textContent = text);
    const xml = async () => (await modeler.saveXML({ format: true })).xml;

    function changed() {
      state.changes += 1;
      state.isChanged = true;
      clearTimeout(waiting);
      waiting = setTimeout(keep, COPY_AFTER);
      if (!state.isSaving) say("Inte sparat än.");
    }

    async function keep() {
      clearTimeout(waiting);
      if (!state.isChanged) return true;
      const isKept = copies.write(state.key, await xml(), state.seen);
      if (!state.isSaving) {
        say(isKept ? `Inte sparat än. En kopia från ${copies.time(Date.now())} finns i webbläsaren.` : "Inte sparat än. Webbläsaren har inte plats för en kopia, så spara ofta.");
      }
      return isKept;
    }

    async function save() {
      if (state.isSaving) return;
      flush();
      state.isSaving = true;
      say("Sparar …");
      await keep();
      const changes = state.changes, text = await xml();
      const answer = await send(text);
      state.isSaving = false;
      if (answer.status === 200) saved(await answer.json(), changes);
      else await failed(answer);
    }

    async function send(text) {
      const body = new FormData();
      body.append("file", new Blob([text], { type: "application/xml" }), "karta.bpmn");
      body.append("seen", state.seen);
      const token = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
      try {
        return await fetch(location.pathname, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" });
      } catch {
        return { status: -1 };
      }
    }

    function saved(answer, changes) {
      state.seen = answer.seen;
      if (state.changes === changes) {
        state.isChanged = false;
        copies.remove(state.key);
      }
      find("trouble").replaceChildren();
      say(`Sparad ${answer.at}.`);
      kvDraw.showAdvice(modeler, find, answer);
    }

    async function failed(answer) {
      const isKept = await keep();
      say("Inte sparat.");
      const kept = isKept ? "Inget är förlorat: en kopia finns i webbläsaren." : "Hämta kartan som fil innan du lämnar sidan.";
      const mine = action("Hämta min karta", async () => copies.download(await xml(), page.name));
      const again = action("Försök igen", save);
      if (answer.status === 409) return conflict(await answer.json(), mine);
      if (answer.status === 422) return trouble("bad", `Kartan är inte sparad. ${(await answer.json()).reason}`, [mine]);
      if (answer.status === -1) return trouble("warn", `Ingen kontakt med servern. ${kept}`, [again, mine]);
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        const login = Object.assign(document.createElement("a"), { className: "btn btn-outline-primary btn-sm", href: page.login, target: "_blank", textContent: "Logga in i en ny flik" });
        return trouble("warn", `Du är utloggad, eller får inte ändra versionen längre. ${kept} Logga in och kom tillbaka hit, så kan du spara.`, [login, again, mine]);
      }
      trouble("bad", `Servern kunde inte spara (${answer.status}). ${kept}`, [again, mine]);
    }

    /* Somebody else saved meanwhile. Both maps can be fetched, and whichever is chosen the other is kept. */
    function conflict(theirs, mine) {
      const who = theirs.by ? `${theirs.by} sparade en annan karta ${theirs.at}, medan du ritade.` : "Någon annan tog bort kartan medan du ritade.";
      const open = action("Öppna den sparade", async () => {
        await keep();
        state.isChanged = false;
        location.reload();
      });
      const over = action("Spara min ändå", () => {
        state.seen = theirs.seen;
        save();
      });
      const fetchTheirs = Object.assign(document.createElement("a"), { className: "btn btn-link btn-sm", href: `${page.xml}?sparad=${theirs.seen}`, textContent: "Hämta den sparade" });
      fetchTheirs.download = "";
      const text = `${who} Inget är förlorat. Öppnar du den sparade finns din kvar som kopia. Sparar du din finns den andra kvar under Sparade kartor.`;
      trouble("warn", text, [open, over, mine, ...(theirs.seen ? [fetchTheirs] : [])]);
    }

    function action(text, does) {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-primary btn-sm", textContent: text });
      made.addEventListener("click", does);
      return made;
    }

    function trouble(tone, text, actions) {
      find("trouble").replaceChildren(kvDraw.message(tone, text, actions, "alert"));
    }

    /* What was left in the browser by an earlier visit: taken up again, fetched or thrown away. */
    function offerCopies(open) {
      const box = find("copies");
      box.replaceChildren(...copies.list(page.copies).filter((one) => one.key !== state.key).map((copy) => {
        const made = kvDraw.message("info", `Det finns en kopia från ${copies.time(copy.at)} som inte sparades.`, [
          action("Återställ", async () => {
            await keep();
            if (!(await open(copy.xml))) return;
            Object.assign(state, { key: copy.key, seen: copy.seen });
            made.remove();
            changed();
          }),
          action("Hämta kopian", () => copies.download(copy.xml, page.name)),
          action("Kasta", () => {
            copies.remove(copy.key);
            made.remove();
          }),
        ]);
        return made;
      }));
      box.hidden = !box.childElementCount;
    }

    addEventListener("beforeunload", (event) => {
      if (!state.isChanged) return;
      flush();
      keep();
      event.preventDefault();
    });
    modeler.get("eventBus").on("commandStack.changed", changed);
    return { offerCopies, save, say, state, trouble };
  }

  kvDraw.setUpSaving = setUp;
})();
