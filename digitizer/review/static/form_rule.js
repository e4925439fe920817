// The chosen rule: its kind, what it is over, and what else its kind needs.
import { make, text } from "./common.js";
import { keyOf } from "./form_list.js";

// Of fields and columns together, and of columns alone.
const MIXED = "sum";
const TABLES = [MIXED, "running_total"];

export class RulePane {
  // kinds: by name, what a rule of it says; onChange(rule, values), onAct(name)
  constructor(root, kinds, handlers) {
    this.root = root;
    this.kinds = kinds;
    Object.assign(this, handlers);
  }

  show(rule, outline, wrong) {
    const active = this.root.contains(document.activeElement) ? document.activeElement.name : "";
    const kept = this.shown === keyOf(rule.path) ? active : "";
    this.shown = keyOf(rule.path);
    this.outline = outline;
    const act = (name, label, key) => make("button", { type: "button", onclick: () => this.onAct(name) }, label, key ? make("kbd", {}, key) : null);
    const extra = { range: [this.#text(rule, "least", "Least"), this.#text(rule, "most", "Most")], running_total: [this.#texts(rule, "minus", "Signs of what goes down, one a line"), this.#texts(rule, "by", "Columns that keep totals apart, one a line")] };
    this.root.replaceChildren(
      make("ul", { class: "rules" }, ...wrong.map((one) => make("li", {}, one.message))),
      make("form", { class: "ffields", autocomplete: "off", onsubmit: (event) => event.preventDefault() }, this.#kind(rule), this.#over(rule), this.#fields(rule), ...(extra[rule.rule] ?? [])),
      make("div", { class: "acts" }, act("delete", "Delete", "Del"), act("up", "↑"), act("down", "↓")),
    );
    for (const one of wrong) this.root.querySelector(`[name="${one.key === "fields" ? "field0" : one.key}"]`)?.setAttribute("aria-invalid", "true");
    if (kept) this.root.querySelector(`[name="${kept}"]`)?.focus();
  }

  #kind(rule) {
    const select = make("select", { name: "rulekind", onchange: (event) => this.#change(rule, this.#fitting(rule, event.target.value)) });
    const kinds = Object.keys(this.kinds);
    const all = kinds.includes(rule.rule) ? kinds : [rule.rule, ...kinds];
    select.append(...all.map((kind) => new Option(this.kinds[kind] ? `${kind}: ${this.kinds[kind]}` : kind, kind, false, kind === rule.rule)));
    return make("label", {}, "Kind", select);
  }

  // The rule as one of another kind: what that kind does not know is left out.
  #fitting(rule, kind) {
    const table = TABLES.includes(kind) && !rule.table ? (this.outline.grids[0]?.name ?? "") : rule.table;
    const values = { kind, table, fields: table === rule.table ? rule.fields : this.#names(table).slice(0, 1) };
    if (kind !== "range") Object.assign(values, { least: "", most: "" });
    if (kind !== "running_total") Object.assign(values, { minus: [], by: [] });
    return values;
  }

  #over(rule) {
    const select = make("select", { name: "table", onchange: (event) => this.#change(rule, { table: event.target.value, fields: this.#names(event.target.value).slice(0, 1) }) });
    const tables = this.outline.grids.map((grid) => grid.name);
    if (rule.table && !tables.includes(rule.table)) tables.push(rule.table);
    select.append(new Option(text("ofForm"), "", false, !rule.table), ...tables.map((name) => new Option(name, name, false, name === rule.table)));
    return make("label", {}, "Over", select);
  }

  // The fields in their order, one below the other; the last line adds one.
  #fields(rule) {
    const line = (name, k) => make("div", { class: "rulefield" }, this.#choice(rule, name, k), make("button", { type: "button", title: text("remove", { name }), "aria-label": text("remove", { name }), onclick: () => this.#change(rule, { fields: rule.fields.filter((_, j) => j !== k) }) }, "×"));
    const more = this.#choice(rule, "", rule.fields.length);
    return make("fieldset", { class: "rulefields" }, make("legend", {}, "Fields"), ...rule.fields.map(line), more);
  }

  #choice(rule, name, k) {
    const take = (event) => {
      const fields = [...rule.fields];
      fields[k] = event.target.value;
      if (event.target.value) this.#change(rule, { fields });
    };
    const select = make("select", { name: `field${k}`, "aria-label": text("position", { number: k + 1 }), onchange: take });
    // The last field of a sum is the form's.
    const names = this.#names(rule.rule === MIXED && k === 1 ? "" : rule.table);
    if (name && !names.includes(name)) names.unshift(name);
    if (!name) select.append(new Option(text("addOne"), "", true, true));
    select.append(...names.filter((one) => one === name || rule.rule === MIXED || !rule.fields.includes(one)).map((one) => new Option(one, one, false, one === name)));
    return select;
  }

  #names(table) {
    const items = table ? (this.outline.grids.find((grid) => grid.name === table)?.columns ?? []) : this.outline.entries;
    return [...new Set(items.map((one) => one.name).filter(Boolean))];
  }

  #text(rule, name, label) {
    const input = make("input", { name, spellcheck: "false", maxlength: 100 });
    input.value = rule[name];
    input.addEventListener("change", () => this.#change(rule, { [name]: input.value.trim() }));
    return make("label", {}, label, input);
  }

  #texts(rule, name, label) {
    const area = make("textarea", { name, spellcheck: "false", rows: Math.max(1, rule[name].length) });
    area.value = rule[name].join("\n");
    area.addEventListener("change", () => this.#change(rule, { [name]: area.value.split("\n").map((one) => one.trim()).filter(Boolean) }));
    return make("label", {}, label, area);
  }

  #change(rule, values) {
    this.onChange(rule, values);
  }

  focus() {
    this.root.querySelector('[name="rulekind"]')?.focus();
  }
}
