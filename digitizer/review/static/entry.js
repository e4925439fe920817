// The input of a value by its kind, checked while it is typed by the server's rules.
import { call } from "./net.js";
import { make, shown, text } from "./common.js";

const CHECKED = ["date", "number", "money", "code"];
const PAUSE = 40;

export class Entry {
  #item = null;
  #check = { text: null, valid: true, value: "" };
  #timer = null;
  #warned = "";

  constructor(place, meant, onChange = () => null) {
    this.place = place;
    this.meant = meant;
    this.onChange = onChange;
  }

  show(item, value) {
    this.#item = item;
    this.#warned = "";
    this.#check = { text: null, valid: true, value: "" };
    clearTimeout(this.#timer);
    this.place.replaceChildren(item.kind === "checkbox" ? this.#tick(value) : this.#line(item, value));
    this.#tell("");
    if (CHECKED.includes(item.kind) && value) this.#look(value);
  }

  focus() {
    const target = this.place.querySelector("[data-input]");
    target?.focus({ preventScroll: true });
    if (target?.select) target.select();
  }

  get value() {
    const target = this.place.querySelector("[data-input]");
    return this.#item.kind === "checkbox" ? target.getAttribute("aria-checked") === "true" : target.value;
  }

  set value(value) {
    const target = this.place.querySelector("[data-input]");
    if (this.#item.kind === "checkbox") target.setAttribute("aria-checked", String(value));
    else {
      target.value = value;
      this.#typed();
    }
  }

  // Whether the answer may go: yes where it is of the kind, or where the person said so twice.
  get allowed() {
    const value = this.value;
    if (typeof value !== "string" || value === this.#item.value || this.#warned === value) return true;
    if (this.#check.text !== value || this.#check.valid) return true;
    this.#warned = value;
    const kind = this.#item.kind;
    this.#tell(kind === "code" ? text("notInList") : text("notOfKind", { kind }), true);
    return false;
  }

  get insisted() {
    return this.#warned !== "" && this.#warned === this.value;
  }

  #line(item, value) {
    const lines = value.includes("\n") || value.length > 36 || (item.long && ["text", "address"].includes(item.kind));
    const attributes = {
      "data-input": true,
      "data-free": item.long,
      id: "input",
      "aria-labelledby": "label editlabel",
      "aria-describedby": "meant",
      spellcheck: "false",
      autocapitalize: "off",
      maxlength: 20000,
      oninput: () => this.#typed(),
    };
    const input = make(lines ? "textarea" : "input", attributes);
    input.value = value;
    if (lines) input.rows = Math.min(8, Math.max(value.split("\n").length, Math.ceil(value.length / 60)));
    return input;
  }

  #tick(value) {
    const box = make("button", {
      "data-input": true,
      id: "input",
      type: "button",
      role: "checkbox",
      class: "tick",
      "aria-checked": String(value),
      "aria-labelledby": "label editlabel",
    });
    const flip = () => {
      box.setAttribute("aria-checked", String(box.getAttribute("aria-checked") !== "true"));
      this.onChange();
    };
    box.addEventListener("click", flip);
    return box;
  }

  #typed() {
    this.onChange();
    const value = this.value;
    if (value !== this.#warned) this.#warned = "";
    if (!CHECKED.includes(this.#item.kind)) return;
    clearTimeout(this.#timer);
    this.#tell("");
    if (value) this.#timer = setTimeout(() => this.#look(value), PAUSE);
  }

  async #look(value) {
    const item = this.#item;
    const meant = await call("POST", "/api/understand", { field: item.field, text: value }).catch(() => null);
    if (!meant || this.#item !== item || this.value !== value) return;
    this.#check = { text: value, valid: meant.valid, value: meant.value };
    if (this.#warned === value) return;
    if (!meant.valid) this.#tell(text("not" + (item.kind === "code" ? "InList" : "OfKind"), { kind: item.kind }).split(". ")[0] + ".", true);
    else if (meant.value !== value) this.#tell(text("means", { value: shown(meant.value) }));
    else this.#tell("");
  }

  #tell(message, bad = false) {
    this.meant.textContent = message;
    this.meant.classList.toggle("bad", bad);
    this.place.querySelector("[data-input]")?.setAttribute("aria-invalid", String(bad));
  }
}
