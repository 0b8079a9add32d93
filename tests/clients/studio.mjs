// The running API as every client here finds it: its address, a token for each file, and the documents of frontends.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parse, print, separateOperations } from "graphql";

export const url = needed("CLIENTS_URL");
export const socketUrl = url.replace("http", "ws");
export const adminToken = needed("CLIENTS_ADMIN_TOKEN");
export const expiredToken = needed("CLIENTS_EXPIRED_TOKEN");

const folder = new URL("../../clients/operations/", import.meta.url);
const examples = JSON.parse(readFileSync(new URL("variables.json", folder), "utf8"));

/** For every test: one that hangs then says its own name, instead of its file's. */
export const LIMIT = { timeout: 30_000 };

/** The documents of clients/operations, by operation name, each with the fragments it needs. */
export const documents = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".graphql"))
    .map((name) => parse(readFileSync(new URL(name, folder), "utf8")))
    .flatMap((document) => Object.entries(separateOperations(document)))
    .map(([name, document]) => [name, print(document)]),
);

/** The example of clients/operations/variables.json, with placeholders as `<influencer id>` replaced. */
export function variablesOf(operation, ids = {}) {
  let text = JSON.stringify(examples[operation] ?? {});
  for (const [placeholder, id] of Object.entries(ids)) text = text.replaceAll(`<${placeholder}>`, id);
  assert.doesNotMatch(text, /<[a-z ]+>/, `${operation} has a placeholder that was not filled`);
  return JSON.parse(text);
}

/** A user of the API by plain fetch: what a test needs to be there before its client begins. */
export class Studio {
  constructor(name) {
    this.token = JSON.parse(needed("CLIENTS_TOKENS"))[name];
    assert.ok(this.token, `no token for ${name}`);
  }

  get headers() {
    return { authorization: `Bearer ${this.token}` };
  }

  async ask(operation, variables) {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...this.headers, "content-type": "application/json" },
      body: JSON.stringify({ query: documents[operation], variables }),
    });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined);
    return data;
  }

  /** Not trained by itself: it has the credits, and the stories are about something else. */
  async influencer() {
    const { input } = variablesOf("CreateInfluencer");
    const { createInfluencer } = await this.ask("CreateInfluencer", { input: { ...input, autoStart: false } });
    return createInfluencer.influencer.id;
  }

  async startBaseImages(influencerId, { imageCount = 1, key = crypto.randomUUID() } = {}) {
    const input = { influencerId, imageCount, idempotencyKey: key };
    const { startBaseImages } = await this.ask("StartBaseImages", { input });
    assert.deepEqual(startBaseImages.errors, []);
    return startBaseImages.job.id;
  }

  /** An influencer with a face, and `imageCount` images in the gallery. */
  async influencerWithFace({ imageCount = 1 } = {}) {
    const influencerId = await this.influencer();
    const images = await this.imagesOf(await this.startBaseImages(influencerId, { imageCount }));
    await this.ask("ChooseBaseImage", { input: { influencerId, imageId: images[0].id } });
    return { influencerId, images };
  }

  /** Of a job, once it has ended. */
  async imagesOf(jobId) {
    for (;;) {
      const { job } = await this.ask("Job", { id: jobId });
      if (job.finishedAt) return job.images.edges.map(({ node }) => node);
      await wait(100);
    }
  }
}

function needed(name) {
  return process.env[name] ?? assert.fail(`${name} is not set: run 'make test-clients'`);
}
