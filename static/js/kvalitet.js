/* Small comforts. Every page works without this file. */
"use strict";

// The error summary gets the focus, so that a screen reader starts there.
document.querySelector(".kv-errors")?.focus();

// An open menu closes on Escape and on a click elsewhere, as menus do.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-kv-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-kv-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement.closest("details[data-kv-menu][open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});

// On a shared device the page is left when nobody has touched it for as long as the login lasts.
const idle = Number(document.body.dataset.kvIdle || 0);
if (idle) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.assign("/logga-in/"), (idle + 2) * 1000);
  };
  for (const name of ["keydown", "pointerdown", "scroll"]) addEventListener(name, wait, { passive: true });
  wait();
}

// A report that could not be sent (unsent.js) goes when one logs out, and after a day.
function dropOldUnsent() {
  try {
    const { at } = JSON.parse(localStorage.getItem("kv-unsent") || "null") || {};
    if (Date.now() - at > 24 * 3600 * 1000) localStorage.removeItem("kv-unsent");
  } catch {
    // A browser that keeps nothing has nothing to drop.
  }
}
dropOldUnsent();

// So does all else that lies here: names of documents last opened, and copies of maps. On a shared device nothing lies.
function dropAll() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("kv-")) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to drop.
  }
}
if (idle) dropAll();
document.addEventListener("submit", (event) => {
  if (event.target.action.endsWith("/logga-ut/")) dropAll();
});

// A form sends once: a second tap while the answer is on its way does nothing. The answer may be a file, and then
// the page stays, so the form opens again after a while.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
