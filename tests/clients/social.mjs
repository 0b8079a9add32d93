// Social graphics as a client lives them: the platforms, a quote, one job with a picture for each, in exactly its size.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";

/** `events` watches a job to its end. The user has a brand. */
export async function socialGraphics({ ask, events, subject }) {
  const wish = (operation) => variablesOf(operation, { "influencer or persona id": subject });
  const { socialPlatforms } = await ask("SocialPlatforms");
  const quote = (await ask("QuoteSocialGraphics", wish("QuoteSocialGraphics"))).quoteSocialGraphics;
  assert.deepEqual([quote.credits, quote.imageCount], [200, 5]);
  assert.match(quote.modeReason, /Your brand is applied\.$/);
  const { job, errors } = (await ask("StartSocialGraphics", wish("StartSocialGraphics"))).startSocialGraphics;
  assert.deepEqual([errors, job.kind, job.imageCount], [[], "SOCIAL", 5]);
  await events(job.id);

  const made = (await ask("SocialGraphics", variablesOf("SocialGraphics", { "job id": job.id }))).job.images.edges;
  const { platforms } = wish("StartSocialGraphics").input;
  assert.deepEqual(made.map(({ node }) => node.platform), platforms);
  for (const { node } of made) {
    const its = socialPlatforms.find(({ key }) => key === node.platform);
    assert.deepEqual([node.width, node.height, node.contentType], [its.width, its.height, its.contentType]);
    assert.ok(node.fileSizeBytes <= its.maxBytes);
    assert.equal(node.graphic.textOverlay, "Out now");
    assert.ok(node.graphic.brand.colors.length > 0);
  }
}
