// The pages of a scan with the fields of the form on them: where each one's label stands, and what was found for it.
import { make, pageOf, place, shown, text } from "./common.js";
import { keyOf } from "./form_list.js";
import { marking } from "./region.js";

// Pixels by which names and spots may touch.
const TOUCH = 4;
const meet = (one, other) => one.left < other.right - TOUCH && other.left < one.right - TOUCH && one.top < other.bottom - TOUCH && other.top < one.bottom - TOUCH;

export class Pages {
  papers = new Map();
  shares = new Map();
  preview = null;
  chosen = null;

  // onChoose(key), onRegion(page, box)
  constructor(root, { onChoose, onRegion }) {
    this.root = root;
    this.onChoose = onChoose;
    this.onRegion = onRegion;
    // A page that grows or shrinks has other room for names.
    new ResizeObserver(() => this.#settle()).observe(root);
  }

  show(scan, count) {
    this.scan = scan;
    this.papers.clear();
    const figures = [];
    for (let page = 1; page <= count; page++) {
      const paper = make("div", { class: "paper" }, make("p", { class: "empty" }, text("loading")));
      figures.push(make("figure", { class: "paperfig" }, make("figcaption", { class: "quiet" }, text("page", { page })), paper));
      this.#load(scan, page, paper);
    }
    this.root.replaceChildren(...figures);
  }

  async #load(scan, number, paper) {
    const page = pageOf(scan, number);
    await page.ready;
    if (scan !== this.scan) return;
    if (page.failed) return paper.replaceChildren(make("p", { class: "empty" }, text("noPicture", { message: page.failed })));
    const layer = make("div", { class: "layer" });
    paper.replaceChildren(page.image, layer);
    marking(paper, page.size, (box) => this.onRegion(number, box));
    this.papers.set(number, { layer, size: page.size });
    this.#draw(number);
  }

  // preview: what was found on this scan, entries: the form's fields and columns, chosen: the key of one.
  mark(preview, entries, chosen) {
    this.preview = preview ?? null;
    this.entries = entries;
    this.chosen = chosen;
    for (const number of this.papers.keys()) this.#draw(number);
  }

  #draw(number) {
    const { layer, size } = this.papers.get(number);
    if (!this.preview) return layer.replaceChildren();
    const spots = [];
    for (const entry of this.entries) {
      if (!("kind" in entry)) continue;
      const key = keyOf(entry.path);
      const label = this.preview.labels[key];
      const values = (this.preview.values[key] ?? []).filter((one) => one.spot?.page === number);
      if (label?.page === number) spots.push(this.#spot(entry, key, label.box, size, "label", entry.name));
      for (const one of values) spots.push(this.#spot(entry, key, one.spot.box, size, "found", `${entry.name}: ${shown(one.value)}`));
      // A value whose label was not found bears the name itself.
      if (values.length && label?.page !== number) spots.at(-values.length).append(make("span", { class: "tag" }, entry.name));
    }
    layer.replaceChildren(...spots);
    this.#settle();
  }

  // A name stands above its spot, below it or beside it, where there is no other; without room it shows when pointed at.
  #settle() {
    for (const { layer } of this.papers.values()) {
      const frame = layer.getBoundingClientRect();
      const spots = [...layer.children].map((spot) => [spot, spot.getBoundingClientRect()]);
      const tags = spots.flatMap(([spot, at]) => [...spot.querySelectorAll(".tag")].map((tag) => ({ tag, spot, at, size: [tag.offsetWidth, tag.offsetHeight] })));
      const taken = [];
      for (const { tag, spot, at, size: [width, height] } of tags) {
        const sides = { above: [at.left, at.top - height], below: [at.left, at.bottom], beside: [at.right, at.top] };
        const free = Object.entries(sides).find(([, [left, top]]) => {
          const box = { left, top, right: left + width, bottom: top + height };
          const within = left >= frame.left && box.right <= frame.right && top >= frame.top && box.bottom <= frame.bottom;
          if (!within || taken.some((other) => meet(box, other)) || spots.some(([one, other]) => one !== spot && meet(box, other))) return false;
          return taken.push(box);
        });
        tag.className = `tag ${free?.[0] ?? "noroom"}`;
      }
    }
  }

  #spot(entry, key, box, size, what, title) {
    const classes = `fspot ${what} ${entry.kind === "checkbox" ? "tickbox" : entry.path.length > 2 ? "incolumn" : ""} ${key === this.chosen ? "chosen" : ""}`;
    const spot = make("button", { type: "button", class: classes, tabindex: "-1", title, "aria-label": title, "data-key": key });
    place(spot, box, size, size.width / 400);
    if (what === "label") spot.append(make("span", { class: "tag" }, entry.name));
    spot.addEventListener("click", () => this.onChoose(key));
    return spot;
  }

  choose(key, scroll) {
    this.chosen = key;
    let first = null;
    for (const spot of this.root.querySelectorAll(".fspot")) {
      const on = spot.dataset.key === key;
      spot.classList.toggle("chosen", on);
      if (on) first ??= spot;
    }
    if (scroll) first?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // Before which of the fields a new one goes that stands there: where the fewest are out of the order of the page.
  before(fields, page, box) {
    const earlier = fields.map((field) => this.#isEarlier(keyOf(field.path), page, box));
    let wrong = earlier.filter((one) => one === true).length;
    let [best, least] = [0, wrong];
    earlier.forEach((one, k) => {
      wrong += one === true ? -1 : one === false ? 1 : 0;
      if (wrong < least) [best, least] = [k + 1, wrong];
    });
    return earlier.includes(true) || earlier.includes(false) ? best : fields.length;
  }

  // Whether a field comes before a place as one reads; null where it was not found.
  #isEarlier(key, page, [x, y, , height]) {
    const spot = this.preview?.labels[key] ?? this.preview?.values[key]?.[0]?.spot;
    if (!spot) return null;
    const [left, top, , tall] = spot.box;
    const level = Math.abs(top + tall / 2 - y - height / 2) < Math.max(height, tall) / 2;
    return spot.page < page || (spot.page === page && (level ? left <= x : top < y));
  }

  zoom() {
    this.root.parentElement.classList.toggle("close");
    this.root.querySelector(".fspot.chosen")?.scrollIntoView({ block: "center", inline: "center" });
  }
}
