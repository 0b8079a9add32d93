// The part of the story about personas: the text is read and signed, a persona begun, a wrong file refused, consent withdrawn.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";

/** `ask(operation, variables)` answers its data; `upload` is one that is no photo. */
export async function aPersona({ ask, upload }) {
  const text = (await ask("ConsentText", variablesOf("ConsentText", {}))).consentText;
  assert.equal(text.version, variablesOf("GiveConsent", {}).input.textVersion);
  const { consent } = (await ask("GiveConsent", variablesOf("GiveConsent", {}))).giveConsent;
  const ids = { "consent id": consent.id, "upload id": upload };
  ids["persona id"] = (await ask("CreatePersona", variablesOf("CreatePersona", ids))).createPersona.persona.id;
  const added = (await ask("AddPersonaPhotos", variablesOf("AddPersonaPhotos", ids))).addPersonaPhotos;
  assert.equal(added.errors[0].code, "INVALID_INPUT");
  const { receipt } = (await ask("WithdrawConsent", variablesOf("WithdrawConsent", ids))).withdrawConsent;
  assert.equal(receipt.photoCount, 0);
  assert.equal((await ask("Persona", variablesOf("Persona", ids))).persona.nextStep.code, "GIVE_CONSENT");
}
