// The button in somebody else's page. Styles and structure live in a shadow root, so that neither page spoils the other;
// the chat itself runs in a frame of ours, so that the page around it reads nothing of what is said.
((words) => {
  "use strict";
  const script = document.currentScript;
  if (!script || document.querySelector("linli-chat")) return;
  const frameAddress = new URL("embed", script.src), home = frameAddress.origin, side = script.dataset.side === "left" ? "left" : "right";
  const css = `
    :host{all:initial;font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
    *{box-sizing:border-box}
    .launcher{position:fixed;${side}:max(1rem,env(safe-area-inset-${side}));bottom:max(1rem,env(safe-area-inset-bottom));z-index:2147483000;display:flex;align-items:center;gap:.5rem;min-height:52px;padding:0 1.1rem;border:2px solid #fff;border-radius:26px;background:#1f5f54;color:#fff;font:600 17px/1 inherit;font-family:inherit;cursor:pointer;box-shadow:0 4px 16px #0005}
    .launcher:hover{background:#174a41}
    :focus-visible{outline:3px solid #1f5f54;outline-offset:3px;box-shadow:0 0 0 3px #fff}
    .launcher svg{width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:1.8;flex:none}
    .badge{min-width:24px;padding:4px 6px;border-radius:12px;background:#9a3b1f;color:#fff;font-size:14px;text-align:center}
    :host(.large) .launcher{font-size:21px;min-height:60px;border-radius:30px}
    :host(.large) .bar{font-size:20px}
    :host(.large) .badge{font-size:17px}
    [hidden]{display:none!important}
    dialog{position:fixed;inset:auto 1rem 1rem auto;${side === "left" ? "left:1rem;right:auto;" : ""}margin:0;width:min(25rem,calc(100vw - 2rem));height:min(42rem,calc(100dvh - 2rem));max-width:none;max-height:none;padding:0;border:1px solid #8883;border-radius:16px;overflow:hidden;background:#fff;color:#1d2a28;box-shadow:0 12px 48px #0006}
    dialog[open]{display:flex;flex-direction:column}
    dialog::backdrop{background:#0003}
    .bar{display:flex;align-items:center;justify-content:space-between;padding:.25rem .4rem .25rem 1rem;background:#1f5f54;color:#fff;font-size:16px}
    .close{min-width:44px;min-height:44px;padding:0 .8rem;border:0;border-radius:10px;background:transparent;color:#fff;font:inherit;cursor:pointer}
    .close:hover{background:#fff2}
    .bar :focus-visible{outline-color:#fff;outline-offset:-3px;box-shadow:none}
    iframe{flex:1;width:100%;border:0;background:#f6f4ef}
    .heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    @media (max-width:640px){dialog{inset:0;width:100vw;height:100dvh;border:0;border-radius:0}}
    @media (prefers-color-scheme:dark){dialog{background:#1d2524;color:#e8ecea}iframe{background:#141a19}}
    @media print{:host{display:none}}`;

  function node(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function bubbles() {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M4 5h16v11H10l-4.5 3.5V16H4z");
    svg.append(path);
    return svg;
  }

  let read = memory(); // the last message that was read here; null for who has never talked here
  function memory() { try { return localStorage.getItem("linli-read"); } catch { return null; } }
  function remember(seq) {
    read = String(seq);
    try { localStorage.setItem("linli-read", read); } catch { /* storage may be off */ }
  }

  const name = script.dataset.title || words.title;
  const badge = node("span", { class: "badge", "aria-hidden": "true", hidden: "" });
  const launcher = node("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" }, bubbles(), node("span", {}, name), badge);
  const heard = node("div", { class: "heard", role: "status" });
  const close = node("button", { type: "button", class: "close" }, words.close);
  const frame = node("iframe", { title: words.frame, allow: `geolocation ${home}`, referrerpolicy: "no-referrer" });
  const panel = node("dialog", { "aria-label": name }, node("div", { class: "bar" }, node("b", {}, name), close), frame);
  const tell = (what) => frame.contentWindow?.postMessage({ linli: what, read: Number(read) }, home);

  const root = node("linli-chat");
  function size(large) { // as the resident has it in the chat
    root.classList.toggle("large", large);
    try { localStorage.setItem("linli-large", large ? "1" : "0"); } catch { /* storage may be off */ }
  }
  try { root.classList.toggle("large", localStorage.getItem("linli-large") === "1"); } catch { /* storage may be off */ }

  function load() { if (!frame.src) frame.src = frameAddress.href; }

  function open() {
    load();
    panel.showModal(); // the page around it is out of reach meanwhile, for the keyboard too
    launcher.setAttribute("aria-expanded", "true");
    frame.focus();
    tell("opened");
  }

  function unread(count) {
    badge.hidden = !count;
    badge.textContent = count > 99 ? "99+" : String(count);
    launcher.setAttribute("aria-label", count ? `${name}，${count} ${words.unread}` : name);
    heard.textContent = count ? `${count} ${words.unread}` : "";
  }

  launcher.addEventListener("click", open);
  close.addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  panel.addEventListener("close", () => {
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
    tell("closed");
  });
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home) return;
    const { linli, count, read: seq, large } = event.data || {};
    if (linli === "size") size(large === true);
    if (linli === "ready") tell(panel.open ? "opened" : "closed");
    if (linli === "close" && panel.open) panel.close();
    if (linli === "unread" && Number.isInteger(count) && Number.isInteger(seq)) {
      unread(count);
      if (panel.open) remember(seq);
    }
  });

  function settle() {
    const shadow = root.attachShadow({ mode: "open" }), sheet = new CSSStyleSheet();
    sheet.replaceSync(css); // which no content policy of the page forbids
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(launcher, panel, heard);
    document.body.append(root);
    unread(0);
    if (read !== null) load(); // who has talked here before is told what came since
  }
  if (document.body) settle(); else document.addEventListener("DOMContentLoaded", settle);
})
