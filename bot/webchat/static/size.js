"use strict";
// Large type for elders: by the button, by saying so (linli-prefer), or as the resident has it on another device
// (data-size). Remembered, and set before the page is painted, so that nothing jumps.
(() => {
  const root = document.documentElement;
  let on = root.dataset.size === "large";
  try { if (!root.dataset.size) on = localStorage.getItem("linli-large") === "1"; } catch { /* storage may be off */ }
  root.classList.add("scripted");

  function show() {
    root.classList.toggle("large", on);
    document.getElementById("large")?.setAttribute("aria-pressed", String(on));
    try { localStorage.setItem("linli-large", on ? "1" : "0"); } catch { /* only for this page then */ }
    document.dispatchEvent(new CustomEvent("linli-size", { detail: on }));
  }

  show();
  document.addEventListener("linli-prefer", ({ detail }) => { on = detail; show(); });
  document.addEventListener("DOMContentLoaded", () => {
    show();
    document.getElementById("large").addEventListener("click", () => {
      on = !on;
      show();
      document.dispatchEvent(new CustomEvent("linli-pressed", { detail: on }));
    });
  });
})();
