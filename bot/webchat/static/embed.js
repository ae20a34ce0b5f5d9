"use strict";
// The chat within somebody else's page: tells what came while it was closed, and lets Esc close it. How far was read, the
// page around us remembers, since browsers may let a frame keep nothing.
(() => {
  const told = new Set();
  let open = false, read = 0, last = 0;
  const tell = (message) => parent.postMessage(message, "*"); // numbers, and that Esc was pressed: no secrets

  function count() {
    if (open) read = Math.max(read, last);
    tell({ linli: "unread", count: [...told].filter((seq) => seq > read).length, read });
  }

  document.addEventListener("linli-shown", ({ detail }) => {
    last = Math.max(last, detail.seq || 0);
    if (detail.author !== "resident") told.add(detail.seq);
    count();
  });
  window.addEventListener("message", (event) => {
    if (event.source !== parent || !["opened", "closed"].includes(event.data?.linli)) return;
    open = event.data.linli === "opened";
    read = Number(event.data.read) || 0; // the page knows better: what came while it was closing, nobody has read
    count();
    if (open && matchMedia("(pointer: fine)").matches) document.getElementById("text").focus(); // a phone's keyboard would jump up
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) tell({ linli: "close" });
  });
  document.addEventListener("linli-size", ({ detail }) => tell({ linli: "size", large: detail }));
  tell({ linli: "ready" });
  tell({ linli: "size", large: document.documentElement.classList.contains("large") });
})();
