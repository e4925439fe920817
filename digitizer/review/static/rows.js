// Rows of tables by keyboard: added, removed, joined, split, taken back. The page is then shown anew, where it was.
import { call } from "./net.js";
import { note, text } from "./common.js";

const KEYS = { a: "below", A: "above", Delete: "remove", j: "merge", s: "split", u: "undo" };
const WANTED = "digitizer.row";

export class Rows {
  // waiting(): whether answers are on their way still, which would come too late for rows that are no more.
  constructor(waiting) {
    this.waiting = waiting;
    for (const button of document.querySelectorAll("[data-rows]"))
      button.addEventListener("click", () => this.#change(button.closest("[data-table]"), 0, button.dataset.rows));
    this.#comeBack();
  }

  // Whether the key was one for rows. event: with the focus in a table.
  key(event) {
    const what = KEYS[event.key];
    const table = event.target.closest?.("table[data-table]");
    if (!what || !table || event.ctrlKey || event.metaKey || event.altKey) return false;
    this.#change(table, Number(event.target.closest("tr").dataset.row), what);
    return true;
  }

  async #change(table, row, what) {
    if (this.waiting()) return note(text("rowsWait"), "bad");
    const { record, table: name, version } = table.dataset;
    const body = { record: Number(record), table: name, what, row, version: Number(version) };
    const place = { record, table: name, row, at: this.#place(table, row) };
    try {
      const now = await call("POST", "/api/rows", body);
      if (now.added !== null && what !== "split") Object.assign(place, { row: now.added, edit: true });
    } catch (error) {
      if (error.status !== 409) return note(text("rowsRefused", { message: error.message }), "bad");
      place.stale = true;
    }
    place.top = document.querySelector(".doc .values").scrollTop;
    sessionStorage.setItem(WANTED, JSON.stringify(place));
    location.hash = "";
    location.reload();
  }

  #place(table, row) {
    return [...table.querySelectorAll("tbody tr")].findIndex((one) => Number(one.dataset.row) === row);
  }

  #comeBack() {
    const wanted = JSON.parse(sessionStorage.getItem(WANTED) ?? "null");
    sessionStorage.removeItem(WANTED);
    if (!wanted) return;
    if (wanted.stale) note(text("rowsStale"), "bad");
    document.querySelector(".doc .values").scrollTop = wanted.top;
    const tables = [...document.querySelectorAll("[data-table]")];
    const table = tables.find((one) => one.dataset.record === wanted.record && one.dataset.table === wanted.table);
    const rows = [...(table?.querySelectorAll("tbody tr") ?? [])];
    const row = rows.find((one) => Number(one.dataset.row) === wanted.row) ?? rows[Math.min(wanted.at, rows.length - 1)];
    const button = row?.querySelector("button") ?? table?.querySelector("button");
    button?.focus();
    if (wanted.edit) button?.click();
  }
}
