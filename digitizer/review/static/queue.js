// The queue: one value, one answer, the next. What comes next is fetched, decoded and held before it is needed.
import { call, release, tab } from "./net.js";
import { make, note, onKey, pageOf, place, shown, state, text } from "./common.js";
import { Entry } from "./entry.js";
import { Outbox } from "./outbox.js";

const AHEAD = 24;
const REFILL = 16;
const DECODED = 8;
const STEPS = 100;
const LOOK_AGAIN = 10000;
const $ = (id) => document.getElementById(id);

export function start() {
  const queue = new Queue($("queue").dataset.form);
  queue.begin();
}

class Queue {
  items = [];
  current = null;
  skipped = new Set();
  done = JSON.parse(sessionStorage.getItem("digitizer.done") ?? "[]");
  left = null;
  answered = 0;
  fetching = false;
  ended = false;
  crops = new Map();
  view = "near";

  constructor(form) {
    this.form = form;
    this.entry = new Entry($("entry"), $("meant"), () => this.#draft());
    this.outbox = new Outbox({
      onOutcome: (entry, outcomes) => this.#settled(entry, outcomes),
      onRefused: (entry, message) => this.#refused(entry, message),
      onState: (count, reason) => this.#waiting(count, reason),
    });
  }

  async begin() {
    onKey((event) => this.#key(event));
    $("answer").addEventListener("submit", (event) => event.preventDefault());
    $("form")?.addEventListener("change", (event) => location.assign(`/?form=${encodeURIComponent(event.target.value)}`));
    $("again").addEventListener("click", () => this.#again());
    for (const button of document.querySelectorAll("[data-act]"))
      button.addEventListener("click", () => this[button.dataset.act]());
    addEventListener("resize", () => this.#aim());
    addEventListener("pagehide", release);
    state(text("loading"));
    await this.#fetch();
    if (!this.current) this.#next();
  }

  // --- what a person does ---

  save(why = "", value = this.entry.value) {
    if (!this.current || (why === "" && value === this.entry.value && !this.entry.allowed)) return;
    performance.mark("answered");
    const item = this.current;
    const insist = this.entry.insisted;
    this.done.push({ item, value, before: item.value });
    if (this.done.length > STEPS) this.done.shift();
    this.answered += 1;
    if (this.left !== null) this.left = Math.max(0, this.left - 1);
    this.#next();
    localStorage.removeItem("digitizer.draft");
    // The text as it was read, confirmed as it stands, need not be of the kind.
    const same = value === item.value && why === "";
    this.outbox.answer([{ field: item.field, version: item.version, value, why, insist: insist || same, check: item.check }], item.label);
  }

  blank() {
    this.save("", this.current?.kind === "checkbox" ? false : "");
  }

  illegible() {
    this.save(text("illegible"), this.current?.kind === "checkbox" ? this.current.value : "");
  }

  skip() {
    if (!this.current) return;
    performance.mark("answered");
    this.skipped.add(this.current.field);
    this.#next();
  }

  undo() {
    const last = this.done.pop();
    if (!last) return note(text("nothingToUndo"));
    if (this.current) this.items.unshift({ ...this.current, draft: this.entry.value });
    this.outbox.undo([{ field: last.item.field, version: last.item.version }], last.item.label);
    this.answered = Math.max(0, this.answered - 1);
    if (this.left !== null) this.left += 1;
    this.#show({ ...last.item, draft: last.value });
    note(text("undone", { label: last.item.label }));
    this.#remember();
  }

  zoom() {
    this.view = this.view === "close" ? "near" : "close";
    this.#aim();
  }

  whole() {
    this.view = this.view === "whole" ? "near" : "whole";
    this.#aim();
  }

  #take(number) {
    const reading = this.current?.readings[number - 1];
    if (this.current?.kind === "checkbox" && number <= 2) this.save("", number === 1);
    else if (reading !== undefined) this.save("", reading);
  }

  #again() {
    this.skipped.clear();
    this.ended = false;
    this.#fetch().then(() => this.current || this.#next());
  }

  #key(event) {
    const { key } = event;
    const entry = event.target.closest?.("#entry");
    const act = (name) => {
      event.preventDefault();
      this[name]();
    };
    if (key === "F2") act("blank");
    else if (key === "F4") act("illegible");
    else if (key === "F8") act("zoom");
    else if (key === "F9") act("whole");
    else if (key === "Escape") act("undo");
    else if (!this.current && key.toLowerCase() === "r" && !event.ctrlKey && !event.metaKey) this.#again();
    else if (!entry) return;
    else if (key === "Enter" && !event.shiftKey && !event.repeat) act("save");
    else if (key === "Enter" && !event.shiftKey) event.preventDefault();
    else if (key === "Tab" && !event.shiftKey) act("skip");
    else if (/^[123]$/.test(key) && (event.altKey || ["code", "checkbox"].includes(this.current.kind))) {
      event.preventDefault();
      this.#take(Number(key));
    }
  }

  // --- what comes next ---

  #next() {
    this.current = null;
    const next = this.items.shift();
    if (next) this.#show(next);
    else this.#empty();
    // Nothing that can wait stands between the answer and the next value on the screen.
    afterPaint(() => {
      if (this.items.length < REFILL && !this.ended) this.#fetch();
      this.#ahead();
      this.#remember();
    });
  }

  async #fetch() {
    if (this.fetching) return;
    this.fetching = true;
    const known = new Set([...this.items, ...(this.current ? [this.current] : [])].map((item) => item.field));
    // Answers on their way count as answered, though the server may not know yet.
    const have = new Set([...known, ...this.outbox.fields]);
    try {
      const body = { tab, limit: AHEAD, form: this.form, have: [...have].slice(0, 200), skipped: [...this.skipped].slice(-5000) };
      const got = await call("POST", "/api/queue", body);
      const gone = this.outbox.fields;
      for (const item of got.items) {
        const there = this.items.some((one) => one.field === item.field) || this.current?.field === item.field;
        if (!there && !gone.has(item.field) && !this.skipped.has(item.field)) this.items.push(item);
      }
      this.left = Math.max(0, got.left - gone.size);
      this.ended = got.items.length === 0;
      state("");
    } catch (error) {
      state(error.message);
      setTimeout(() => this.#fetch(), 2000);
    } finally {
      this.fetching = false;
    }
    if (!this.current && this.items.length) this.#next();
    else if (this.current) this.#ahead();
    else this.#empty();
    this.#count();
  }

  // What is looked at now comes before what is fetched ahead.
  #ahead() {
    const now = this.current;
    if (now) pageOf(now.document, now.page).ready.then(() => this.#prepare());
    else this.#prepare();
  }

  #prepare() {
    for (const item of this.items.slice(0, DECODED)) {
      this.#crop(item);
      pageOf(item.document, item.page);
    }
    const wanted = new Set([this.current, ...this.items].filter(Boolean).map((item) => item.field));
    for (const field of this.crops.keys()) if (!wanted.has(field)) this.crops.delete(field);
  }

  #crop(item) {
    if (!item.box) return null;
    let image = this.crops.get(item.field);
    if (!image) {
      image = make("img", { alt: "", src: `/api/fields/${item.field}/crop.png` });
      image.decode().catch(() => image.remove());
      this.crops.set(item.field, image);
    }
    return image;
  }

  // --- what is shown ---

  #show(item) {
    this.current = item;
    $("empty").hidden = true;
    $("card").hidden = false;
    $("document").textContent = item.name;
    $("document").href = `/documents/${item.document}#${item.field}`;
    $("place").textContent = ` · ${item.title}${item.part === "cell" ? ` · row ${item.row + 1}` : ""}`;
    $("label").textContent = item.label;
    $("group").textContent = item.group;
    const crop = this.#crop(item);
    $("crop").replaceChildren(...(crop ? [crop] : []));
    $("crop").hidden = !crop;
    const draft = saved("digitizer.draft");
    const typed = item.draft ?? (draft?.field === item.field && draft.version === item.version ? draft.text : item.value);
    this.entry.show(item, typed);
    this.#readings(item);
    $("reasons").replaceChildren(...item.reasons.map((one) => make("li", { class: one.word }, one.told)));
    this.#page(item);
    this.#count();
    this.entry.focus();
    painted();
  }

  #readings(item) {
    const choices = item.kind === "checkbox" ? [text("yes"), text("no")] : item.readings;
    const plain = ["code", "checkbox"].includes(item.kind);
    const lines = choices.map((one, k) => {
      const choice = make("button", { type: "button", onclick: () => this.#take(k + 1) }, make("kbd", {}, plain ? `${k + 1}` : `Alt ${k + 1}`), make("span", {}, one));
      return make("li", {}, choice);
    });
    $("readings").replaceChildren(...(choices.length > 1 || plain ? lines : []));
  }

  #page(item) {
    const page = pageOf(item.document, item.page);
    const paper = $("paper");
    $("pagename").textContent = `${item.name}, page ${item.page}`;
    const put = () => {
      if (this.current !== item) return;
      paper.replaceChildren(page.failed ? make("p", { class: "empty" }, text("noPicture", { message: page.failed })) : page.image);
      if (page.size && item.box) {
        const frame = make("div", { class: item.near ? "frame near" : "frame" });
        place(frame, item.box, page.size, page.size.width / 250);
        paper.append(frame);
      }
      this.#aim();
    };
    if (page.size && page.image.complete) put();
    else {
      paper.replaceChildren();
      page.ready.then(put);
    }
  }

  // Brings the field to where the eye is.
  #aim() {
    const pane = $("pane");
    const page = this.current && pageOf(this.current.document, this.current.page);
    if (!page?.size) return;
    const { width, height } = page.size;
    const room = pane.clientWidth;
    const wide = this.view === "whole" ? Math.min(room, (pane.clientHeight * width) / height) : room * (this.view === "close" ? 2.6 : Math.max(1.25, 1000 / room));
    $("paper").style.width = `${wide}px`;
    const [x, y, w, h] = this.current.box ?? [0, 0, width, 0];
    const scale = wide / width;
    pane.scrollTo((x + w / 2) * scale - room / 2, (y + h / 2) * scale - pane.clientHeight * 0.42);
  }

  #count() {
    $("progress").textContent = this.left === null ? "" : text("progress", { done: this.answered, left: this.left });
  }

  #empty() {
    $("card").hidden = true;
    $("paper").replaceChildren();
    $("pagename").textContent = "";
    this.#count();
    $("empty").hidden = this.fetching || !this.ended;
    $("emptyhead").textContent = text("done");
    $("emptytext").textContent = this.skipped.size ? text("skipped", { count: this.skipped.size }) : "";
    $("again").hidden = !this.skipped.size;
    // Others may leave values behind, and batches bring new ones.
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.current || this.#fetch(), LOOK_AGAIN);
  }

  // --- what the server says ---

  async #settled(entry, outcomes) {
    for (const [k, one] of outcomes.entries()) {
      if (one.ok) continue;
      const values = { label: entry.label, value: shown(one.value), message: one.message };
      if (one.kind === "gone") {
        note(text("staleGone", { ...values, value: shown(entry.items[k].value ?? "") }), "bad");
        continue;
      }
      if (entry.kind === "undo") {
        note(one.message, "bad");
        continue;
      }
      const item = await call("GET", `/api/fields/${one.field}`).catch(() => null);
      this.done = this.done.filter((step) => step.item.field !== one.field);
      if (item) this.items.unshift({ ...item, draft: entry.items[k].value });
      if (item && !this.current) this.#next();
      note(text(one.kind === "stale" ? "stale" : "refused", values), "bad");
    }
  }

  #refused(entry, message) {
    note(text("refused", { label: entry.label, message }), "bad");
    for (const sent of entry.items) {
      const step = this.done.find((one) => one.item.field === sent.field);
      if (step && entry.kind === "answer") this.items.unshift({ ...step.item, draft: sent.value });
    }
  }

  #waiting(count, reason) {
    const message = !count ? "" : reason === "out" ? text("loggedOut") : text("waiting", { count });
    note(message, "bad", "waiting");
  }

  #draft() {
    const { field, version } = this.current;
    localStorage.setItem("digitizer.draft", JSON.stringify({ field, version, text: this.entry.value }));
  }

  #remember() {
    sessionStorage.setItem("digitizer.done", JSON.stringify(this.done.slice(-30)));
  }
}

function saved(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// When the frame that is being made has been painted.
function afterPaint(act) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(null);
  });
}

// How long it took from the answer until the next value was on the screen; tools/measure_review.py reads it.
function painted() {
  if (!performance.getEntriesByName("answered", "mark").length) return;
  afterPaint(() => {
    if (!performance.getEntriesByName("answered", "mark").length) return;
    performance.measure("painted", "answered");
    performance.clearMarks("answered");
  });
}
