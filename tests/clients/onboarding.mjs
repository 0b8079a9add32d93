// The part of the story about onboarding, for a user who has a face and a brand already: each answer brings the whole of it.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";

/** `ask(operation, variables)` answers its data; `subject` is an influencer that has a face. */
export async function anOnboarding({ ask, subject }) {
  const ids = { "influencer or persona id": subject };
  const did = async (name) => {
    const payload = Object.values(await ask(name, variablesOf(name, ids)))[0];
    assert.deepEqual(payload.errors, [], name);
    return payload;
  };
  const before = (await ask("Onboarding")).viewer.onboarding;
  assert.deepEqual([before.percentComplete, before.currentStep.key], [8, "complete_onboarding"]);
  assert.equal((await did("UpdateProfile")).profile.occupation, "I review camping gear and cook outdoors");
  assert.equal((await did("UpdateContentPreferences")).profile.tone, "ENERGETIC");
  assert.equal((await did("ChoosePlatforms")).onboarding.percentComplete, 20);
  assert.equal((await did("ReviewAvatar")).profile.avatar.subject.name, "Mara Voss");
  const { linkedSocial } = await did("LinkSocial");
  assert.deepEqual([linkedSocial.network, linkedSocial.handle], ["YOUTUBE", "maravoss"]);
  ids["linked social id"] = linkedSocial.id;
  assert.equal((await did("UpdateSocial")).linkedSocial.url, "https://www.instagram.com/mara.voss/");
  const { steps } = (await did("UnlinkSocial")).onboarding;
  assert.deepEqual([steps[3].status, steps[3].stillHolds], ["DONE", false]);
  const skipped = (await ask("SkipOnboardingPart", variablesOf("SkipOnboardingPart", {}))).skipOnboardingPart;
  assert.equal(skipped.errors[0].code, "CONFLICT"); // there is a brand
}
