// The strip along the bottom: the pictures that answers mentioned, newest first.

import { newestId, useId } from "./placeholders.js";

const MOST = 24;
const THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"];

const strip = document.getElementById("pictures");
const figureById = new Map();

/** Show every picture of an answer that this server has, or the store it names. The page asks nobody else. */
export function showPictures(data, store) {
  for (const image of picturesIn(data).reverse()) {
    const url = addressFrom(store, image.url);
    const thumbnail = addressFrom(store, image.thumbnailUrl);
    if (url && thumbnail) (figureById.has(image.id) ? bringToFront : add)(image.id, url, thumbnail);
  }
  while (figureById.size > MOST) remove(figureById.keys().next().value);
  outlineChosen();
}

function picturesIn(value) {
  if (!value || typeof value !== "object") return [];
  if (value.id && value.url && value.thumbnailUrl) return [value];
  return Object.values(value).flatMap(picturesIn);
}

/** An address, if it is ours or the store's; else null. `make up` may print 127.0.0.1 and sign for it while the page was opened as localhost. */
export function addressFrom(store, address) {
  const url = new URL(address, location.href);
  const isSameMachine = [url.hostname, location.hostname].every((name) => THIS_MACHINE.includes(name));
  if (isSameMachine && url.port === location.port) url.host = location.host;
  return [location.origin, store].includes(url.origin) ? url.href : null;
}

function add(id, url, thumbnail) {
  const picture = Object.assign(new Image(), { src: thumbnail, alt: "", decoding: "async" });
  const link = Object.assign(document.createElement("a"), { href: url, target: "_blank", rel: "noopener" });
  const use = Object.assign(document.createElement("button"), { type: "button", textContent: "Use" });
  const figure = document.createElement("figure");
  link.title = "Open at full size";
  use.title = "Let <image id> in the variables stand for this picture";
  use.addEventListener("click", () => {
    useId("image", id);
    outlineChosen();
  });
  picture.addEventListener("error", () => remove(id)); // Its signed address may have expired.
  link.append(picture);
  figure.append(link, use);
  figureById.set(id, figure);
  strip.prepend(figure);
  strip.hidden = false;
}

function bringToFront(id) {
  const figure = figureById.get(id);
  figureById.delete(id);
  figureById.set(id, figure);
  strip.prepend(figure);
}

function remove(id) {
  figureById.get(id)?.remove();
  figureById.delete(id);
  strip.hidden = figureById.size === 0;
}

function outlineChosen() {
  for (const [id, figure] of figureById) figure.classList.toggle("chosen", id === newestId("image"));
  figureById.get(newestId("image"))?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
