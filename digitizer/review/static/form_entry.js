// The chosen field: its keys to be changed, and what every scan gives for it.
import { make, shown, text } from "./common.js";
import { keyOf } from "./form_list.js";

export class EntryPane {
  entry = null;

  // onChange(entry, values), onRename(entry, name), onAct(name), onSpot(scan, spot), onLeave()
  constructor(root, kinds, handlers) {
    this.root = root;
    this.kinds = kinds;
    Object.assign(this, handlers);
  }

  show(entry, wrong, previews, scans) {
    const kept = this.#focused(entry);
    this.entry = entry;
    this.scans = scans;
    if (!entry) return this.root.replaceChildren();
    const table = !("kind" in entry);
    const fields = table ? [this.#text("name"), this.#lines("titles")] : this.#fields(entry);
    const act = (name, label, key) => make("button", { type: "button", onclick: () => this.onAct(name) }, label, key ? make("kbd", {}, key) : null);
    const acts = table ? [] : [act("merge", "Merge with …", "M"), act("split", "Split", "S")];
    this.found = make("ul", { class: "fscans" });
    this.offered = make("div", { class: "foffers" });
    this.root.replaceChildren(
      make("ul", { class: "rules" }, ...wrong.map((one) => make("li", {}, one.message))),
      make("form", { class: "ffields", autocomplete: "off", onsubmit: (event) => event.preventDefault() }, ...fields),
      make("div", { class: "acts" }, ...acts, act("delete", "Delete", "Del"), act("up", "↑"), act("down", "↓")),
      ...(table ? [] : [make("h3", {}, "On the scans"), this.found]),
    );
    for (const one of wrong) this.root.querySelector(`[name="${one.key}"]`)?.setAttribute("aria-invalid", "true");
    if (!table) this.tell(previews);
    if (kept) this.focus(kept);
  }

  // Another pane takes its place.
  leave() {
    this.entry = null;
    this.found = null;
  }

  // The input that has the focus, where the same field is shown again.
  #focused(entry) {
    const active = document.activeElement;
    return this.entry && entry && this.root.contains(active) && keyOf(entry.path) === keyOf(this.entry.path) ? active.name : "";
  }

  #fields(entry) {
    const kind = make("select", { name: "kind", onchange: (event) => this.onChange(entry, { kind: event.target.value }) });
    const kinds = this.kinds.includes(entry.kind) ? this.kinds : [entry.kind, ...this.kinds];
    kind.append(...kinds.map((one) => new Option(one, one, false, one === entry.kind)));
    const flag = (name, label) => {
      const box = make("input", { type: "checkbox", name, onchange: (event) => this.onChange(entry, { [name]: event.target.checked }) });
      box.checked = entry[name];
      return make("label", { class: "fflag" }, box, label);
    };
    const more = make("details", {}, make("summary", {}, "More"), this.#text("group", "Group or question over it"), this.#text("item", "Number on the form"), this.#text("near", "Text close by"), this.#text("line", "Line of the entry"), this.#text("pattern", "Pattern: ( ) is the value"), entry.kind === "code" ? null : this.#lines("words", "Typical words, one a line"), flag("optional", "Some prints lack it"), flag("stamp", "Date of the received stamp"), entry.kind === "date" ? flag("day_first", "Day before month") : null);
    more.open = EntryPane.open;
    more.addEventListener("toggle", () => (EntryPane.open = more.open));
    return [this.#text("name"), make("label", {}, "Kind", kind), this.#lines("labels", "Printed labels, one a line"), this.offeredPlace(), entry.kind === "code" ? this.#lines("values", "Possible values, one a line") : null, more];
  }

  offeredPlace() {
    this.offers = make("div", { class: "foffers", role: "group", "aria-label": text("newField"), hidden: true });
    return this.offers;
  }

  #text(name, label = "Name") {
    const { entry } = this;
    const input = make("input", { name, spellcheck: "false", autocapitalize: "off", maxlength: name === "name" ? 200 : 2000 });
    input.value = entry[name];
    const take = () => {
      if (input.value === entry[name]) return;
      if (name === "name") this.onRename(entry, input.value.trim());
      else this.onChange(entry, { [name]: input.value.trim() });
    };
    input.addEventListener("change", take);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      take();
      if (name === "name") this.onLeave();
    });
    return make("label", {}, label, input);
  }

  #lines(name, label = "Headings over it, one a line") {
    const { entry } = this;
    const area = make("textarea", { name, spellcheck: "false", rows: 1 });
    area.value = entry[name].join("\n");
    area.rows = Math.min(8, entry[name].reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 34)), 0) || 1);
    area.addEventListener("change", () => {
      const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
      if (lines.join("\n") !== entry[name].join("\n")) this.onChange(entry, { [name]: lines });
    });
    return make("label", {}, label, area);
  }

  // Other printed texts that may be the label of a new field.
  offer(labels) {
    const { entry } = this;
    const chip = (label) => make("button", { type: "button", "aria-pressed": String(entry.labels[0] === label), onclick: () => this.onChange(entry, { labels: [label] }).then(() => this.offer(labels)) }, label);
    this.offers.replaceChildren(make("span", { class: "quiet" }, text("newField")), ...labels.slice(0, 4).map(chip));
    this.offers.hidden = false;
  }

  tell(previews) {
    const key = this.entry && "kind" in this.entry && keyOf(this.entry.path);
    if (!key || !this.found) return;
    const line = (scan, k) => {
      const preview = previews.get(k + 1);
      const values = preview?.values[key] ?? [];
      const spot = values.find((one) => one.spot)?.spot ?? preview?.labels[key];
      const told = !preview || !(preview.failed || preview.values[key]) ? "…" : preview.failed ? preview.told[0] : this.#values(values, preview.labels[key]);
      return make("li", {}, make("button", { type: "button", title: scan.name, onclick: () => this.onSpot(k + 1, spot) }, make("span", { class: "quiet" }, scan.name), make("span", { class: "fgives" }, told)));
    };
    this.found.replaceChildren(...this.scans.map(line));
  }

  #values(values, label) {
    const filled = values.filter((one) => one.value !== "");
    if (filled.length) return filled.map((one) => shown(one.value)).join("\n");
    return text(label ? "blank" : "noLabelFound");
  }

  focus(name) {
    const input = this.root.querySelector(`[name="${name}"]`);
    input?.focus();
    if (name === "name") input?.select();
  }
}

EntryPane.open = false;
