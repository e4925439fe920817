// The form editor: a definition beside its scans. Its text is kept here; the server changes it and tries it.
import { call } from "./net.js";
import { note, onKey, state, text } from "./common.js";
import { EntryPane } from "./form_entry.js";
import { List, keyOf } from "./form_list.js";
import { all, carry } from "./form_outline.js";
import { Pages } from "./form_page.js";
import { RulePane } from "./form_rule.js";

const $ = (id) => document.getElementById(id);
const PATIENCE = 600000;

export function start() {
  new FormScreen(JSON.parse($("boot-form").textContent)).begin();
}

class FormScreen {
  past = [];
  future = [];
  previews = new Map();
  chosen = null;
  merging = null;
  tabling = false;
  version = 0;
  queue = Promise.resolve();

  constructor(boot) {
    this.scans = boot.scans;
    this.saved = boot.saved;
    this.outline = boot.outline;
    this.savedText = boot.outline.text;
    this.list = new List($("list"), (entry) => this.choose(entry, true));
    this.entry = new EntryPane($("fieldpane"), boot.kinds, {
      onChange: (entry, values) => this.do({ do: "change", path: entry.path, values }),
      onRename: (entry, name) => this.do({ do: "rename", path: entry.path, name }),
      onAct: (name) => this.act(name),
      onSpot: (scan, spot) => this.look(scan, spot),
      onLeave: () => this.list.focus(),
    });
    this.rule = new RulePane($("fieldpane"), boot.ruleKinds, {
      onChange: (rule, values) => this.do({ do: "change", path: rule.path, values }),
      onAct: (name) => this.act(name),
    });
    this.pages = new Pages($("pages"), {
      onChoose: (key) => this.choose(this.find(key), false),
      onRegion: (page, box) => (this.tabling ? this.#table(page, box) : this.point(page, box)),
    });
  }

  begin() {
    $("scan").append(...this.scans.map((scan, k) => new Option(`${k + 1}. ${scan.name}`, String(k + 1))));
    $("scan").addEventListener("change", () => this.show(Number($("scan").value)));
    for (const name of ["undo", "redo", "save", "zoom", "add", "table", "rule"]) $(name).addEventListener("click", () => this.act(name));
    $("tab-fields").addEventListener("click", () => this.view("fields"));
    $("tab-yaml").addEventListener("click", () => this.view("yaml"));
    let pause = null;
    $("yamltext").addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.typed(), 500);
    });
    onKey((event) => this.key(event));
    addEventListener("beforeunload", (event) => {
      if (this.outline.text !== this.savedText) event.preventDefault();
    });
    this.show(1);
    this.draw();
    this.choose(this.entries()[0] ?? null, false);
    if (this.outline.shown) this.list.focus();
    else this.view("yaml");
  }

  entries() {
    return all(this.outline);
  }

  find(key) {
    return this.entries().find((entry) => keyOf(entry.path) === key) ?? null;
  }

  // One change after the other, each of what the one before has left.
  do(operation) {
    this.queue = this.queue.then(() => this.#do(operation)).catch((error) => note(text("notDone", { message: error.message }), "bad"));
    return this.queue;
  }

  async #do(operation) {
    const told = await call("POST", "/api/edit", { text: this.outline.text, operation }, PATIENCE);
    if (told.outline.text === this.outline.text) return null;
    this.past.push({ outline: this.outline, path: this.chosen?.path ?? null });
    this.future = [];
    this.#take(told.outline, told.path, operation.do === "rename");
    if (told.note) note(told.note);
    return told;
  }

  // renamed: paths are as before, names are not.
  #take(outline, path, renamed = false) {
    const before = this.outline;
    this.outline = outline;
    if (outline.shown) for (const preview of this.previews.values()) carry(preview, before, outline, renamed);
    this.draw();
    const at = path ? keyOf(path) : null;
    this.choose((at && this.find(at)) ?? this.near(before) ?? null, false);
    this.try();
  }

  // What stands where the chosen one stood.
  near(before) {
    if (!this.chosen) return null;
    const at = all(before).findIndex((entry) => keyOf(entry.path) === keyOf(this.chosen.path));
    return this.entries()[Math.min(at, this.entries().length - 1)];
  }

  draw() {
    const { wrong, text: yaml } = this.outline;
    if (this.outline.shown) this.list.draw(this.outline, this.previews, this.scan, this.scans.length);
    if ($("yamltext").value !== yaml) $("yamltext").value = yaml;
    $("yamlwrong").replaceChildren(...wrong.map((one) => this.#line(one)));
    const clean = yaml === this.savedText;
    $("savestate").textContent = wrong.length ? text("problems", { count: wrong.length }) : text(clean ? "isSaved" : "unsaved");
    $("savestate").classList.toggle("bad", wrong.length > 0);
    $("undo").disabled = !this.past.length;
    $("redo").disabled = !this.future.length;
    this.pages.mark(this.previews.get(this.scan), this.entries(), this.chosen && keyOf(this.chosen.path));
  }

  #line(one) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text("yamlWrong", one);
    button.addEventListener("click", () => {
      const lines = this.outline.text.split("\n");
      const from = lines.slice(0, one.line - 1).join("\n").length + (one.line > 1 ? 1 : 0) + one.column - 1;
      this.#seek(from);
    });
    item.append(button);
    return item;
  }

  choose(entry, scroll) {
    if (this.merging && entry && keyOf(entry.path) !== keyOf(this.merging.path)) return this.#merge(entry);
    this.chosen = entry;
    const key = entry && keyOf(entry.path);
    this.list.choose(key);
    if (entry && "rule" in entry) {
      this.entry.leave();
      this.rule.show(entry, this.outline, this.#problems(key));
    } else this.entry.show(entry, this.#problems(key), this.previews, this.scans);
    this.pages.choose(key, scroll);
    this.#hint();
  }

  #problems(key) {
    return this.outline.wrong.filter((one) => keyOf(one.path) === key);
  }

  #hint() {
    const column = this.chosen?.path.length === 4;
    const table = this.outline.grids[this.chosen?.path[1]]?.name;
    if (this.merging) $("hint").textContent = text("mergeHint", { name: this.merging.name });
    else if (this.tabling) $("hint").textContent = text("tableHint");
    else $("hint").textContent = column ? text("addColumn", { name: table }) : text("addHint");
    $("hint").classList.toggle("strong", Boolean(this.merging) || this.tabling);
    $("table").setAttribute("aria-pressed", String(this.tabling));
  }

  #merge(other) {
    const one = this.merging;
    this.merging = null;
    if (one.path.slice(0, -1).join() !== other.path.slice(0, -1).join() || !("kind" in other)) {
      note(text("mergeApart"), "bad");
      return this.choose(one, false);
    }
    return this.do({ do: "merge", path: one.path, other: other.path, scan: this.scan });
  }

  async #table(page, box) {
    this.list.wait(true);
    const told = await this.do({ do: "table", scan: this.scan, page, box });
    this.list.wait(false);
    if (!told) return;
    this.tabling = false;
    this.#hint();
    this.entry.focus("name");
  }

  // A rule over the chosen field or column, to be made what it is to be.
  async #check() {
    const at = this.chosen?.path ?? [];
    const grid = at[0] === "tables" ? this.outline.grids[at[1]] : null;
    const chosen = this.chosen && "kind" in this.chosen ? this.chosen : (grid?.columns ?? this.outline.entries)[0];
    if (!chosen) return note(text("noFields"), "bad");
    await this.do({ do: "rule", kind: "required", table: grid?.name ?? "", fields: [chosen.name] });
    return this.rule.focus();
  }

  async point(page, box) {
    const column = this.chosen?.path.length === 4;
    const where = column ? this.chosen.path.slice(0, 3) : ["fields"];
    const index = column ? this.chosen.path[3] + 1 : this.pages.before(this.outline.entries, page, box);
    this.list.wait(true);
    const told = await this.do({ do: "point", where, index, scan: this.scan, page, box });
    this.list.wait(false);
    if (!told) return;
    if (told.labels.length > 1) this.entry.offer(told.labels);
    if (!told.labels.length) note(text("noLabel"), "bad");
    this.entry.focus(told.labels.length ? "name" : "labels");
  }

  show(scan) {
    this.scan = scan;
    $("scan").value = String(scan);
    this.pages.show(scan, this.scans[scan - 1].pages);
    this.draw();
    this.#remarks();
    if (!this.previews.get(scan)) this.try();
  }

  look(scan, spot) {
    if (scan !== this.scan) this.show(scan);
    this.pages.choose(this.chosen && keyOf(this.chosen.path), Boolean(spot));
  }

  #remarks() {
    const told = this.previews.get(this.scan)?.told ?? [];
    $("remarks").replaceChildren(...told.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  }

  // Tries the definition on every scan, the one on the screen first; a newer change breaks it off.
  async try() {
    const version = ++this.version;
    if (this.outline.wrong.length) return state(text("wrong"));
    const order = [this.scan, ...this.scans.map((_, k) => k + 1).filter((k) => k !== this.scan)];
    for (const scan of order) {
      const name = this.scans[scan - 1].name;
      state(text(this.previews.has(scan) ? "trying" : "reading", { name }));
      const found = await call("POST", "/api/preview", { text: this.outline.text, scan }, PATIENCE).catch((error) => ({
        scan, known: false, values: {}, labels: {}, pages: [], told: [error.message], failed: true,
      }));
      if (version !== this.version) return;
      this.previews.set(scan, found);
      this.draw();
      this.entry.tell(this.previews);
      if (scan === this.scan) this.#remarks();
    }
    state(text("upToDate", { count: order.length }));
  }

  view(name) {
    for (const one of ["fields", "yaml"]) {
      $(one).hidden = one !== name;
      $(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    }
    $(name === "yaml" ? "yamltext" : "list").focus({ preventScroll: true });
    if (name === "yaml" && this.chosen) this.#seek(this.outline.text.indexOf(this.chosen.name ? `name: ${this.chosen.name}` : "\nrules:"));
  }

  // Shows a place of the text, by its letters from the beginning.
  #seek(from) {
    const area = $("yamltext");
    const line = area.value.slice(0, Math.max(0, from)).split("\n").length;
    area.focus({ preventScroll: true });
    area.setSelectionRange(Math.max(0, from), Math.max(0, from) + 1);
    area.scrollTop = Math.max(0, line - 8) * parseFloat(getComputedStyle(area).lineHeight);
    area.scrollLeft = 0;
  }

  async typed() {
    const written = $("yamltext").value;
    if (written === this.outline.text) return;
    const told = await call("POST", "/api/edit", { text: written }).catch((error) => note(error.message, "bad"));
    if (!told || $("yamltext").value !== written) return;
    this.past.push({ outline: this.outline, path: this.chosen?.path ?? null });
    this.future = [];
    const kept = told.outline.shown ? told.outline : { ...this.outline, text: written, wrong: told.outline.wrong };
    this.#take(kept, this.chosen?.path ?? null);
  }

  #step(from, to, told) {
    const last = from.pop();
    if (!last) return note(text("nothingToUndo"));
    to.push({ outline: this.outline, path: this.chosen?.path ?? null });
    this.#take(last.outline, last.path);
    return note(text(told));
  }

  async save() {
    // What is still being typed counts.
    if ($("fieldpane").contains(document.activeElement)) document.activeElement.blur();
    if (!$("yaml").hidden) await this.typed();
    await this.queue;
    if (this.outline.wrong.length) {
      const first = this.outline.wrong[0];
      const entry = this.find(keyOf(first.path));
      note(first.message, "bad");
      if (entry) this.choose(entry, false);
      else this.view("yaml");
      return;
    }
    const written = this.outline.text;
    try {
      this.saved = (await call("PUT", "/api/form", { text: written, before: this.saved })).saved;
      this.savedText = written;
      note(text("saved"));
    } catch (error) {
      if (error.status === 409) this.saved = (await call("GET", "/api/form")).saved;
      note(error.status === 409 ? text("changedOnDisk") : error.message, "bad");
    }
    this.draw();
  }

  act(name) {
    const entry = this.chosen;
    const index = entry?.path.at(-1);
    const where = entry?.path.slice(0, -1);
    if (name === "undo") this.#step(this.past, this.future, "undone");
    else if (name === "redo") this.#step(this.future, this.past, "redone");
    else if (name === "save") this.save();
    else if (name === "zoom") this.pages.zoom();
    else if (name === "add") this.#add();
    else if (name === "rule") this.#check();
    else if (name === "table") {
      this.tabling = !this.tabling;
      this.#hint();
    }
    else if (!entry) return;
    else if (name === "delete") this.do({ do: "delete", path: entry.path }).then(() => this.list.focus());
    else if (name === "up" && index > 0) this.do({ do: "move", path: entry.path, index: index - 1 });
    else if (name === "down" && this.find(keyOf([...where, index + 1]))) this.do({ do: "move", path: entry.path, index: index + 1 });
    else if (!("kind" in entry)) return;
    else if (name === "split") this.do({ do: "split", path: entry.path, samples: this.#samples(entry) });
    else if (name === "merge") {
      this.merging = entry;
      this.#hint();
      this.list.focus();
    }
  }

  async #add() {
    const column = this.chosen && this.chosen.path[0] === "tables";
    const at = this.chosen?.path ?? [];
    const where = column ? [...at.slice(0, 2), "columns"] : ["fields"];
    const last = at[0] === "fields" ? at[1] : this.outline.entries.length - 1;
    const index = column ? (at[3] ?? -1) + 1 : last + 1;
    if (await this.do({ do: "add", where, index })) this.entry.focus("labels");
  }

  #samples(entry) {
    const found = [...this.previews.values()].flatMap((preview) => preview.values[keyOf(entry.path)] ?? []);
    return found.map((one) => one.value).filter((value) => typeof value === "string" && value).slice(0, 50);
  }

  #next() {
    const all = this.entries();
    const from = all.findIndex((entry) => this.chosen && keyOf(entry.path) === keyOf(this.chosen.path));
    const odd = (entry) => this.#problems(keyOf(entry.path)).length || ("kind" in entry && this.list.isLost(keyOf(entry.path)));
    const next = [...all.slice(from + 1), ...all.slice(0, from + 1)].find(odd);
    if (next) this.choose(next, true);
  }

  key(event) {
    const typing = event.target.closest("input, textarea, select");
    const held = event.ctrlKey || event.metaKey;
    const low = event.key.toLowerCase();
    if (held && low === "s") this.save();
    else if (event.key === "F8") this.pages.zoom();
    else if (event.key === "Escape" && (this.merging || this.tabling)) {
      this.merging = null;
      this.tabling = false;
      this.#hint();
    } else if (event.key === "Escape" && typing) this.list.focus();
    else if (typing) return;
    else if (held && low === "z") this.act(event.shiftKey ? "redo" : "undo");
    else if (held) return;
    else if (event.altKey && event.key === "ArrowUp") this.act("up");
    else if (event.altKey && event.key === "ArrowDown") this.act("down");
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.choose(this.list.beside(this.entries(), event.key === "ArrowDown" ? 1 : -1), true);
    else if (event.key === "F2" || (event.key === "Enter" && !event.target.closest("button"))) this.entry.focus("name");
    else if (event.key === "Delete") this.act("delete");
    else if (event.key === "Insert") this.act("add");
    else if (low === "m") this.act("merge");
    else if (low === "s") this.act("split");
    else if (low === "t") this.act("table");
    else if (low === "r") this.act("rule");
    else if (low === "n") this.#next();
    else return;
    event.preventDefault();
  }
}
