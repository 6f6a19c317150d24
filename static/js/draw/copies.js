/* Copies of unsaved maps in this browser: one for each time the page is open, so that none is written over. */
"use strict";

(() => {
  const MOST = 5, DAYS = 30;

  function read(key) {
    try {
      const copy = JSON.parse(localStorage.getItem(key));
      return copy && typeof copy.xml === "string" && typeof copy.at === "number" ? { key, ...copy } : null;
    } catch {
      return null;
    }
  }

  /* Newest first. Old ones are thrown away: what lies in a browser should not lie there for ever. */
  function list(prefix) {
    const found = [];
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith("kv-draw-")) continue;
      const copy = read(key);
      if (!copy || Date.now() - copy.at > DAYS * 86_400_000) localStorage.removeItem(key);
      else if (key.startsWith(`${prefix}-`)) found.push(copy);
    }
    found.sort((a, b) => b.at - a.at);
    for (const one of found.splice(MOST)) localStorage.removeItem(one.key);
    return found;
  }

  /* Gives false when the browser keeps nothing or has no room. */
  function write(key, xml, seen) {
    if (document.body.dataset.kvIdle) return false; // a shared device
    try {
      localStorage.setItem(key, JSON.stringify({ xml, seen, at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  function remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing has nothing to remove.
    }
  }

  function listed(prefix) {
    try {
      return list(prefix);
    } catch {
      return [];
    }
  }

  const newKey = (prefix) => `${prefix}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

  function time(at) {
    // The server's times are Swedish, wherever the browser is.
    const timeZone = "Europe/Stockholm", day = (when) => when.toLocaleDateString("sv-SE", { day: "numeric", month: "long", timeZone });
    const then = new Date(at), clock = then.toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone }).replace(":", ".");
    return day(then) === day(new Date()) ? clock : `${day(then)} ${clock}`;
  }

  function download(xml, name) {
    const url = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
    Object.assign(document.createElement("a"), { href: url, download: `${name}.bpmn` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  kvDraw.copies = { download, list: listed, newKey, remove, time, write };
})();
