// The part of the story about personas: the text is read and signed, a persona begun, a wrong file refused, photos sent, portraits and
// samples asked for, a training refused before these are approved, one image made again, consent withdrawn.

import assert from "node:assert/strict";
import { announce, put } from "./kinds.mjs";
import { greyPng } from "./png.mjs";
import { variablesOf } from "./studio.mjs";

/** `ask(operation, variables)` answers its data; `upload` is one that is no photo, `image` one that was made. */
export async function aPersona({ ask, upload, image }) {
  const text = (await ask("ConsentText", variablesOf("ConsentText", {}))).consentText;
  assert.equal(text.version, variablesOf("GiveConsent", {}).input.textVersion);
  const { consent } = (await ask("GiveConsent", variablesOf("GiveConsent", {}))).giveConsent;
  const ids = { "consent id": consent.id, "upload id": upload };
  ids["persona id"] = (await ask("CreatePersona", variablesOf("CreatePersona", ids))).createPersona.persona.id;
  const added = (await ask("AddPersonaPhotos", variablesOf("AddPersonaPhotos", ids))).addPersonaPhotos;
  assert.equal(added.errors[0].code, "INVALID_INPUT");
  const refused = (await ask("AnalyzePersona", variablesOf("AnalyzePersona", ids))).analyzePersona;
  assert.equal(refused.errors[0].code, "TOO_FEW_PHOTOS");
  await portraits({ ask, ids: { ...ids, "image id": image } });
  const { receipt } = (await ask("WithdrawConsent", variablesOf("WithdrawConsent", ids))).withdrawConsent;
  assert.equal(receipt.photoCount, 5);
  assert.equal(receipt.cancelledJobCount <= 2, true);
  assert.equal((await ask("Persona", variablesOf("Persona", ids))).persona.nextStep.code, "GIVE_CONSENT");
}

/** A patchwork for each seed, none like another: the API takes a picture once. */
const patches = (seed) => (x, y) => {
  const mixed = Math.imul((x >> 6) * 374761393 + (y >> 6) * 668265263 + (seed + 1) * 1442695041, 2654435761);
  return Math.imul(mixed ^ (mixed >>> 13), 1274126177) >>> 24;
};

async function portraits({ ask, ids }) {
  const uploadIds = [];
  for (let seed = 0; seed < 5; seed++) {
    const data = greyPng(512, 512, patches(seed));
    const photo = await announce(ask, "PERSONA_PHOTO", `${seed}.png`, data);
    await put(photo, data);
    uploadIds.push(photo.id);
  }
  const added = (await ask("AddPersonaPhotos", { input: { personaId: ids["persona id"], uploadIds } })).addPersonaPhotos;
  assert.deepEqual([added.errors, added.persona.photoCount], [[], 5]);
  const quote = (await ask("QuotePortraits", variablesOf("QuotePortraits", ids))).quotePortraits;
  assert.deepEqual([quote.isFree, quote.credits, quote.imageCount], [true, 0, 5]);
  const review = (await ask("ReviewPreviewSamples", variablesOf("ReviewPreviewSamples", ids))).reviewPreviewSamples;
  assert.equal(review.errors[0].code, "SAMPLES_REQUIRED");
  for (const [name, code] of [["StartPersonaTraining", "APPROVAL_REQUIRED"], ["StartDisplaySamples", "LORA_REQUIRED"]]) {
    assert.equal(Object.values(await ask(name, variablesOf(name, ids)))[0].errors[0].code, code);
  }
  for (const [name, kind] of [["StartPortraits", "PORTRAITS"], ["StartPreviewSamples", "PREVIEW_SAMPLES"], ["RegenerateImage", "PACK"]]) {
    const { job, errors } = Object.values(await ask(name, variablesOf(name, ids)))[0];
    assert.deepEqual([errors, job.kind], [[], kind]);
  }
}
