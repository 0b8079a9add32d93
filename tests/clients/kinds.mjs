// The part of the story about kinds of images: files announced and PUT, then each kind quoted, started and waited for.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";
import { greyPng } from "./png.mjs";

/** What the examples of variables.json cost, and how many images they ask for. */
const KINDS = [
  ["CharacterSheet", "CHARACTER_SHEET", 70, 7],
  ["Headshots", "HEADSHOTS", 160, 4],
  ["Variations", "VARIATIONS", 160, 4],
  ["Inpaint", "INPAINT", 20, 1],
  ["Edit", "EDIT", 80, 1],
];

/** `ask(operation, variables)` answers its data, `events(jobId)` all events of a job; `ids` fill the examples. */
export async function everyKind({ ask, events, ids }) {
  const quote = { credits: 30, perImage: 10, imageCount: 3 };
  assertHas((await ask("QuoteBaseImages", variablesOf("QuoteBaseImages", ids))).quoteBaseImages, quote);
  for (const kind of KINDS) await asQuoted({ ask, events, ids }, ...kind);
}

async function asQuoted({ ask, events, ids }, name, kind, credits, imageCount) {
  const quoted = (await ask(`Quote${name}`, variablesOf(`Quote${name}`, ids)))[`quote${name}`];
  assertHas(quoted, { credits, imageCount, isAffordable: true });
  const { job, errors } = (await ask(`Start${name}`, variablesOf(`Start${name}`, ids)))[`start${name}`];
  assert.deepEqual(errors, []);
  assert.equal(job.kind, kind);
  if (kind === "INPAINT") assert.equal(job.maskCoverage, 0.5);
  const last = (await events(job.id)).at(-1).job;
  assertHas(last, { status: "COMPLETED", completedCount: imageCount, creditsReserved: 0, creditsCaptured: credits });
}

/** The ids of a mask for `image` and of a picture of style, as the examples name them: refused unsent, then sent and taken in. */
export async function sendUploads({ ask, image }) {
  const { width, height } = image;
  const rightHalf = greyPng(width, height, (x) => (x >= width / 2 ? 255 : 0));
  const slope = greyPng(400, 500, (x, y) => (x + y) % 256);
  const mask = await announce(ask, "MASK", "mask.png", rightHalf);
  const style = await announce(ask, "STYLE_IMAGE", "style.png", slope);
  const sending = { "mask upload id": mask.id, "style upload id": style.id };

  const check = async () => (await ask("CheckUploads", variablesOf("CheckUploads", sending))).checkUploads;
  assert.equal((await check()).errors[0].code, "UPLOAD_NOT_SENT");
  await put(mask, rightHalf);
  await put(style, slope);
  const { uploads, errors } = await check();
  assert.deepEqual(errors, []);
  const found = uploads.map((one) => [one.purpose, one.width, one.height, one.issue]);
  assert.deepEqual(found, [["MASK", width, height, null], ["STYLE_IMAGE", 400, 500, null]]);
  return sending;
}

/** An upload that nothing was sent to yet. */
export async function announce(ask, purpose, fileName, data) {
  const files = [{ fileName, contentType: "image/png", sizeBytes: data.length }];
  const { uploads, errors } = (await ask("RequestUploads", { input: { purpose, files } })).requestUploads;
  assert.deepEqual(errors, []);
  return uploads[0];
}

export async function put(upload, data) {
  const headers = Object.fromEntries(upload.headers.map(({ name, value }) => [name, value]));
  const answer = await fetch(upload.url, { method: upload.method, headers, body: data });
  assert.equal(answer.status, 201, await answer.text());
}

function assertHas(found, expected) {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]])), expected);
}
