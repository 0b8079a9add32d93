// A training as a client lives it: quoted, started, watched, cancelled while it runs, and nothing is left reserved; then deleted.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";

/** `events` watches a training to its end; `imageIds` are five of the subject's. */
export async function aTraining({ ask, events, subject, imageIds }) {
  const ids = { "subject id": subject, "5 or more image ids": imageIds[0] };
  const wish = (operation) => {
    const variables = variablesOf(operation, ids);
    return { input: { ...variables.input, imageIds } };
  };
  const { quoteAutomaticTraining } = await ask("QuoteAutomaticTraining", { influencerId: subject });
  assert.deepEqual([quoteAutomaticTraining.isStarting, quoteAutomaticTraining.heldBackBy], [false, "SWITCHED_OFF"]);
  assert.equal(quoteAutomaticTraining.totalCredits, 23_070);
  const { quoteTraining } = await ask("QuoteTraining", wish("QuoteTraining"));
  assert.deepEqual([quoteTraining.credits, quoteTraining.imageCount], [20_000, 5]);
  const { loraModel, errors } = (await ask("StartTraining", wish("StartTraining"))).startTraining;
  assert.deepEqual([errors, loraModel.creditsReserved], [[], 20_000]);

  const model = { "lora model id": loraModel.id, "influencer id": subject };
  const watched = events(loraModel.id);
  const { cancelTraining } = await ask("CancelTraining", variablesOf("CancelTraining", model));
  assert.deepEqual([cancelTraining.loraModel.status, cancelTraining.loraModel.creditsReserved], ["CANCELLED", 0]);
  assert.equal((await watched).at(-1).loraModel.status, "CANCELLED");
  const { deleteLoraModel } = await ask("DeleteLoraModel", variablesOf("DeleteLoraModel", model));
  assert.deepEqual([deleteLoraModel.errors, deleteLoraModel.receipt.reason, deleteLoraModel.receipt.loraModelCount], [[], "LORA_DELETED", 0]);
  const { updateLoraSettings } = await ask("UpdateLoraSettings", variablesOf("UpdateLoraSettings", model));
  assert.deepEqual(updateLoraSettings.influencer.loraSettings, { trainingEnabled: true, autoStart: true });
}
