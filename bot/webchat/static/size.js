"use strict";
// Large type for elders, remembered. Set before the page is painted, so that nothing jumps.
(() => {
  let on = false;
  try { on = localStorage.getItem("linli-large") === "1"; } catch { /* storage may be off */ }
  document.documentElement.classList.toggle("large", on);
  document.documentElement.classList.add("scripted");
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("large");
    button.setAttribute("aria-pressed", String(on));
    button.addEventListener("click", () => {
      on = !on;
      document.documentElement.classList.toggle("large", on);
      button.setAttribute("aria-pressed", String(on));
      try { localStorage.setItem("linli-large", on ? "1" : "0"); } catch { /* only for this page then */ }
    });
  });
})();
