// Thumbnails as a client lives them: quoted, watched while they form, refined, compared, finalised.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";

/** `previews` watches a thumbnail's job to its end. */
export async function aThumbnail({ ask, previews, subject }) {
  const ids = { "influencer or persona id": subject };
  const wish = (operation, more = {}) => variablesOf(operation, { ...ids, ...more });
  assert.equal((await ask("QuoteThumbnail", wish("QuoteThumbnail"))).quoteThumbnail.credits, 40);
  assert.equal((await ask("QuoteThumbnails", wish("QuoteThumbnails"))).quoteThumbnails.credits, 80);
  const { job, thread, errors } = (await ask("StartThumbnail", wish("StartThumbnail"))).startThumbnail;
  assert.deepEqual([errors, job.creditsReserved], [[], 40]);
  const events = await previews(job.id);
  assert.deepEqual([...new Set(events.map((event) => event.__typename))], ["PartialPreview", "FinalPreview"]);
  assert.ok(events[0].dataUrl.startsWith("data:image/webp;base64,"));
  assert.deepEqual([events.at(-1).image.width, events.at(-1).image.height], [1920, 1080]);

  const its = { "thread id": thread.id, "version id": thread.versions.edges[0].node.id };
  const { refineThumbnail } = await ask("RefineThumbnail", wish("RefineThumbnail", its));
  assert.deepEqual(refineThumbnail.errors, []);
  assert.equal((await previews(refineThumbnail.job.id)).at(-1).__typename, "FinalPreview");
  const { left, right } = (await ask("CompareThumbnails", wish("CompareThumbnails", its))).thumbnailThread;
  assert.deepEqual([left.feedback, right.feedback], [null, "More dramatic lighting"]);
  assert.notEqual(left.image.id, right.image.id);
  const { finalizeThumbnail } = await ask("FinalizeThumbnail", wish("FinalizeThumbnail", its));
  assert.equal(finalizeThumbnail.thread.finalVersion.id, its["version id"]);

  const several = (await ask("StartThumbnails", wish("StartThumbnails"))).startThumbnails;
  assert.deepEqual([several.errors, several.threads.length], [[], 2]);
  const ends = (await previews(several.job.id)).filter((event) => event.__typename === "FinalPreview");
  assert.equal(ends.length, 2);
  assert.equal((await ask("ThumbnailThreads", wish("ThumbnailThreads"))).thumbnailThreads.edges.length, 3);
}
