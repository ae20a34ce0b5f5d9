"use strict";
// Large type for elders, remembered.
(() => {
  const button = document.getElementById("large");
  const show = (on) => { document.documentElement.classList.toggle("large", on); button.setAttribute("aria-pressed", String(on)); };
  let on = false;
  try { on = localStorage.getItem("linli-large") === "1"; } catch { /* storage may be off */ }
  show(on);
  button.addEventListener("click", () => {
    on = !on;
    show(on);
    try { localStorage.setItem("linli-large", on ? "1" : "0"); } catch { /* only for this page then */ }
  });
})();
