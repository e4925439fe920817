// A contact sheet: many places that read the same. Point out the odd ones, confirm the rest.
import { call, release, tab } from "./net.js";
import { make, note, onKey, state, text } from "./common.js";
import { Outbox } from "./outbox.js";

const $ = (id) => document.getElementById(id);
const MANY = 100;

export function start() {
  new Sheet($("sheet").dataset).begin();
}

class Sheet {
  items = [];
  odd = new Set();
  left = new Set();
  steps = [];

  constructor({ form, table, name, value, shown }) {
    this.group = { form, table, name, value };
    this.shown = shown;
    this.outbox = new Outbox({
      onOutcome: (entry, outcomes) => this.#settled(entry, outcomes),
      onRefused: (entry, message) => note(text("refused", { label: this.shown, message }), "bad"),
      onState: (count, reason) => note(!count ? "" : reason === "out" ? text("loggedOut") : text("waiting", { count }), "bad", "waiting"),
    });
  }

  begin() {
    onKey((event) => this.#key(event));
    document.querySelector('[data-act="confirm"]').addEventListener("click", () => this.#confirm());
    document.querySelector('[data-act="undo"]').addEventListener("click", () => this.#undo());
    addEventListener("pagehide", release);
    this.#fetch();
  }

  async #fetch() {
    state(text("loading"));
    try {
      const skipped = [...new Set([...this.left, ...this.outbox.fields])].slice(-5000);
      this.#show(await call("POST", "/api/sheets", { ...this.group, tab, limit: MANY, skipped }));
      state("");
    } catch (error) {
      state(error.status === 404 ? "" : error.message);
      if (error.status === 404) this.#show([]);
      else setTimeout(() => this.#fetch(), 2000);
    }
  }

  #show(items) {
    this.items = items;
    this.odd = new Set();
    const tiles = items.map((item, k) => {
      const picture = item.box ? make("img", { alt: "", src: `/api/fields/${item.field}/crop.png?tight=true` }) : make("i", {}, text("blank"));
      const share = `${Math.round(100 * item.confidence)}%`;
      const tile = make("button", { type: "button", role: "option", class: "contact", "aria-selected": "false", tabindex: k ? "-1" : "0", title: `${item.name}, page ${item.page}` }, picture, make("span", { class: "quiet" }, share));
      tile.addEventListener("click", () => this.#flip(k));
      return tile;
    });
    $("contacts").replaceChildren(...(tiles.length ? tiles : [make("p", { class: "empty" }, text("sheetEmpty"))]));
    tiles[0]?.focus();
  }

  #tiles() {
    return [...$("contacts").querySelectorAll(".contact")];
  }

  #flip(k) {
    const { field } = this.items[k];
    const odd = !this.odd.delete(field);
    if (odd) this.odd.add(field);
    const tile = this.#tiles()[k];
    tile.setAttribute("aria-selected", String(odd));
    tile.querySelector(".quiet").textContent = odd ? text("odd", { value: this.shown }) : `${Math.round(100 * this.items[k].confidence)}%`;
    this.#focus(k);
  }

  #focus(k) {
    const tiles = this.#tiles();
    const target = tiles[Math.min(tiles.length - 1, Math.max(0, k))];
    for (const tile of tiles) tile.tabIndex = tile === target ? 0 : -1;
    target?.focus();
  }

  #confirm() {
    const items = this.items.filter((item) => !this.odd.has(item.field));
    if (!this.items.length) return location.assign("/sheets");
    for (const field of this.odd) this.left.add(field);
    this.steps.push({ shown: this.items, items, odd: [...this.odd] });
    if (items.length) {
      const answers = items.map((item) => ({ field: item.field, version: item.version, value: item.value, why: "", insist: true }));
      this.outbox.answer(answers, this.shown);
    }
    note(text("sheetSaved", { count: items.length, odd: this.odd.size }));
    this.#fetch();
  }

  #undo() {
    const last = this.steps.pop();
    if (!last) return note(text("nothingToUndo"));
    for (const field of last.odd) this.left.delete(field);
    if (last.items.length) this.outbox.undo(last.items.map(({ field, version }) => ({ field, version })), this.shown);
    // The sheet as it was, to be looked at again; what was on the screen comes with the next.
    this.#show(last.shown);
    for (const field of last.odd) this.#flip(last.shown.findIndex((item) => item.field === field));
    note(text("sheetUndone"));
  }

  #settled(entry, outcomes) {
    const stale = outcomes.filter((one) => !one.ok).length;
    if (stale) note(text("sheetStale", { count: stale }), "bad");
  }

  #columns() {
    return getComputedStyle($("contacts")).gridTemplateColumns.split(" ").length;
  }

  #key(event) {
    const at = this.#tiles().indexOf(document.activeElement);
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.#columns(), ArrowUp: -this.#columns() };
    if (event.key in moves) this.#focus(at < 0 ? 0 : at + moves[event.key]);
    else if (event.key === " " && at >= 0) this.#flip(at);
    else if (event.key === "Enter" && !event.repeat && !event.target.closest("a, .foot button, header")) this.#confirm();
    else if (event.key === "Escape") this.#undo();
    else return;
    event.preventDefault();
  }
}
