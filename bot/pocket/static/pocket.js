"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const words = JSON.parse($("words").textContent), ways = JSON.parse($("ways").textContent);
  const LONGEST_SIDE = 1280, PATIENCE = 30000, PAUSES = [3, 5, 10, 20, 30, 60]; // pixels, milliseconds, seconds
  let state = null, queue = [], sending = "", busy = false, tries = 0, timer = 0, cut = false, loggedOut = false;

  // What this phone remembers, each account its own.

  const memory = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, value) { localStorage.setItem(key, JSON.stringify(value)); },
    drop(key) { try { localStorage.removeItem(key); } catch { /* storage may be off */ } },
  };
  const login = () => (state && state.login) || memory.read("linli-pocket-login") || "";
  const queueKey = () => "linli-pocket-queue-" + login();

  function remember() { // what is confidential is shown, and not kept
    const kept = { ...state, tickets: state.tickets.filter((t) => !t.confidential) };
    try { memory.write("linli-pocket-login", state.login); memory.write("linli-pocket-state-" + state.login, kept); } catch { /* full: the page goes on */ }
  }

  function change(how) { // false where the phone has no room: then nothing has changed. Another open page may have added to it.
    const next = how(memory.read(queueKey()) || []);
    try { memory.write(queueKey(), next); } catch { return false; }
    queue = next;
    return true;
  }
  const drop = (key) => change((all) => all.filter((q) => q.key !== key));

  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  const hour = (at) => new Date(at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

  // Pieces of the page. Text is never HTML: people write whatever they like.

  function node(tag, className, content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (content !== undefined) element.textContent = content;
    return element;
  }

  function button(className, title, act) {
    const element = node("button", className, title);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }

  function link(className, title, address) {
    const element = node("a", className, title);
    element.href = address;
    return element;
  }

  // Drawing.

  function draw() {
    $("waiting").replaceChildren(...queue.map(waitingCard));
    const tickets = state ? state.tickets : [];
    $("tickets").replaceChildren(...(tickets.length ? tickets.map(card) : state ? [node("p", "card soft", words.none)] : []));
    if (state) $("who").textContent = state.name;
    const reported = (state && state.reported) || [];
    $("reported").hidden = !reported.length;
    $("reported").querySelector("ul").replaceChildren(...reported.map((r) => node("li", "", `${r.kind}　${r.state}　${r.number}`)));
    $("stored").hidden = !(state && state.old);
    if (state && state.old) $("stored").textContent = words.stored.replace("%", hour(state.at));
    const waits = queue.some((item) => !item.error);
    $("net").hidden = !(cut || loggedOut || waits && tries);
    $("patrol").hidden = !login(); // before that nobody knows whose it would be
    if (loggedOut) $("net").replaceChildren(node("span", "", (login() ? words.login : words.first_login) + " "), link("", words.to_login, "/login"));
    else $("net").textContent = waits ? words.offline : words.no_net;
  }

  function waitingCard(item) {
    const box = node("article", "card " + (item.error ? "refused" : "queued"));
    const head = node("div", "row");
    head.append(node("span", "strong whole", item.title), node("span", "pill " + (item.error ? "warn" : "wait"), item.error ? words.refused : sending === item.key ? words.sending : words.waiting));
    box.append(head);
    if (item.body.words || item.body.what) box.append(node("span", "", item.body.words || item.body.what));
    if (item.body.photo) box.append(node("span", "soft", words.with_photo));
    if (item.error) box.append(node("span", "", item.error), button("", words.understood, () => { drop(item.key); draw(); }));
    else if (sending !== item.key) box.append(button("quiet", words.take_back, () => { if (sending !== item.key) { drop(item.key); draw(); } }));
    return box;
  }

  function card(ticket) {
    const box = node("article", "card"), head = node("div", "head"), marks = node("div", "row");
    box.dataset.number = ticket.number;
    if (ticket.urgent) marks.append(node("span", "pill warn", words.urgent));
    if (ticket.late) marks.append(node("span", "pill warn", words.late));
    if (ticket.confidential) marks.append(node("span", "pill warn", words.secret));
    marks.append(node("span", "pill", ticket.state));
    head.append(node("span", "strong", ticket.kind), marks);
    box.append(head, node("span", "", ticket.what), node("span", "strong", ticket.address || words.nowhere), node("span", "soft", ticket.number));
    for (const line of ticket.clocks) box.append(node("span", "soft", line));
    const reach = node("div", "row");
    if (ticket.phone) reach.append(link("call", words.call + " " + ticket.phone, "tel:" + ticket.phone));
    if (ticket.point) reach.append(link("call", words.map, `geo:${ticket.point[1]},${ticket.point[0]}`));
    const mine = queue.filter((q) => q.body.number === ticket.number && !q.error);
    const now = mine.reduce((can, q) => ticket.then[q.body.event] || can.filter((e) => e !== q.body.event || e === "note"), ticket.ways);
    const row = node("div", "row");
    for (const [n, event] of now.entries()) row.append(button(n === 0 ? "go" : "", words["do_" + event], () => ask(ticket, event)));
    if (reach.children.length) box.append(reach);
    box.append(row);
    for (const item of mine) box.append(node("span", "pill wait", item.title.split("　")[0] + "：" + words.waiting));
    return box;
  }

  // Asking for what a deed needs.

  const dialog = $("ask");
  let sure = null;

  function field(name, label, input) {
    const caption = node("label", "", label);
    caption.htmlFor = input.id = "ask-" + name;
    $("ask-fields").append(caption, input);
    return input;
  }

  function open(title, build, act) {
    $("ask-title").textContent = title;
    $("ask-fields").replaceChildren();
    $("ask-missing").hidden = true;
    build();
    sure = act;
    dialog.showModal();
  }

  $("ask-drop").addEventListener("click", () => dialog.close());
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    $("ask-go").disabled = true;
    const missing = await sure();
    $("ask-go").disabled = false;
    $("ask-missing").hidden = !missing;
    if (missing) $("ask-missing").textContent = missing; else dialog.close();
  });

  function ask(ticket, event) {
    const title = words["do_" + event] + "　" + ticket.number;
    if (!ways.wordy.includes(event)) return add("/api/worker/deeds", title, { number: ticket.number, event });
    let code, until, text, photo;
    open(title, () => {
      if (event === "return") code = field("code", words.why, select(ways.codes));
      if (event === "extend") { until = field("until", words.until, node("input")); until.type = "date"; until.min = ticket.due; }
      text = field("words", words["ask_" + event], node("textarea"));
      text.rows = 3;
      text.maxLength = 2000;
      if (ways.pictured.includes(event)) photo = photoField();
    }, async () => {
      if (until && !until.value) return words.until_missing;
      if (!text.value.trim()) return words.words_missing;
      const body = { number: ticket.number, event, words: text.value.trim() };
      if (code) body.code = code.value;
      if (until) body.until = until.value;
      return photo ? withPhoto("/api/worker/deeds", title, body, photo) : add("/api/worker/deeds", title, body);
    });
  }

  $("patrol").addEventListener("click", () => {
    let what, address, category, photo, point = null, place;
    open(words.patrol, () => {
      what = field("what", words.patrol_what, node("textarea"));
      what.rows = 3;
      what.maxLength = 2000;
      address = field("address", words.patrol_where, node("input"));
      address.maxLength = 120;
      place = button("", words.patrol_here, () => {
        place.textContent = words.locating;
        const failed = () => { place.textContent = words.no_place; };
        if (!navigator.geolocation) return failed();
        navigator.geolocation.getCurrentPosition((found) => { point = found.coords; place.textContent = words.placed; }, failed, { enableHighAccuracy: true, timeout: 15000 });
      });
      $("ask-fields").append(node("p"), place);
      category = field("category", words.patrol_kind, select({ "": words.patrol_guess, ...ways.categories }));
      photo = photoField();
    }, async () => {
      if (!what.value.trim()) return words.what_missing;
      if (!address.value.trim() && !point) return words.where_missing;
      const body = { what: what.value.trim(), address: address.value.trim(), category: category.value };
      if (point) { body.lat = point.latitude; body.lon = point.longitude; }
      return withPhoto("/api/worker/patrol", words.patrol, body, photo);
    });
  });

  function select(options) {
    const element = node("select");
    for (const [value, name] of Object.entries(options)) { const option = node("option", "", name); option.value = value; element.append(option); }
    return element;
  }

  function photoField() {
    const input = field("photo", words.photo, node("input"));
    input.type = "file";
    input.accept = "image/*";
    return input;
  }

  async function withPhoto(url, title, body, input) {
    if (input.files[0]) {
      try { body.photo = await shrunk(input.files[0]); } catch { return words.photo_broken; }
    }
    return add(url, title, body);
  }

  async function shrunk(file) { // small enough to be kept here, and to get through a thin line
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = node("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.75);
  }

  // The queue. Each deed keeps its key until the house has answered: sent twice, it is done once.

  function add(url, title, body) { // returns what is wrong, "" for nothing
    if (!change((all) => [...all, { key: newKey(), url, title, body, at: Date.now() }])) return words.full;
    draw();
    send();
    return "";
  }

  async function send() {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    try {
      if (!(await load())) return;
      for (let item; (item = queue.find((q) => !q.error)); ) {
        if (!(await sendOne(item))) return;
        await load();
      }
    } finally {
      busy = false;
      const left = queue.some((q) => !q.error) && !loggedOut;
      if (left || cut) { timer = setTimeout(send, PAUSES[Math.min(tries++, PAUSES.length - 1)] * 1000); } else { tries = 0; }
      draw();
    }
  }

  async function sendOne(item) { // whether it is done with, one way or the other
    const mark = (key) => { sending = key; draw(); };
    mark(item.key);
    const answer = await request(item.url, { method: "POST", body: JSON.stringify(item.body), headers: { "Content-Type": "application/json", "Idempotency-Key": item.key } });
    mark("");
    if (answer === null || answer.status >= 500 || answer.status === 429) return false;
    if (answer.status === 401) { loggedOut = true; return false; }
    const error = (answer.data && answer.data.error) || words.refused;
    if (answer.ok) drop(item.key); else change((all) => all.map((q) => (q.key === item.key ? { ...q, error } : q)));
    return true;
  }

  async function load() { // whether the house can be reached, and knows who we are
    const answer = await request("/api/worker/tickets", {});
    if (answer && answer.status === 401) { loggedOut = true; forgetPrivate(); return false; }
    if (!answer || !answer.ok) return false;
    loggedOut = false;
    const before = login();
    state = { ...answer.data, at: Date.now() };
    if (state.login !== before) queue = memory.read(queueKey()) || []; // what another account left here waits for that one
    remember();
    draw();
    return true;
  }

  function forgetPrivate() { // signed out: the residents' numbers go, what waits to be sent stays
    memory.drop("linli-pocket-state-" + login());
    if (state) state = { ...state, tickets: [], reported: [] };
    draw();
  }

  async function request(url, how) { // null where there is no way through
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(url, { ...how, signal: stop.signal, cache: "no-store" });
      const data = await answer.json().catch(() => null);
      cut = false;
      return { ok: answer.ok, status: answer.status, data };
    } catch {
      cut = true;
      return null;
    } finally { clearTimeout(late); }
  }

  addEventListener("online", () => { tries = 0; send(); });
  addEventListener("offline", () => { cut = true; draw(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/pocket/sw.js", { scope: "/pocket" }).catch(() => { /* without it the page needs a net to open */ });

  const kept = memory.read("linli-pocket-state-" + login());
  if (kept) state = { ...kept, old: true };
  queue = (login() && memory.read(queueKey())) || [];
  draw();
  send();
  setInterval(() => { if (!document.hidden) send(); }, 60000);
})();
