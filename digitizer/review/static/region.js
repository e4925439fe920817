// Dragging over a page marks a part of it, which is then read for the chosen value.
import { make } from "./common.js";

const LEAST = 6;

// onRegion(box): x, y, width, height in pixels of the scan.
export function marking(paper, size, onRegion) {
  let from = null;
  let mark = null;
  const at = (event) => {
    const frame = paper.getBoundingClientRect();
    const within = (value, most) => Math.min(Math.max(value, 0), most);
    return [within(event.clientX - frame.left, frame.width), within(event.clientY - frame.top, frame.height)];
  };
  const drop = () => {
    mark?.remove();
    from = mark = null;
  };
  paper.addEventListener("pointerdown", (event) => {
    if (event.button === 0) from = at(event);
  });
  paper.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    if (!mark && Math.hypot(to[0] - from[0], to[1] - from[1]) < LEAST) return;
    if (!mark) {
      mark = make("div", { class: "region" });
      paper.append(mark);
      paper.setPointerCapture(event.pointerId);
    }
    mark.style.left = `${Math.min(from[0], to[0])}px`;
    mark.style.top = `${Math.min(from[1], to[1])}px`;
    mark.style.width = `${Math.abs(to[0] - from[0])}px`;
    mark.style.height = `${Math.abs(to[1] - from[1])}px`;
  });
  paper.addEventListener("pointerup", (event) => {
    if (!mark) return drop();
    const to = at(event);
    const scale = size.width / paper.getBoundingClientRect().width;
    const box = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    drop();
    // The click that follows would choose the value under the pointer.
    paper.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
    onRegion(box.map((one) => Math.round(one * scale)));
  });
  paper.addEventListener("pointercancel", drop);
}
