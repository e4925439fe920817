// What was answered and not yet taken by the server. It outlives reloads, restarts and lost connections: entries stand
// in localStorage, one list for each window, go out in order, and are removed only when the server has answered.
import { boot, call, refreshToken, tab } from "./net.js";

const PREFIX = `digitizer.outbox.${boot.user}.`;
const ALIVE = "digitizer.alive.";
const BEAT = 5000;
const DEAD = 150000;
const LOST = [0, 408, 425, 429, 500, 502, 503, 504];

export class Outbox {
  #entries = [];
  #versions = new Map();
  #busy = false;
  #wait = 0;
  #timer = null;

  // onOutcome(entry, outcomes): the server has answered; onRefused(entry, message): it will never take the entry;
  // onState(count, reason): how many wait, and why: "", "lost" or "out".
  constructor({ onOutcome, onRefused, onState }) {
    this.onOutcome = onOutcome;
    this.onRefused = onRefused;
    this.onState = onState;
    this.#entries = read(PREFIX + tab);
    this.#beat();
    setInterval(() => this.#beat(), BEAT);
    addEventListener("online", () => this.flush());
    this.flush();
  }

  get count() {
    return this.#entries.length;
  }

  // Which values an answer is on its way for.
  get fields() {
    return new Set(this.#entries.flatMap((entry) => entry.items.map((item) => item.field)));
  }

  // The version that a value has come to by what was sent from here.
  version(field, otherwise) {
    return Math.max(this.#versions.get(field) ?? 0, otherwise);
  }

  answer(items, label) {
    this.#push({ kind: "answer", label, items });
  }

  // Takes answers back: out of the list where they have not gone yet, by an entry of their own where they have.
  undo(items, label) {
    const fields = new Set(items.map((item) => item.field));
    for (let k = this.#entries.length - 1; k >= (this.#busy ? 1 : 0); k--) {
      const entry = this.#entries[k];
      if (entry.kind === "answer" && entry.items.every((item) => fields.has(item.field))) {
        this.#entries.splice(k, 1);
        for (const item of entry.items) fields.delete(item.field);
      }
    }
    const rest = items.filter((item) => fields.has(item.field));
    if (rest.length) this.#push({ kind: "undo", label, items: rest });
    else this.#keep();
  }

  flush() {
    clearTimeout(this.#timer);
    this.#wait = 0;
    this.#pump();
  }

  #push(entry) {
    this.#entries.push(entry);
    this.#keep();
    if (!this.#timer || this.#wait === 0) this.#pump();
  }

  #keep() {
    if (this.#entries.length) localStorage.setItem(PREFIX + tab, JSON.stringify(this.#entries));
    else localStorage.removeItem(PREFIX + tab);
  }

  async #pump() {
    if (this.#busy) return;
    this.#busy = true;
    this.#timer = null;
    while (this.#entries.length) {
      const entry = this.#entries[0];
      try {
        const outcomes = await this.#send(entry);
        this.#wait = 0;
        this.#settle(entry);
        for (const one of outcomes) if (one.ok) this.#versions.set(one.field, one.version);
        this.onOutcome(entry, outcomes);
      } catch (error) {
        if (error.status !== 401 && error.status !== 403 && !LOST.includes(error.status)) {
          this.#settle(entry);
          this.onRefused(entry, error.message);
          continue;
        }
        if (error.status === 403) await refreshToken().catch(() => null);
        this.onState(this.#entries.length, error.status === 401 ? "out" : "lost");
        this.#wait = Math.min(8000, this.#wait ? this.#wait * 2 : 500);
        this.#timer = setTimeout(() => this.#pump(), this.#wait);
        break;
      }
    }
    this.#busy = false;
    if (!this.#entries.length) this.onState(0, "");
  }

  #send(entry) {
    const path = entry.kind === "undo" ? "/api/undo" : "/api/corrections";
    const items = entry.items.map((item) => ({ ...item, version: this.version(item.field, item.version) }));
    return call("POST", path, items);
  }

  #settle(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#keep();
  }

  // Tells other windows that this one lives, and takes over what one that died has left.
  #beat() {
    const now = Date.now();
    localStorage.setItem(ALIVE + tab, String(now));
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX) || key === PREFIX + tab) continue;
      const other = key.slice(PREFIX.length);
      if (now - Number(localStorage.getItem(ALIVE + other) || 0) < DEAD) continue;
      const left = read(key);
      localStorage.removeItem(key);
      localStorage.removeItem(ALIVE + other);
      for (const entry of left) this.#push(entry);
    }
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}
