/* The map of a process, made larger and smaller, moved by hand; and the place kept between its three forms.
   Without this file the map is scrolled, and the numbers in text and table are the ways between the forms. */
"use strict";
(() => {
const NEAREST = 3, FARTHEST = 0.2, STEP = 1.25, DRAG = 5;

function button(text, press, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-outline-primary btn-sm";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

function zoomable(frame) {
  const region = frame.querySelector(".kv-map");
  const svg = region.querySelector("svg");
  const width = Number(svg.getAttribute("width")), height = Number(svg.getAttribute("height"));
  const shown = document.createElement("output");
  const now = () => svg.getBoundingClientRect().width / width;

  // The point under the pointer, or in the middle, stays where it is.
  function zoom(wanted, at) {
    const scale = Math.min(NEAREST, Math.max(FARTHEST, wanted)), before = now();
    const box = region.getBoundingClientRect();
    const x = at ? at.clientX - box.left : box.width / 2, y = at ? at.clientY - box.top : region.clientHeight / 2;
    const left = (region.scrollLeft + x) / before, top = (region.scrollTop + y) / before;
    region.classList.add("kv-zoomed");
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    region.scrollTo(left * scale - x, top * scale - y);
    shown.textContent = `${Math.round(scale * 100)} %`;
  }
  const whole = () => zoom(Math.min(1, (region.clientWidth - 2) / width));
  function original() {
    region.classList.remove("kv-zoomed");
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    shown.textContent = "";
  }

  const tools = document.createElement("div");
  tools.className = "kv-map-tools";
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", "Kartans storlek");
  tools.append(
    button("−", () => zoom(now() / STEP), "Förminska kartan"),
    button("+", () => zoom(now() * STEP), "Förstora kartan"),
    button("Hela kartan", whole),
    button("Återställ", original),
    shown,
  );
  const hint = frame.querySelector(".kv-map-hint");
  hint.before(tools);
  tools.append(hint);

  region.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {"+": () => zoom(now() * STEP), "-": () => zoom(now() / STEP), 0: original}[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  region.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(now() * (event.deltaY < 0 ? STEP : 1 / STEP), event);
  }, {passive: false});
  movable(region);
}

// The map follows a pressed mouse; a finger scrolls it as it does any page.
function movable(region) {
  let from = null, moved = false;
  region.addEventListener("dragstart", (event) => event.preventDefault());
  region.addEventListener("pointerdown", (event) => {
    moved = false;
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    from = {x: event.clientX, y: event.clientY, left: region.scrollLeft, top: region.scrollTop};
  });
  window.addEventListener("pointermove", (event) => {
    if (!from) return;
    const x = event.clientX - from.x, y = event.clientY - from.y;
    moved ||= Math.hypot(x, y) > DRAG;
    if (!moved) return;
    region.classList.add("kv-held");
    region.scrollTo(from.left - x, from.top - y);
  });
  window.addEventListener("pointerup", () => {
    from = null;
    region.classList.remove("kv-held");
  });
  region.addEventListener("click", (event) => {
    if (moved) event.preventDefault();
  }, true);
}

// A step is called steg-4 in the text, karta-steg-4 in the map and rad-4 in the table.
const PLACE = /(?:^|#)(?:karta-steg-|steg-|rad-)(\d+)$/;
const SELECTED = "[id^='steg-'], [id^='karta-steg-'], [id^='rad-']";
const numberOf = (text) => text.match(PLACE)?.[1];
let touched = null;
for (const happening of ["focusin", "pointerdown"]) {
  document.addEventListener(happening, (event) => {
    const step = event.target.closest(SELECTED);
    if (step) touched = numberOf(step.id);
  });
}

// Where the reader is: the step last touched or named by the address while it is in view, else the first in view.
function here() {
  const inView = [...document.querySelectorAll(SELECTED)].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.bottom > 100 && box.top < window.innerHeight * 0.75;
  });
  const numbers = inView.map((one) => numberOf(one.id)), named = numberOf(location.hash);
  const known = [touched, named].find((one) => one && numbers.includes(one));
  if (known) return known;
  const isText = inView[0] && !inView[0].closest("svg");
  return isText && window.scrollY > 0 ? numbers[0] : touched || named;
}

// What is inside a closed box of the map is found at that box.
function drawn(number) {
  let step = document.getElementById(`steg-${number}`);
  while (step && !step.querySelector("a.kv-flow-number")) step = step.previousElementSibling;
  return step ? numberOf(step.id) : number;
}

for (const way of document.querySelectorAll("a[data-kv-place]")) {
  way.addEventListener("click", () => {
    const place = way.dataset.kvPlace, number = here();
    const found = number && place.startsWith("karta") ? drawn(number) : number;
    way.hash = found ? `${place}${found}` : "";
  });
}

// An address with a step that this width shows in another form.
const number = numberOf(location.hash), target = number && document.getElementById(location.hash.slice(1));
if (number && !target?.getClientRects().length) {
  const shown = [`karta-steg-${number}`, `steg-${number}`, `rad-${number}`].map((id) => document.getElementById(id));
  const found = shown.find((one) => one?.getClientRects().length);
  if (found) location.replace(`#${found.id}`);
}

document.querySelectorAll(".kv-map-frame").forEach(zoomable);
})();
