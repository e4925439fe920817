"use strict";
// Points from a value to its place on the page and back. Everything works without it but the highlight.
const partners = new Map();
for (const element of document.querySelectorAll("[data-v]")) {
  const key = element.dataset.v;
  if (!partners.has(key)) partners.set(key, []);
  partners.get(key).push(element);
}
let lit = null;
const loupe = document.getElementById("loupe");

function magnify(box) {
  const frame = box.closest(".scan").getBoundingClientRect();
  const image = box.closest(".page").querySelector("img");
  const canvas = loupe.querySelector("canvas");
  loupe.style.left = `${frame.left}px`;
  loupe.style.width = `${frame.width}px`;
  loupe.classList.add("on");
  const view = canvas.getBoundingClientRect();
  canvas.width = Math.round(view.width * devicePixelRatio);
  canvas.height = Math.round(view.height * devicePixelRatio);
  const place = { x: box.x.baseVal.value, y: box.y.baseVal.value, w: box.width.baseVal.value, h: box.height.baseVal.value };
  const scale = image.naturalWidth / box.ownerSVGElement.viewBox.baseVal.width;
  const zoom = Math.min(canvas.width / (place.w * scale * 1.15), canvas.height / (place.h * scale * 1.5), 2.5 * devicePixelRatio);
  const width = canvas.width / zoom, height = canvas.height / zoom;
  const left = (place.x + place.w / 2) * scale - width / 2, top = (place.y + place.h / 2) * scale - height / 2;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
  pen.strokeStyle = "#0969da";
  pen.lineWidth = 2;
  pen.strokeRect((place.x * scale - left) * zoom, (place.y * scale - top) * zoom, place.w * scale * zoom, place.h * scale * zoom);
}

function bringIntoView(box) {
  const scan = box.closest(".scan");
  const frame = scan.getBoundingClientRect(), place = box.getBoundingClientRect();
  if (place.top < frame.top + 20 || place.bottom > frame.bottom - 150) {
    scan.scrollTop += place.top - frame.top - frame.height / 3;
  }
}

function light(key, fromBox) {
  if (key === lit) return;
  for (const element of partners.get(lit) || []) element.classList.remove("lit");
  loupe.classList.remove("on");
  lit = key;
  for (const element of partners.get(key) || []) {
    element.classList.add("lit");
    if (element.matches(".box")) {
      magnify(element);
      if (!fromBox) bringIntoView(element);
    }
  }
}

function partnerAt(event) {
  const element = event.target.closest && event.target.closest("[data-v]");
  return element || null;
}
document.addEventListener("mouseover", (event) => {
  const element = partnerAt(event);
  if (element) light(element.dataset.v, element.matches(".box"));
  else if (!event.target.closest(".scan")) light(null, true);
});
document.addEventListener("focusin", (event) => {
  const element = partnerAt(event);
  if (element) light(element.dataset.v, false);
});
document.addEventListener("click", (event) => {
  const element = partnerAt(event);
  if (!element || !element.matches(".box")) return;
  const value = partners.get(element.dataset.v).find((partner) => !partner.matches(".box"));
  if (value) value.scrollIntoView({ block: "center" });
});
document.getElementById("only").addEventListener("change", (event) => {
  document.body.classList.toggle("only", event.target.checked);
});
