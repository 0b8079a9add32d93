// The part of the story about a brand: written by hand, made from answers, read off a picture, confirmed, deleted.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { announce, put } from "./kinds.mjs";
import { greyPng } from "./png.mjs";
import { variablesOf } from "./studio.mjs";

/** `ask(operation, variables)` answers its data. */
export async function aBrand({ ask }) {
  const { brand } = (await ask("UpdateBrand", variablesOf("UpdateBrand", {}))).updateBrand;
  assert.equal(brand.contrast.level, "AAA");

  const questions = (await ask("BrandQuestions")).brandQuestions;
  assert.deepEqual(questions.map(({ key }) => key), ["ABOUT", "AUDIENCE", "MOOD", "VOICE", "COLORS"]);
  const answered = (await ask("AnswerBrandQuestions", variablesOf("AnswerBrandQuestions", {}))).answerBrandQuestions;
  assert.deepEqual(answered.errors, []);
  const draft = await ready(ask, answered.draft.id);
  assert.deepEqual([draft.source, draft.headingFont.name, draft.missing], ["QUESTIONS", "Fraunces", []]);
  assert.equal((await ask("Brand")).viewer.brand.voice, brand.voice);
  const confirmed = (await ask("ConfirmBrand", { input: { draftId: draft.id } })).confirmBrand;
  assert.deepEqual([confirmed.errors, confirmed.brand.isReviewed, confirmed.brand.voice], [[], true, draft.voice]);

  const grey = greyPng(64, 64, (x) => (x < 32 ? 20 : 240));
  const upload = await announce(ask, "BRAND_IMAGE", "brand.png", grey);
  await put(upload, grey);
  const read = (await ask("ReadBrand", variablesOf("ReadBrand", { "brand upload id": upload.id }))).readBrand;
  assert.deepEqual(read.errors, []);
  const found = await ready(ask, read.draft.id);
  assert.deepEqual(found.palette.map(({ hex }) => hex).sort(), ["#141414", "#f0f0f0"]);
  assert.equal((await ask("DeleteBrand")).deleteBrand.deleted, true);
}

/** The draft, once it has ended. */
async function ready(ask, id) {
  for (;;) {
    const draft = (await ask("BrandDraft")).viewer.brandDraft;
    assert.equal(draft.id, id);
    if (!["QUEUED", "RUNNING"].includes(draft.status)) {
      assert.equal(draft.status, "READY");
      return draft;
    }
    await sleep(50);
  }
}
