/* A report without network: says that it is not sent, keeps the text sealed, sends it when the network is back.
   It is the same report however often it is sent: the form's hidden key says so. The form works without this file. */
"use strict";

(() => {
  const box = document.querySelector("[data-kv-unsent]");
  const form = box?.closest("form");
  if (!form) return;
  const STORED = "kv-unsent";
  const DAY = 24 * 3600 * 1000;
  const AGAIN = 15000;
  const PATIENCE = 60000;
  let waiting = null; // what was pressed to be sent, until it is
  let busy = false;

  const part = (name) => box.querySelector(`[data-kv=${name}]`);

  // The key comes with the page to the person who is logged in, so nobody else can open what lies here.
  async function key() {
    const raw = Uint8Array.from(atob(box.dataset.kvUnsent), (letter) => letter.charCodeAt(0));
    return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  const texts = (data) => [...data].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const hasFile = (data) => [...data].some(([, value]) => typeof value !== "string" && value.size);

  async function keep(data) {
    if (!box.dataset.kvUnsent || !globalThis.crypto?.subtle) return false;
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const content = new TextEncoder().encode(JSON.stringify(texts(data)));
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), content));
      localStorage.setItem(STORED, JSON.stringify({ at: Date.now(), iv: [...iv], sealed: [...sealed] }));
      return true;
    } catch {
      return false;
    }
  }

  async function kept() {
    try {
      const { at, iv, sealed } = JSON.parse(localStorage.getItem(STORED));
      if (Date.now() - at > DAY) return forget();
      const how = { name: "AES-GCM", iv: new Uint8Array(iv) };
      const content = await crypto.subtle.decrypt(how, await key(), new Uint8Array(sealed));
      return JSON.parse(new TextDecoder().decode(content));
    } catch {
      return null; // nothing there, or another person's
    }
  }

  function forget() {
    try {
      localStorage.removeItem(STORED);
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
    return null;
  }

  function show(which, isKept, withFile) {
    for (const name of ["waiting", "edited", "resumed"]) part(name).hidden = name !== which;
    part("kept").hidden = !isKept;
    part("open").hidden = isKept || withFile;
    part("file").hidden = !withFile;
    const wasHidden = box.hidden;
    box.hidden = false;
    if (wasHidden) box.focus();
  }

  async function post(data) {
    // The token of the page that is open now: the one that was kept may be of an earlier login.
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(form.action, {
      method: "POST",
      body: data,
      headers: { "X-Kvalitet-Send": "1" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  async function send(data, which = "waiting") {
    if (busy) return;
    busy = true;
    const answer = await post(data).catch(() => null);
    if (answer?.status === 201) {
      forget();
      location.assign(answer.headers.get("Location"));
      return;
    }
    if (answer && answer.status < 500) {
      // The form has something to say, or the login has run out: the page that comes says it, and has the text.
      forget();
      form.submit();
      return;
    }
    busy = false;
    waiting = data;
    delete form.dataset.sent;
    show(which, await keep(data), hasFile(data));
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) return; // another button than the one that sends
    event.preventDefault();
    send(new FormData(form));
  });
  // What is being changed is not sent half-way.
  form.addEventListener("change", async () => {
    if (!waiting) return;
    waiting = null;
    const data = new FormData(form);
    show("edited", await keep(data), hasFile(data));
  });
  form.addEventListener("input", () => {
    if (waiting) form.dispatchEvent(new Event("change"));
  });
  part("again").addEventListener("click", () => send(new FormData(form)));
  part("drop").addEventListener("click", () => {
    if (!confirm("Ta bort rapporten? Det du skrev försvinner.")) return;
    forget();
    location.assign(form.action);
  });
  addEventListener("online", () => waiting && send(waiting));
  setInterval(() => waiting && navigator.onLine && send(waiting), AGAIN);

  function fill(fields) {
    for (const one of form.querySelectorAll("[type=checkbox], [type=radio]")) one.checked = false;
    for (const [name, value] of fields) {
      for (const one of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (one.type === "checkbox" || one.type === "radio") one.checked ||= one.value === value;
        else if (one.type !== "file") one.value = value;
      }
    }
  }

  // The page is opened again: what lies here is put in the form, unless something is written there already.
  (async () => {
    const fields = await kept();
    if (!fields || [...form.querySelectorAll("textarea")].some((one) => one.value)) return;
    fill(fields);
    show("resumed", true, false);
    send(new FormData(form), "resumed");
  })();
})();
