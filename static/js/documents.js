/* Remembers in this browser, and nowhere else, which documents were last opened. Every page works without this file. */
"use strict";

(() => {
  const MOST = 5;
  const opened = document.querySelector("[data-kv-opened]");
  const box = document.querySelector("[data-kv-last-opened]");
  // One list a person: several may share the browser.
  const key = `kv-last-opened-${(opened || box)?.dataset.kvReader}`;

  function read() {
    try {
      const rows = JSON.parse(localStorage.getItem(key) || "[]");
      return Array.isArray(rows) ? rows.filter((row) => /^\d+$/.test(row.pk) && typeof row.title === "string") : [];
    } catch {
      return [];
    }
  }

  function remember(pk, title) {
    if (document.body.dataset.kvIdle) return; // a shared device: the next one there would read it
    const rows = [{ pk, title }, ...read().filter((row) => row.pk !== pk)].slice(0, MOST);
    try {
      localStorage.setItem(key, JSON.stringify(rows));
    } catch {
      // A browser that keeps nothing loses only this list.
    }
  }

  if (opened) remember(opened.dataset.kvOpened, opened.dataset.kvTitle);

  const rows = read();
  if (box && rows.length) {
    for (const { pk, title } of rows) {
      const link = Object.assign(document.createElement("a"), { href: `/dokument/${pk}/`, textContent: title });
      const text = Object.assign(document.createElement("div"), { className: "kv-row-text" });
      const row = document.createElement("li");
      text.append(link);
      row.append(text);
      box.querySelector("ul").append(row);
    }
    box.hidden = false;
  }
})();
