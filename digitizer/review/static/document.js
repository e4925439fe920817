// A document: every value on its page, every place with its value; click either, edit, see its history.
import { call } from "./net.js";
import { make, note, onKey, pageOf, place, shown, text } from "./common.js";
import { Entry } from "./entry.js";
import { Outbox } from "./outbox.js";
import { marking } from "./region.js";
import { Rows } from "./rows.js";

const $ = (id) => document.getElementById(id);
const LOOK = 0.8;

export function start() {
  new DocumentScreen($("doc")).begin();
}

function band(item) {
  if (item.status === "corrected" || item.status === "confirmed") return "person";
  if (item.status === "accepted") return "sure";
  return item.confidence >= LOOK ? "look" : "doubt";
}

class DocumentScreen {
  chosen = null;
  why = "";
  places = new Map();

  constructor(root) {
    this.document = Number(root.dataset.document);
    const items = JSON.parse($("items").textContent);
    this.items = new Map(items.map((item) => [item.field, item]));
    this.buttons = new Map([...document.querySelectorAll(".value[data-field]")].map((b) => [Number(b.dataset.field), b]));
    this.entry = new Entry($("entry"), $("meant"));
    this.outbox = new Outbox({
      onOutcome: (entry, outcomes) => outcomes.forEach((one) => this.#settled(entry, one)),
      onRefused: (entry, message) => note(text("refused", { label: entry.label, message }), "bad"),
      onState: (count, reason) => note(!count ? "" : reason === "out" ? text("loggedOut") : text("waiting", { count }), "bad", "waiting"),
    });
  }

  begin() {
    for (const [field, button] of this.buttons) {
      button.addEventListener("click", () => this.choose(field, true));
      button.addEventListener("mouseenter", () => this.#light(field, true));
      button.addEventListener("mouseleave", () => this.#light(field, false));
    }
    for (const figure of document.querySelectorAll(".paperfig")) this.#draw(figure);
    $("answer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    $("close").addEventListener("click", () => this.#close());
    document.querySelector('[data-act="cancel"]').addEventListener("click", () => this.#close());
    document.querySelector('[data-act="zoom"]').addEventListener("click", () => this.#zoom());
    document.querySelector('[data-act="undo"]').addEventListener("click", () => this.#undo());
    onKey((event) => this.#key(event));
    this.rows = new Rows(() => this.outbox.count > 0);
    const wanted = Number(location.hash.slice(1));
    if (this.items.has(wanted)) this.choose(wanted, true);
  }

  async #draw(figure) {
    const number = Number(figure.dataset.page);
    const page = pageOf(this.document, number);
    const paper = figure.querySelector(".paper");
    await page.ready;
    if (page.failed) {
      paper.replaceChildren(make("p", { class: "empty" }, text("noPicture", { message: page.failed })));
      return;
    }
    paper.replaceChildren(page.image);
    marking(paper, page.size, (box) => this.#readAgain(number, box));
    for (const item of this.items.values()) {
      if (item.page !== number || !item.box || item.near) continue;
      const spot = make("button", { type: "button", class: `spot ${band(item)}`, tabindex: "-1", title: `${item.label}: ${shown(item.value)}`, "aria-label": item.label });
      place(spot, item.box, page.size, page.size.width / 300);
      spot.addEventListener("click", () => this.choose(item.field, false));
      spot.addEventListener("mouseenter", () => this.#light(item.field, true));
      spot.addEventListener("mouseleave", () => this.#light(item.field, false));
      this.places.set(item.field, spot);
      paper.append(spot);
    }
    if (this.chosen?.page === number) this.choose(this.chosen.field, true);
  }

  async #readAgain(page, box) {
    const item = this.chosen;
    if (!item || $("editor").hidden) return note(text("regionFirst"), "bad");
    note(text("regionReading"), "good", "region");
    const found = await call("POST", `/api/fields/${item.field}/read`, { page, box }).catch((error) => note(error.message, "bad"));
    note("", "good", "region");
    if (!found || this.chosen !== item) return;
    if (!found.text && item.kind !== "checkbox") return note(text("regionNothing"), "bad");
    this.entry.show(item, found.value);
    this.entry.focus();
    this.why = text("regionWhy", { page, box: box.join(", ") });
  }

  #light(field, on) {
    this.places.get(field)?.classList.toggle("lit", on);
    this.buttons.get(field)?.classList.toggle("lit", on);
  }

  // scroll: bring the place into view too, not only the value.
  choose(field, scroll) {
    const item = this.items.get(field);
    if (this.chosen) {
      this.places.get(this.chosen.field)?.classList.remove("chosen");
      this.buttons.get(this.chosen.field)?.removeAttribute("aria-current");
    }
    this.chosen = item;
    this.why = "";
    const button = this.buttons.get(field);
    button?.setAttribute("aria-current", "true");
    button?.scrollIntoView({ block: "nearest", inline: "nearest" });
    const spot = this.places.get(field);
    spot?.classList.add("chosen");
    if (scroll) spot?.scrollIntoView({ block: "center", inline: "center" });
    this.#edit(item);
  }

  #edit(item) {
    $("editor").hidden = false;
    document.body.classList.add("editing");
    $("editlabel").textContent = item.label + (item.part === "cell" ? `, row ${this.#rowOf(item)}` : "");
    $("editcrop").replaceChildren(...(item.box ? [make("img", { alt: "", src: `/api/fields/${item.field}/crop.png` })] : []));
    this.entry.show(item, item.value);
    const why = item.status === "review" ? item.reasons.map((one) => make("li", { class: one.word }, one.told)) : [];
    $("reasons").replaceChildren(...why);
    this.entry.focus();
    this.#history(item);
  }

  #rowOf(item) {
    return (this.buttons.get(item.field)?.closest("tr").sectionRowIndex ?? item.row) + 1;
  }

  async #history(item) {
    const said = await call("GET", `/api/fields/${item.field}/history`).catch(() => []);
    if (this.chosen !== item) return;
    const line = (one) => {
      const key = one.why === "undo" ? "undoLine" : one.before === one.after ? "confirmedLine" : "historyLine";
      const at = new Date(one.at).toLocaleString();
      const why = one.why && one.why !== "undo" ? ` (${one.why})` : "";
      return make("li", {}, text(key, { at, who: one.who, before: shown(one.before), after: shown(one.after) }) + why);
    };
    $("history").replaceChildren(...(said.length ? said.reverse().map(line) : [make("li", { class: "quiet none" }, text("noHistory"))]));
  }

  #save() {
    const item = this.chosen;
    if (!item || !this.entry.allowed) return;
    const value = this.entry.value;
    const insist = this.entry.insisted || value === item.value;
    this.outbox.answer([{ field: item.field, version: item.version, value, why: this.why, insist }], item.label);
    this.#next();
  }

  #undo() {
    const item = this.chosen;
    if (item && this.outbox.version(item.field, item.version) + this.outbox.count > 1)
      this.outbox.undo([{ field: item.field, version: item.version }], item.label);
  }

  async #settled(entry, one) {
    const item = this.items.get(one.field);
    if (!one.ok) {
      const values = { label: entry.label, value: shown(one.value), message: one.message };
      note(text(one.kind === "stale" ? "stale" : one.kind === "gone" ? "staleGone" : "refused", values), "bad");
      if (one.kind === "gone" || !item) return;
    }
    const now = await call("GET", `/api/fields/${one.field}`).catch(() => null);
    if (!now) return;
    Object.assign(item, now);
    this.#redraw(item);
    if (!one.ok) this.choose(item.field, true);
    else if (this.chosen === item) this.#edit(item);
    this.#rules();
  }

  #redraw(item) {
    const kind = band(item);
    const chosen = (element, base) => `${base} ${kind}${element.classList.contains("chosen") ? " chosen" : ""}`;
    const spot = this.places.get(item.field);
    if (spot) spot.className = chosen(spot, "spot");
    const button = this.buttons.get(item.field);
    if (button) {
      button.className = chosen(button, "value");
      const told = item.value === true ? "☒" : item.value === false ? "☐" : item.value === "" ? make("i", {}, text("blank")) : item.value;
      button.querySelector(".text").replaceChildren(told);
      button.querySelector(".unseen").textContent = `, ${text(item.status)}`;
    }
    const doubts = [...this.items.values()].filter((one) => one.status === "review").length;
    $("doubts").textContent = `${doubts} ${text("review")}`;
  }

  async #rules() {
    const broken = await call("GET", `/api/documents/${this.document}/rules`).catch(() => null);
    if (!broken) return;
    document.querySelectorAll("[data-rules]").forEach((list, place) => {
      const lines = broken.filter((one) => one.place === place).map((one) => make("li", {}, `✗ ${one.message}`));
      list.replaceChildren(...(lines.length ? lines : [make("li", { class: "holds" }, `✓ ${text("rulesHold")}`)]));
    });
  }

  #zoom() {
    $("papers").classList.toggle("close");
    if (this.chosen) this.places.get(this.chosen.field)?.scrollIntoView({ block: "center", inline: "center" });
  }

  #close() {
    $("editor").hidden = true;
    document.body.classList.remove("editing");
    if (this.chosen) this.buttons.get(this.chosen.field)?.focus();
  }

  #order() {
    return [...this.buttons.keys()];
  }

  // The next value to review behind the chosen one; the screen stays where there is none.
  #next() {
    const order = this.#order();
    const at = this.chosen ? order.indexOf(this.chosen.field) : -1;
    const away = this.outbox.fields;
    const waits = (field) => this.items.get(field).status === "review" && !away.has(field);
    const next = [...order.slice(at + 1), ...order.slice(0, at + 1)].find(waits);
    if (next !== undefined) this.choose(next, true);
    else this.#close();
  }

  #step(count) {
    const order = this.#order();
    const at = order.indexOf(Number(document.activeElement.dataset?.field ?? this.chosen?.field ?? -1));
    const field = order[Math.min(order.length - 1, Math.max(0, at + count))];
    this.buttons.get(field)?.focus();
    this.#light(field, true);
    this.places.get(field)?.scrollIntoView({ block: "center", inline: "center" });
    setTimeout(() => this.#light(field, false), 1200);
  }

  #across(count) {
    const cell = document.activeElement.closest("td");
    const row = cell?.parentElement;
    if (!row) return;
    row.cells[cell.cellIndex + count]?.querySelector("button")?.focus();
  }

  #vertical(count) {
    const cell = document.activeElement.closest("td");
    const rows = cell?.closest("tbody").rows;
    const row = cell && rows[cell.parentElement.sectionRowIndex + count];
    if (row) row.cells[cell.cellIndex]?.querySelector("button")?.focus();
    else this.#step(count);
  }

  #key(event) {
    const typing = event.target.closest?.("#editor");
    if (event.key === "Escape" && !$("editor").hidden) this.#close();
    else if (event.altKey && event.key.toLowerCase() === "z") this.#undo();
    else if (event.key === "F8") this.#zoom();
    else if (typing) {
      if (event.key !== "Enter" || event.shiftKey || !event.target.closest("#entry")) return;
      this.#save();
    } else if (this.rows.key(event)) {
      // Done there.
    } else if (event.key === "ArrowDown") this.#vertical(1);
    else if (event.key === "ArrowUp") this.#vertical(-1);
    else if (event.key === "ArrowLeft") this.#across(-1);
    else if (event.key === "ArrowRight") this.#across(1);
    else if (event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey) this.#next();
    else return;
    event.preventDefault();
  }
}
