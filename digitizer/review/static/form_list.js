// The list of a form's fields, in the order of the file, each with what the scan on the screen gives.
import { make, shown, text } from "./common.js";

export function keyOf(path) {
  return path.join("/");
}

export class List {
  rows = new Map();
  lost = new Set();

  // onChoose(entry)
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
  }

  draw(outline, previews, scan, count) {
    this.rows.clear();
    this.lost.clear();
    const wrong = new Map(outline.wrong.map((one) => [keyOf(one.path), one.message]));
    const line = (entry) => this.#row(entry, wrong.get(keyOf(entry.path)), previews, scan, count);
    const parts = outline.entries.map(line);
    for (const grid of outline.grids) parts.push(this.#head(grid, wrong.get(keyOf(grid.path))), ...grid.columns.map(line));
    parts.push(...outline.rules.map((rule) => this.#rule(rule, wrong.get(keyOf(rule.path)))));
    if (!parts.length) parts.push(make("p", { class: "empty" }, text("empty")));
    this.root.replaceChildren(...parts);
    this.choose(this.chosen);
  }

  #head(grid, wrong) {
    const key = keyOf(grid.path);
    const title = make("span", { class: "fname" }, grid.name);
    const row = make("div", { class: `frow ftable ${wrong ? "bad" : ""}`, role: "option", id: `row-${key}`, "aria-selected": "false" }, make("span", { class: "fkind" }, "table"), title, make("span", { class: "flabel" }, wrong ?? grid.titles.join(" / ")));
    return this.#add(key, row, grid);
  }

  #rule(rule, wrong) {
    const key = keyOf(rule.path);
    const over = rule.fields.join(", ");
    const row = make("div", { class: `frow frule ${wrong ? "bad" : ""}`, role: "option", id: `row-${key}`, "aria-selected": "false", title: over }, make("span", { class: "fkind" }, "rule"), make("span", { class: "rname" }, rule.rule || "?"), make("span", { class: "fvalue" }, rule.table), make("span", { class: "flabel" }, wrong ?? over));
    return this.#add(key, row, rule);
  }

  #row(entry, wrong, previews, scan, count) {
    const key = keyOf(entry.path);
    const tried = [...previews.values()].filter((one) => one.values[key]);
    const found = tried.filter((one) => one.labels[key] || (one.values[key] ?? []).some((value) => value.spot)).length;
    if (tried.length === count && !found && !entry.stamp) this.lost.add(key);
    const row = make("div", { class: `frow ${entry.path.length > 2 ? "fcolumn" : ""} ${wrong ? "bad" : ""}`, role: "option", id: `row-${key}`, "aria-selected": "false", title: entry.name },
      make("span", { class: `fkind ${entry.kind}` }, entry.kind || "?"),
      make("span", { class: "fname" }, entry.name || "?"),
      make("span", { class: "fvalue" }, ...this.#value(previews.get(scan), key)),
      make("span", { class: "flabel" }, wrong ?? (this.lost.has(key) ? text("noLabelFound") + ": " : "") + entry.labels.join(" / ")),
    );
    if (this.lost.has(key)) row.classList.add("lost");
    return this.#add(key, row, entry);
  }

  #value(preview, key) {
    const values = preview?.values[key];
    if (!values) return [];
    if (values.length > 1) return [text("rows", { count: values.length })];
    const [one] = values;
    if (!one || one.value === "") return [make("i", {}, text(one ? "blank" : "nothing"))];
    if (typeof one.value === "boolean") return [one.value ? "☒" : "☐"];
    return [shown(one.value).replaceAll("\n", " ⏎ ")];
  }

  #add(key, row, entry) {
    row.addEventListener("click", () => {
      this.onChoose(entry);
      this.focus();
    });
    this.rows.set(key, row);
    return row;
  }

  choose(key) {
    this.rows.get(this.chosen)?.setAttribute("aria-selected", "false");
    this.chosen = key;
    const row = this.rows.get(key);
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.root.setAttribute("aria-activedescendant", row.id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  beside(entries, step) {
    const at = entries.findIndex((entry) => keyOf(entry.path) === this.chosen);
    return entries[Math.min(entries.length - 1, Math.max(0, at + step))] ?? null;
  }

  // Whether a field's label and value were found on no scan at all.
  isLost(key) {
    return this.lost.has(key);
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  wait(on) {
    this.root.setAttribute("aria-busy", String(on));
  }
}
