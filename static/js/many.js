/* Says what has been chosen before it is sent, and leaves out what is no map. The page works without this file. */
"use strict";

(() => {
  const form = document.querySelector("[data-kv-many]");
  const told = form?.querySelector("[data-kv-chosen]");
  const [files, folder] = ["files", "folder"].map((name) => form?.elements[name]);
  if (!told || !files || !folder) return;
  const MAP = /\.(bpmn2?|xml|zip)$/i;
  const limits = told.textContent;

  // A whole folder holds pictures and the like: only its maps are sent.
  folder.addEventListener("change", () => {
    const kept = new DataTransfer();
    for (const file of folder.files) if (MAP.test(file.name) && !file.name.startsWith(".")) kept.items.add(file);
    folder.files = kept.files;
  });
  form.addEventListener("change", () => {
    const chosen = [...files.files, ...folder.files];
    const size = chosen.reduce((sum, file) => sum + file.size, 0) / 1024 ** 2;
    const words = `${chosen.length} ${chosen.length === 1 ? "fil vald" : "filer valda"}, ${size.toFixed(1).replace(".", ",")} MB.`;
    told.textContent = chosen.length ? `${words} ${limits}` : limits;
  });
})();
