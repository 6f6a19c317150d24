/* Sends chosen or dropped files one by one, so that a fault costs one file. The page works without this file. */
"use strict";

(() => {
  const form = document.querySelector("[data-kv-upload]");
  if (!form) return;
  const [input, drop, summary, list] = ["#id_files", "[data-kv-drop]", "[data-kv-summary]", "[data-kv-sent]"].map((one) => form.querySelector(one));
  const TRIES = 3;
  const LOST = "Filen kom inte fram. Kontrollera anslutningen och försök igen.";
  const make = (tag, values, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };

  function line(file) {
    const bar = make("progress", { max: 100, value: 0 });
    bar.setAttribute("aria-label", `Hur långt ${file.name} har kommit`);
    const told = make("small", { textContent: "Väntar" });
    const row = make("li", {}, make("div", { className: "kv-row-text" }, make("span", { textContent: file.name }), told), bar);
    list.append(row);
    return { file, row, bar, told };
  }

  function post(one) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.append("files", one.file);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) one.bar.value = (100 * event.loaded) / event.total;
      });
      request.addEventListener("load", () => resolve({ status: request.status, answer: request.response?.files?.[0] }));
      for (const fault of ["error", "abort", "timeout"]) request.addEventListener(fault, () => resolve({ status: 0 }));
      request.send(data);
    });
  }

  const REFUSED = {
    400: "Filen är större än vad som tas emot.",
    403: "Du är utloggad eller får inte lägga in filer. Läs om sidan och logga in.",
    404: "Uppladdningen finns inte längre.",
    413: "Filen är större än vad som tas emot.",
  };

  async function send(one) {
    one.told.textContent = "Skickas";
    for (let time = 1; time <= TRIES; time += 1) {
      const { status, answer } = await post(one);
      if (status === 200 && answer) return done(one, answer.reason);
      if (REFUSED[status]) return done(one, REFUSED[status]);
      await new Promise((resolve) => { setTimeout(resolve, 1000 * time); });
    }
    return done(one, LOST, true);
  }

  function done(one, reason, mayRetry = false) {
    one.bar.hidden = true;
    one.told.textContent = reason || "Mottagen";
    if (mayRetry) {
      const again = make("button", { type: "button", className: "btn btn-outline-primary btn-sm", textContent: "Försök igen" });
      again.addEventListener("click", () => { again.remove(); one.bar.hidden = false; run([one]); });
      one.row.append(again);
    }
    return !reason;
  }

  async function run(lines) {
    let taken = 0;
    for (const [place, one] of lines.entries()) {
      summary.textContent = `Skickar fil ${place + 1} av ${lines.length}.`;
      if (await send(one)) taken += 1;
    }
    summary.textContent = `${taken} av ${lines.length} ${lines.length === 1 ? "fil är mottagen" : "filer är mottagna"}.`;
    if (taken === lines.length) { location.reload(); return; }
    if (taken) summary.append(" ", make("a", { href: "", textContent: "Visa filerna" }));
  }

  function begin(files) {
    if (!files.length) return;
    list.hidden = false;
    run([...files].map(line));
    input.value = "";
  }

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    begin(input.files);
  });
  drop.hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  }
  form.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    begin(event.dataTransfer.files);
  });
})();
