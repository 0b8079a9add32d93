// The dialog that sends a file: announced, PUT, looked at. Its id then stands for "<mask upload id>" or "<style upload id>". Of a
// person's photos several are sent at once; they are looked at when they are added: "<photo 1 upload id>" and so on.

import { addressFrom } from "./pictures.js";
import { makePainter } from "./painter.js";
import { newestId, useId } from "./placeholders.js";

const NOUN_BY_PURPOSE = { MASK: "mask upload", STYLE_IMAGE: "style upload" };
const PICTURE = "query PictureToPaint($id: ID!) { image(id: $id) { id url width height } }";
const REQUEST = `mutation RequestUploads($input: RequestUploadsInput!) {
  requestUploads(input: $input) { uploads { id url method headers { name value } } errors { message } } }`;
const CHECK = `mutation CheckUploads($input: CheckUploadsInput!) {
  checkUploads(input: $input) { uploads { status width height issue { message } } errors { message } } }`;

const dialog = document.getElementById("uploader");
const { purpose, brush, clear, chosen, said, send, close } = dialog.querySelector("form").elements;
const painting = document.getElementById("painting");
const picture = painting.querySelector("img");
const painter = makePainter(painting.querySelector("canvas"), brush, painting.querySelector(".tip"));
let paintedId = null; // Of the picture under the strokes; null while there is none.
let ask; // Sends a document with variables, as whoever ran the last tab.
let store; // The origin of a store that files are sent to; null where they are sent here.

/** `send` answers with the whole answer of GraphQL. */
export function readyUploads(settings, sendDocument) {
  ask = async (document, variables) => {
    const { data, errors } = await sendDocument(document, variables);
    const refused = errors?.[0] ?? Object.values(data)[0].errors?.[0];
    if (refused) throw new Error(refused.message);
    return Object.values(data)[0];
  };
  store = settings.picturesFrom;
}

export async function openUploads() {
  said.value = "";
  dialog.showModal();
  await attempt(showPicture);
}

async function showPicture() {
  painting.hidden = true;
  if (purpose.value !== "MASK") return;
  const id = newestId("image");
  if (!id) throw new Error("There is no picture to paint on yet. Run the tabs that make some, or send a file.");
  const image = await ask(PICTURE, { id });
  if (id !== paintedId) painter.clear(image);
  paintedId = id;
  picture.src = addressFrom(store, image.url);
  painting.hidden = false;
}

async function sendPhotos() {
  const files = [...chosen.files];
  if (!files.length) throw new Error("Choose photos first, several at once.");
  const announced = files.map((file) => ({ fileName: file.name, contentType: file.type, sizeBytes: file.size }));
  const { uploads } = await ask(REQUEST, { input: { purpose: purpose.value, files: announced } });
  for (const [place, upload] of uploads.entries()) {
    await put(upload, files[place]);
    useId(`photo ${place + 1} upload`, upload.id);
  }
  chosen.value = "";
  said.value = `Sent: ${files.length}. In the variables, <photo 1 upload id> to <photo ${files.length} upload id> now stand for them.`;
}

async function sendFile() {
  if (purpose.value === "PERSONA_PHOTO") return sendPhotos();
  const file = chosen.files[0] ?? (await paintedFile());
  const announced = { fileName: file.name, contentType: file.type, sizeBytes: file.size };
  const { uploads } = await ask(REQUEST, { input: { purpose: purpose.value, files: [announced] } });
  await put(uploads[0], file);
  const [checked] = (await ask(CHECK, { input: { uploadIds: [uploads[0].id] } })).uploads;
  if (checked.issue) throw new Error(checked.issue.message);
  const noun = NOUN_BY_PURPOSE[purpose.value];
  useId(noun, uploads[0].id);
  chosen.value = "";
  const [wide, high] = [checked.width, checked.height];
  said.value = `Sent, ${wide} by ${high} pixels. In the variables, <${noun} id> now stands for it.`;
}

async function paintedFile() {
  if (painting.hidden) throw new Error("Choose a file first.");
  return new File([await painter.mask()], "painted-mask.png", { type: "image/png" });
}

async function put({ url, method, headers }, file) {
  const told = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  const answer = await fetch(addressFrom(store, url), { method, headers: told, body: file }).catch(() => {
    throw new Error("The file's address cannot be reached from this page. Is its server up, and does it let this page send?");
  });
  if (!answer.ok) throw new Error(`The file was not taken: ${(await answer.text()) || answer.status}`);
}

/** Whatever goes wrong is said in the dialog. */
async function attempt(step) {
  send.disabled = true;
  said.classList.remove("refused");
  try {
    await step();
  } catch (error) {
    said.classList.add("refused");
    said.value = error.message;
  } finally {
    send.disabled = false;
  }
}

send.addEventListener("click", () => {
  said.value = "Sending …";
  attempt(sendFile);
});
close.addEventListener("click", () => dialog.close());
clear.addEventListener("click", () => painter.clear());
for (const choice of purpose) {
  choice.addEventListener("change", () => {
    said.value = "";
    attempt(showPicture);
  });
}
dialog.addEventListener("dragover", (event) => event.preventDefault());
dialog.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) chosen.files = event.dataTransfer.files;
});
