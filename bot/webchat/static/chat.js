"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const log = $("log"), form = $("form"), text = $("text"), speaker = $("speaker"), reader = $("reader");
  const conversation = remembered();
  const shown = new Set();
  let last = 0, source = null;

  function remembered() {
    const fresh = () => "w" + Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
    try {
      const id = localStorage.getItem("linli-conversation") || fresh();
      localStorage.setItem("linli-conversation", id);
      return id;
    } catch { return fresh(); }
  }

  function node(tag, className, content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (content !== undefined) element.textContent = content; // never HTML: people write whatever they like
    return element;
  }

  function toBottom() { log.scrollTop = log.scrollHeight; }

  function bubble(author, words, name) {
    const said = node("div", "said " + ({ resident: "mine", operator: "operator" }[author] || "bot"));
    if (author === "operator") said.append(node("div", "who", "工作人员 " + (name || "")));
    if (author === "system") said.append(node("div", "who", "社区通知"));
    said.append(node("div", "bubble", words));
    log.append(said);
    return said;
  }

  function citation(c) {
    const card = node("button", "cite");
    card.type = "button";
    const title = c.source === "regulation" ? `《${c.document}》第 ${c.article} 条` : `办事指南：${c.document}`;
    card.append(node("b", "", title + (c.complete ? "" : "（资料缺漏）")), node("span", "", c.quote));
    card.addEventListener("click", () => open(c.source === "regulation" ? `/regulation/${c.article}` : `/services/${c.item}`));
    return card;
  }

  async function open(address) {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
      const link = node("a", "", "打开全文页");
      link.href = address;
      const body = $("reader-body");
      body.replaceChildren(page.getElementById("article"), link);
      reader.showModal();
      reader.scrollTop = 0;
    } catch { location.href = address; }
  }

  function choices(buttons) {
    const box = node("div", "choices");
    for (const b of buttons) {
      const button = node("button", "", b.title);
      button.type = "button";
      button.addEventListener("click", () => { for (const other of box.children) other.disabled = true; say(b.payload, b.title); });
      box.append(button);
    }
    return box;
  }

  function ticketCard(ticket) {
    const card = node("section", "ticket" + (ticket.urgent ? " urgent" : ""));
    const head = node("h3");
    head.append(node("span", "", ticket.kind_name), node("span", "", ticket.number));
    const list = node("dl");
    const due = new Date(ticket.due_at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
    for (const [name, value] of [["地点", ticket.address || "待核实"], ["网格", ticket.grid_name || "值班台"], ["负责", ticket.assignee_name], ["期限", due]]) {
      list.append(node("dt", "", name), node("dd", "", value));
    }
    card.append(head, list);
    return card;
  }

  function show(message) {
    if (message.seq && shown.has(message.seq)) return null;
    if (message.seq) { shown.add(message.seq); last = Math.max(last, message.seq); }
    const said = bubble(message.author, message.text, message.name);
    for (const c of message.citations || []) said.append(citation(c));
    if ((message.buttons || []).length) said.append(choices(message.buttons));
    toBottom();
    return said;
  }

  function speaks(owner) {
    speaker.textContent = owner === "person" ? "正在由工作人员接待，机器人不插话" : "正在和您说话的是机器人“邻里”";
    speaker.classList.toggle("person", owner === "person");
  }

  function typing() {
    const said = node("div", "said bot");
    const dots = node("div", "bubble typing");
    dots.setAttribute("aria-label", "正在输入");
    dots.append(node("i"), node("i"), node("i"));
    said.append(dots);
    log.append(said);
    toBottom();
    return said;
  }

  function say(words, title, place) {
    const mine = bubble("resident", title || words);
    toBottom();
    send({ conversation, text: words, message_id: crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random(), location: place || null }, mine);
  }

  async function send(body, mine) {
    const waiting = typing();
    try {
      const answer = await fetch("/api/chat", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      const data = await answer.json();
      waiting.remove();
      if (!answer.ok) return failed(body, mine, data.error || "没有发出去");
      if (data.seq) { shown.add(data.seq); last = Math.max(last, data.seq); }
      let said = null;
      for (const reply of data.replies) said = show({ ...reply, author: "bot" }) || said;
      for (const event of data.events) if (event.ticket) (said || mine).append(ticketCard(event.ticket));
      speaks(data.owner);
      if (!data.replies.length && data.owner === "person" && !mine.dataset.told) {
        mine.dataset.told = "1";
        mine.append(node("div", "who", "已送达，工作人员会在这里回复"));
      }
      toBottom();
    } catch {
      waiting.remove();
      failed(body, mine, "网络不通，没有发出去");
    }
  }

  function failed(body, mine, reason) {
    const line = node("div", "failed", reason + " ");
    const again = node("button", "", "重发");
    again.type = "button";
    again.addEventListener("click", () => { line.remove(); send(body, mine); }); // the same message_id: nothing happens twice
    line.append(again);
    mine.append(line);
    toBottom();
  }

  function listen() {
    if (source) source.close();
    source = new EventSource(`/api/chat/stream?conversation=${encodeURIComponent(conversation)}&after=${last}`);
    source.addEventListener("message", (event) => show(JSON.parse(event.data)));
    source.addEventListener("owner", (event) => speaks(JSON.parse(event.data).owner));
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000); };
  }

  async function begin() {
    try {
      const data = await (await fetch(`/api/chat/history?conversation=${encodeURIComponent(conversation)}`)).json();
      for (const message of data.messages) show({ ...message, text: readable(message) });
      speaks(data.owner);
    } catch { /* the stream brings what is missing */ }
    listen();
  }

  function readable(message) { // a button of ours may have sent a payload; people see its words
    if (message.author !== "resident" || !message.text.startsWith("/")) return message.text || "（位置）";
    const match = message.text.match(/"wish":\s*"((?:[^"\\]|\\.)*)"/);
    return match ? JSON.parse(`"${match[1]}"`) : message.text;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    text.style.height = "";
    say(words);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  text.addEventListener("input", () => { text.style.height = ""; text.style.height = Math.min(text.scrollHeight + 2, 160) + "px"; });
  log.addEventListener("click", (event) => { const chip = event.target.closest("[data-say]"); if (chip) say(chip.dataset.say); });
  $("place").addEventListener("click", () => {
    if (!navigator.geolocation || !confirm("把您现在的位置发给社区？只用来找到要处理的地方。")) return;
    navigator.geolocation.getCurrentPosition(
      (p) => say("", "我的位置", { lat: p.coords.latitude, lon: p.coords.longitude }),
      () => bubble("bot", "没有取到位置。直接写小区、楼栋或路名就可以。"),
    );
  });
  begin();
})();
