"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const words = JSON.parse($("words").textContent);
  const log = $("log"), form = $("form"), text = $("text"), speaker = $("speaker"), reader = $("reader"), consent = $("consent");
  const shown = new Map(); // a message's seq → its place on the page
  const mine = new Map(); // our own message's id → its place on the page
  const outside = self === top ? "" : "_blank"; // within another page our own pages open beside it
  let owner = "bot", source = null, cutOff = false;

  // What this browser remembers; with storage off it lasts as long as the page.

  const memory = {
    read(key) { try { return localStorage.getItem(key); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(key, value); } catch { /* storage may be off */ } },
  };
  const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, "0")).join("");
  const conversation = memory.read("linli-conversation") || log.dataset.conversation || "w" + hex(12);
  memory.write("linli-conversation", conversation);

  let unsent = JSON.parse(memory.read("linli-unsent") || "[]").filter((m) => m.body.conversation === conversation);
  function keepUnsent(change) { unsent = change(unsent); memory.write("linli-unsent", JSON.stringify(unsent)); }
  const forget = (id) => keepUnsent((all) => all.filter((m) => m.body.message_id !== id));

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

  function toBottom() { log.scrollTop = log.scrollHeight; }

  function put(element, seq) { // in order of seq; what has none yet is newest, and the typing dots stay last
    if (seq) element.dataset.seq = seq;
    let before = log.lastElementChild;
    while (before && (before.classList.contains("waiting") || Number(before.dataset.seq || 0) > (seq || Infinity))) before = before.previousElementSibling;
    before.after(element);
    toBottom();
    return element;
  }

  function bubble(author, content, name) {
    const kind = { resident: "mine", operator: "operator", system: "system" }[author] || "bot";
    const said = node("div", "said " + kind);
    if (author === "operator") said.append(node("div", "who", words.staff + " " + (name || "")));
    if (author === "system") said.append(node("div", "who", words.notice));
    const box = node("div", "bubble", content);
    if (author === "resident") box.prepend(node("span", "hidden", words.you));
    if (author === "bot") box.prepend(node("span", "hidden", words.bot));
    said.append(box);
    return said;
  }

  function citation(c) {
    const law = c.source === "regulation";
    const title = law ? `《${c.document}》第 ${c.article} 条` : `${words.guide}：${c.document}`;
    const [owner, place] = (c.key || "").split("/").map(encodeURIComponent); // what was said before the portal was has no key
    const ours = place ? `/guide/regulations/${owner}/articles/${place}` : `/regulation/${c.article}`;
    const address = law ? ours : `/guide/services/${encodeURIComponent(c.item)}`;
    const card = button("cite", undefined, () => openPage(address, title));
    card.append(node("b", "", title + (c.complete ? "" : `（${words.gap}）`)), node("span", "", c.quote));
    return card;
  }

  async function openPage(address, title) {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
      const link = node("a", "full", words.full_page);
      link.href = address;
      link.target = outside;
      $("reader-title").textContent = title;
      $("reader-body").replaceChildren(page.getElementById("article"), link);
      reader.showModal();
      $("reader-body").scrollTop = 0;
    } catch { open(address, outside || "_self"); }
  }

  function choices(buttons) {
    const box = node("div", "choices");
    for (const b of buttons) box.append(button("", b.title, () => say(b.payload, b.title)));
    return box;
  }

  function download() { // all that is stored about whoever talks here
    const link = node("a", "quiet", words.own_data);
    link.href = `/api/chat/own-data?conversation=${encodeURIComponent(conversation)}`;
    link.download = "";
    const box = node("div", "choices");
    box.append(link);
    return box;
  }

  // Large type: what was said or is kept is acted upon; what was pressed is kept, for this person's other devices too.

  const large = () => document.documentElement.classList.contains("large");
  const prefer = (wish) => document.dispatchEvent(new CustomEvent("linli-prefer", { detail: wish }));
  let kept = Promise.resolve(); // one after the other, so that the last wish is the one that stays
  function keepSize() {
    const body = JSON.stringify({ conversation, large_type: large() });
    kept = kept.then(() => fetch("/api/chat/preferences", { method: "POST", headers: { "content-type": "application/json" }, body })).catch(() => {});
  }
  document.addEventListener("linli-pressed", () => { if (mine.size) keepSize(); });

  function closeChoices() { // an old question is no longer open once something else was said
    for (const old of log.querySelectorAll(".choices button")) old.disabled = true;
  }

  function factCard(event, title, number, lines, urgent) {
    const card = node("section", "ticket" + (urgent ? " urgent" : "")), head = node("h3"), list = node("dl");
    head.append(node("span", "", title), node("span", "number", number));
    for (const [name, value] of lines) if (value) list.append(node("dt", "", name), node("dd", "", value));
    card.append(head, node("p", "state", words[event.type] || ""), list);
    return card;
  }

  function appointmentCard(event) {
    const a = event.appointment;
    return factCard(event, a.affair_name, a.number, [[words.when, a.when], [words.window, `${a.window_name}（${a.manner_name}）`], [words.place, a.address]]);
  }

  function ticketCard(event) {
    const ticket = event.ticket;
    const due = new Date(ticket.due_at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const lines = [[words.place, ticket.address || words.place_unknown], [words.grid, ticket.grid_name || words.desk], [words.worker, ticket.assignee_name], [words.due, due]];
    return factCard(event, ticket.kind_name || ticket.kind, ticket.number, lines, ticket.urgent);
  }

  function cards(events, seq, told) { // `told`: the seq of the message that brought them
    for (const [i, event] of (events || []).entries()) {
      const key = `${told}.${i}`;
      if (!(event.ticket || event.appointment) || shown.has(key)) continue;
      const said = node("div", "said filed");
      said.append(event.ticket ? ticketCard(event) : appointmentCard(event));
      shown.set(key, put(said, seq + 0.1));
    }
  }

  function enclose(said, attachment) { // a photo, voice or video inside its bubble
    const box = said.querySelector(".bubble"), { kind, url } = attachment;
    const seen = node({ image: "img", voice: "audio", video: "video" }[kind], "enclosed");
    seen.src = kind === "image" ? url + "?small=true" : url;
    if (kind !== "image") { seen.controls = true; seen.preload = "none"; seen.setAttribute("aria-label", kind === "voice" ? words.voice : words.video); return box.append(seen); }
    const link = node("a");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    seen.alt = words.open_photo;
    seen.addEventListener("load", toBottom);
    link.append(seen);
    box.append(link);
  }

  function show(message) {
    if (shown.has(message.seq)) return;
    const own = message.author === "resident" && mine.get(message.id);
    if (own) return settle(own, message.seq, message.id);
    const said = bubble(message.author, readable(message), message.name);
    if (message.attachment) enclose(said, message.attachment);
    for (const c of message.citations || []) said.append(citation(c));
    if (message.dossier) said.append(download());
    if ((message.buttons || []).length) said.append(choices(message.buttons));
    shown.set(message.seq, put(said, message.seq));
    if (message.author === "resident") mine.set(message.id, said);
    document.dispatchEvent(new CustomEvent("linli-shown", { detail: message }));
  }

  function settle(said, seq, id) { // our message has its place in the log
    forget(id);
    for (const line of said.querySelectorAll(".failed")) line.remove();
    if (!seq || said.dataset.seq) return;
    said.dataset.seq = seq;
    shown.set(seq, said);
  }

  function readable(message) { // a button of ours may have sent a payload; people see its words
    if (message.author !== "resident") return message.text;
    if (!message.text) return message.attachment ? "" : words.my_place;
    if (!message.text.startsWith("/")) return message.text;
    try { return JSON.parse(message.text.slice(message.text.indexOf("{"))).wish || message.text; } catch { return message.text; }
  }

  function speaks(who) {
    owner = who;
    speaker.textContent = cutOff ? words.reconnecting : who === "person" ? words.speaker_person : words.speaker_bot;
    speaker.classList.toggle("person", who === "person" && !cutOff);
    speaker.classList.toggle("cut", cutOff);
  }

  function typing() {
    const said = node("div", "said waiting"), dots = node("div", "bubble typing");
    dots.setAttribute("role", "img");
    dots.setAttribute("aria-label", words.typing);
    dots.append(node("i"), node("i"), node("i"));
    said.append(dots);
    log.append(said);
    toBottom();
    return said;
  }

  // Sending: a message keeps its id, so that sending it again does nothing twice.

  function say(content, title, place) {
    closeChoices();
    const body = { conversation, text: content, message_id: hex(16), location: place || null };
    keepUnsent((all) => [...all, { body, title: title || content }]);
    send(body, own(body, title || content));
  }

  async function sendFile(file) { // the file goes first, the message that carries it after
    const said = put(bubble("resident", words.sending_file)), line = said.querySelector(".bubble");
    const form = new FormData(), content = text.value.trim();
    form.append("conversation", conversation);
    form.append("file", file);
    text.value = "";
    let reason = words.offline;
    try {
      const answer = await fetch("/api/chat/attachments", { method: "POST", body: form });
      const attachment = await answer.json();
      if (answer.ok) {
        said.remove();
        closeChoices();
        const body = { conversation, text: content, message_id: hex(16), location: null, attachment: attachment.id };
        keepUnsent((all) => [...all, { body, title: content, attachment }]);
        return send(body, own(body, content, attachment));
      }
      reason = attachment.error || words.refused;
    } catch { /* no net, or an answer that is none */ }
    line.textContent = { image: words.photo, audio: words.voice, video: words.video }[file.type.split("/")[0]] || file.name;
    if (!text.value) text.value = content;
    const failure = node("div", "failed", reason + " ");
    failure.setAttribute("role", "alert");
    failure.append(button("", words.resend, () => { said.remove(); sendFile(file); }));
    said.append(failure);
    toBottom();
  }

  function own(body, title, attachment) {
    const said = put(bubble("resident", title));
    if (attachment) enclose(said, attachment);
    mine.set(body.message_id, said);
    return said;
  }

  async function send(body, said) {
    const waiting = owner === "bot" ? typing() : null;
    try {
      const signal = AbortSignal.timeout ? AbortSignal.timeout(60000) : undefined;
      const answer = await fetch("/api/chat", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
      const data = await answer.json();
      waiting?.remove();
      if (answer.ok) took(data, said, body.message_id);
      else failed(body, said, data.error || words.refused);
    } catch {
      waiting?.remove();
      failed(body, said, words.offline);
    }
  }

  function took(data, said, id) {
    settle(said, data.seq, id);
    let last = data.seq || 0;
    for (const reply of data.replies) { show({ ...reply, author: "bot" }); last = Math.max(last, reply.seq || 0); }
    cards(data.events, last, data.seq);
    for (const event of data.events || []) if (event.type === "preferences") prefer(event.large_type);
    speaks(data.owner);
    if (!data.replies.length && data.owner === "person" && !said.querySelector(".who")) said.append(node("div", "who", words.delivered));
    toBottom();
  }

  function failed(body, said, reason) {
    const line = node("div", "failed", reason + " ");
    line.setAttribute("role", "alert");
    line.append(button("", words.resend, () => { line.remove(); send(body, said); }));
    said.append(line);
    toBottom();
  }

  // Keeping up: history first, then the stream; after a break history again, which brings what the break swallowed.

  async function catchUp() {
    const data = await (await fetch(`/api/chat/history?conversation=${encodeURIComponent(conversation)}`)).json();
    data.messages.forEach((message, i) => {
      show(message);
      let last = i;
      while (data.messages[last + 1]?.author === "bot") last += 1;
      cards(message.events, data.messages[last].seq, message.seq);
    });
    speaks(data.owner);
    if (typeof data.large_type === "boolean") prefer(data.large_type);
    else if (large() && data.messages.length) keepSize(); // pressed before there was anybody to keep it for
    return data.messages.length ? data.messages[data.messages.length - 1].seq : 0;
  }

  function listen(after) {
    source?.close();
    source = new EventSource(`/api/chat/stream?conversation=${encodeURIComponent(conversation)}&after=${after}`);
    source.addEventListener("message", (event) => show(JSON.parse(event.data)));
    source.addEventListener("owner", (event) => speaks(JSON.parse(event.data).owner));
    source.onopen = () => { if (cutOff) { cutOff = false; catchUp().catch(() => {}); } };
    source.onerror = () => {
      cutOff = true;
      speaks(owner);
      if (source.readyState === EventSource.CLOSED) setTimeout(begin, 3000);
    };
  }

  async function begin() {
    try {
      const after = await catchUp();
      const last = log.querySelector(".said:last-child .choices");
      closeChoices();
      for (const open of last?.children || []) open.disabled = false;
      for (const { body, title, attachment } of unsent) if (!mine.has(body.message_id)) failed(body, own(body, title, attachment), words.refused);
      cutOff = false;
      speaks(owner);
      listen(after);
    } catch {
      cutOff = true;
      speaks(owner);
      setTimeout(begin, 3000);
    }
  }

  // What people touch.

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const content = text.value.trim();
    if (!content) return;
    text.value = "";
    text.style.height = "";
    say(content);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  text.addEventListener("input", () => { text.style.height = ""; text.style.height = Math.min(text.scrollHeight + 2, 160) + "px"; });
  log.addEventListener("click", (event) => { const chip = event.target.closest("[data-say]"); if (chip) { event.preventDefault(); say(chip.dataset.say); } });
  reader.addEventListener("click", (event) => { if (event.target === reader) reader.close(); });

  $("photo").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", (event) => {
    for (const file of event.target.files) sendFile(file);
    event.target.value = "";
  });

  const noPlace = () => put(node("div", "aside", words.no_place));
  $("place").addEventListener("click", () => { if (navigator.geolocation) { consent.returnValue = ""; consent.showModal(); } else noPlace(); });
  consent.addEventListener("close", () => {
    if (consent.returnValue !== "yes") return;
    const found = (p) => say("", words.my_place, { lat: p.coords.latitude, lon: p.coords.longitude });
    navigator.geolocation.getCurrentPosition(found, noPlace, { timeout: 15000, maximumAge: 60000 });
  });
  begin();
})();
