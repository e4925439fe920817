// Small things that all screens use.
import { boot } from "./net.js";

export function text(key, values = {}) {
  return boot.text[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function shown(value) {
  if (value === true) return text("yes");
  if (value === false) return text("no");
  return value === "" ? text("blank") : value;
}

// A line that goes away by itself; with a key it stands until it is taken back or replaced.
export function note(message, kind = "good", key = "") {
  const notes = document.getElementById("notes");
  if (key) notes.querySelector(`[data-key="${key}"]`)?.remove();
  if (!message) return;
  const line = make("p", { class: `note ${kind}`, "data-key": key || false }, message);
  notes.append(line);
  while (notes.children.length > 4) notes.firstChild.remove();
  if (!key) setTimeout(() => line.remove(), kind === "bad" ? 8000 : 3000);
}

export function state(message) {
  const element = document.getElementById("state");
  if (element && element.textContent !== message) element.textContent = message;
}

// Keys of the screen; none while a dialog is open.
export function onKey(handler) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    handler(event);
  });
}

// Pictures and sizes of pages, the last ones kept, so that a page that was fetched ahead is there at once.
const pages = new Map();
const KEPT = 16;

export function pageOf(documentId, page) {
  const key = `${documentId}/${page}`;
  let found = pages.get(key);
  pages.delete(key);
  if (!found) {
    const place = `/api/documents/${documentId}/pages/${page}`;
    const image = make("img", { alt: "", draggable: "false" });
    image.src = `${place}/picture.jpg?width=1400`;
    found = { image, size: null, failed: "", ready: null };
    const sized = fetch(place).then(async (answer) => {
      const data = await answer.json();
      if (!answer.ok) throw new Error(data.message);
      found.size = data;
    });
    found.ready = Promise.all([sized, image.decode()]).catch((error) => {
      found.failed = error.message;
      pages.delete(key);
    });
  }
  pages.set(key, found);
  if (pages.size > KEPT) pages.delete(pages.keys().next().value);
  return found;
}

// Places an element on a page by the box, all in shares of the page.
export function place(element, box, size, air = 0) {
  const [x, y, width, height] = box;
  const share = (part, whole) => `${(100 * part) / whole}%`;
  element.style.left = share(x - air, size.width);
  element.style.top = share(y - air, size.height);
  element.style.width = share(width + 2 * air, size.width);
  element.style.height = share(height + 2 * air, size.height);
}
