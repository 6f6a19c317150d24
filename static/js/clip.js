/* Buttons that copy the text beside them, put it into a text under work, or print. Without it one does so by hand. */
"use strict";

(() => {
  const BUTTONS = "[data-kv-copy], [data-kv-insert], [data-kv-print]";

  function offer(root) {
    for (const button of root.querySelectorAll(BUTTONS)) {
      const where = button.dataset.kvInsert;
      button.hidden = "kvPrint" in button.dataset ? false : where ? !document.getElementById(where) : !navigator.clipboard;
    }
  }

  function said(button, word) {
    // Pressed again while it says so, the word would be what it goes back to.
    if (button.textContent === word) return;
    const before = button.innerHTML;
    button.textContent = word;
    setTimeout(() => { button.innerHTML = before; }, 2000);
  }

  async function copy(button, field) {
    try {
      await navigator.clipboard.writeText(field.value);
      said(button, "Kopierad");
    } catch {
      field.select();
    }
  }

  function insert(text, target) {
    target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(BUTTONS);
    if (!button) return;
    if ("kvPrint" in button.dataset) return window.print();
    const field = button.parentElement.querySelector("input");
    if (button.dataset.kvInsert) insert(field.value, document.getElementById(button.dataset.kvInsert));
    else copy(button, field);
  });
  document.addEventListener("htmx:afterSwap", (event) => offer(event.target));
  offer(document);
})();
