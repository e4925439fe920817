// What the screen knows of a definition, and how it goes from one state of it to the next.
import { keyOf } from "./form_list.js";

// All that can be chosen, in the list's order.
export function all(outline) {
  return [...outline.entries, ...outline.grids.flatMap((grid) => [grid, ...grid.columns]), ...outline.rules];
}

// Until a change has been tried, what was found before stays at the fields that it was found for, wherever they are now.
export function carry(preview, before, after, renamed) {
  if (renamed) return;
  const named = (outline) => [...outline.entries.map((e) => [`/${e.name}`, e]), ...outline.grids.flatMap((g) => g.columns.map((c) => [`${g.name}/${c.name}`, c]))];
  const old = new Map(named(before));
  const values = {};
  const labels = {};
  for (const [name, entry] of named(after)) {
    const was = old.get(name) && keyOf(old.get(name).path);
    if (was && preview.values[was]) values[keyOf(entry.path)] = preview.values[was];
    if (was && preview.labels[was]) labels[keyOf(entry.path)] = preview.labels[was];
  }
  Object.assign(preview, { values, labels });
}
