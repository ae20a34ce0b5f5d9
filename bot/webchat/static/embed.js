"use strict";
// The chat within somebody else's page: counts what came while it was closed, and lets Esc close it.
(() => {
  const key = "linli-read", waiting = new Set();
  let open = false, read = 0, last = 0;
  try { read = Number(localStorage.getItem(key)) || 0; } catch { /* storage may be off */ }
  const tell = (message) => parent.postMessage(message, "*"); // a number, and that Esc was pressed: no secrets

  function keep() {
    waiting.clear();
    read = Math.max(read, last);
    try { localStorage.setItem(key, String(read)); } catch { /* for this page only then */ }
    tell({ linli: "unread", count: 0 });
  }

  document.addEventListener("linli-shown", ({ detail }) => {
    last = Math.max(last, detail.seq || 0);
    if (open) return keep();
    if (detail.author !== "resident" && detail.seq > read) waiting.add(detail.seq);
    tell({ linli: "unread", count: waiting.size });
  });
  window.addEventListener("message", (event) => {
    if (event.source !== parent) return;
    open = event.data?.linli === "opened";
    if (!open) return;
    keep();
    if (matchMedia("(pointer: fine)").matches) document.getElementById("text").focus(); // on a phone the keyboard would jump up
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) tell({ linli: "close" });
  });
  tell({ linli: "ready" });
})();
