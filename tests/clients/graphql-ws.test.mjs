// npm's graphql-ws client: every operation of clients/operations over one socket, reconnecting, lazy sockets, pings.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { anOnboarding } from "./onboarding.mjs";
import { aBrand } from "./brands.mjs";
import { theNotifications } from "./notifications.mjs";
import { aPersona } from "./personas.mjs";
import { aProject } from "./projects.mjs";
import { socialGraphics } from "./social.mjs";
import { aThumbnail } from "./thumbnails.mjs";
import { aTraining } from "./trainings.mjs";
import { everyKind, sendUploads } from "./kinds.mjs";
import { adminToken, documents, expiredToken, LIMIT, socketUrl, Studio, variablesOf } from "./studio.mjs";

const studio = new Studio("graphql-ws");
const STORY_LIMIT = { timeout: 90_000 }; // it waits for 25 images

const clients = new Set();
afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients.clear();
});

/** `sockets` are those the client has opened so far, for a test to cut. */
function connect(options = {}) {
  const sockets = [];
  class Recorded extends WebSocket {
    constructor(...all) {
      super(...all);
      sockets.push(this);
    }
  }
  const client = createClient({
    url: socketUrl,
    webSocketImpl: Recorded,
    connectionParams: { Authorization: `Bearer ${studio.token}` },
    retryWait: async () => {},
    ...options,
  });
  clients.add(client);
  return { client, sockets };
}

const ran = new Set();

async function run(client, operation, variables = variablesOf(operation)) {
  ran.add(operation);
  const results = [];
  for await (const result of client.iterate({ query: documents[operation], variables })) results.push(result);
  assert.equal(results.length, 1);
  assert.equal(results[0].errors, undefined);
  return results[0].data;
}

/** Refused to this user, answered to an administrator. */
async function assertForAdmins(operation) {
  const asked = { query: documents[operation], variables: variablesOf(operation) };
  for await (const { errors } of connect().client.iterate(asked)) assert.equal(errors[0].extensions.code, "NOT_ALLOWED");
  const { client } = connect({ connectionParams: { Authorization: `Bearer ${adminToken}` } });
  assert.ok(await run(client, operation));
}

async function* progress(client, jobId, after = null) {
  for await (const { data, errors } of client.iterate({ query: documents.JobProgress, variables: { jobId, after } })) {
    assert.equal(errors, undefined);
    yield data.jobProgress;
  }
}

async function all(events) {
  const found = [];
  for await (const event of events) found.push(event);
  return found;
}

async function* training(client, loraModelId) {
  for await (const { data, errors } of client.iterate({ query: documents.TrainingProgress, variables: { loraModelId } })) {
    assert.equal(errors, undefined);
    yield data.trainingProgress;
  }
}

async function* forming(client, jobId) {
  for await (const { data, errors } of client.iterate({ query: documents.ThumbnailPreview, variables: { jobId } })) {
    assert.equal(errors, undefined);
    yield data.thumbnailPreview;
  }
}

/** The one field of a subscription, event by event. */
async function* fields(client, operation, variables) {
  for await (const { data, errors } of client.iterate({ query: documents[operation], variables })) {
    assert.equal(errors, undefined);
    yield Object.values(data)[0];
  }
}

async function* exporting(client, exportId) {
  for await (const { data, errors } of client.iterate({ query: documents.ExportProgress, variables: { exportId } })) {
    assert.equal(errors, undefined);
    yield data.exportProgress;
  }
}

async function* told(client, operation) {
  ran.add(operation);
  for await (const { data, errors } of client.iterate({ query: documents[operation], variables: variablesOf(operation) })) {
    assert.equal(errors, undefined);
    yield Object.values(data)[0];
  }
}

const completed = (events) => events.filter((event) => event.__typename === "ImageCompleted").map(({ index }) => index);

test("the whole story goes over one socket: queries, mutations, subscriptions", STORY_LIMIT, async () => {
  const { client, sockets } = connect({ lazyCloseTimeout: 5_000 });
  // One of its own: its training is started by hand, and it is deleted in the end.
  const wish = { input: { ...variablesOf("CreateInfluencer", {}).input, autoStart: false, idempotencyKey: "create-told" } };
  const { influencer } = (await run(client, "CreateInfluencer", wish)).createInfluencer;
  const base = await run(client, "StartBaseImages", variablesOf("StartBaseImages", { "influencer id": influencer.id }));
  const faces = await all(progress(client, base.startBaseImages.job.id));
  assert.equal(faces.at(-1).job.status, "COMPLETED");
  const imageId = faces.find((event) => event.__typename === "ImageCompleted").image.id;
  const ids = { "influencer id": influencer.id, "influencer or persona id": influencer.id, "image id": imageId };

  const chosen = await run(client, "ChooseBaseImage", variablesOf("ChooseBaseImage", ids));
  assert.equal(chosen.chooseBaseImage.influencer.baseImage.id, imageId);
  assert.equal((await run(client, "QuotePack", variablesOf("QuotePack", ids))).quotePack.imageCount, 5);
  const pack = (await run(client, "StartPack", variablesOf("StartPack", ids))).startPack;
  assert.deepEqual(pack.errors, []);
  const events = await all(progress(client, pack.job.id));
  assert.equal(events[0].__typename, "JobSnapshot");
  assert.deepEqual(completed(events).sort(), [0, 1, 2, 3, 4]);
  assert.deepEqual([events.at(-1).job.status, events.at(-1).job.percent], ["COMPLETED", 100]);

  const job = { "job id": pack.job.id };
  assert.equal((await run(client, "CancelJob", variablesOf("CancelJob", job))).cancelJob.errors[0].code, "CONFLICT");
  assert.equal((await run(client, "RetryJob", variablesOf("RetryJob", job))).retryJob.errors[0].code, "CONFLICT");
  assert.equal((await run(client, "Job", variablesOf("Job", job))).job.images.edges.length, 5);
  assert.equal((await run(client, "Gallery")).viewer.images.edges.length, 5);
  assert.equal((await run(client, "LikeImages", variablesOf("LikeImages", ids))).likeImages.images[0].liked, true);
  assert.equal((await run(client, "Influencer", variablesOf("Influencer", ids))).influencer.name, "Mara Voss");
  assert.equal((await run(client, "Node", variablesOf("Node", ids))).node.__typename, "Influencer");
  assert.equal((await run(client, "Viewer")).viewer.influencers.edges.length, 1);
  assert.ok((await run(client, "CreditHistory")).viewer.creditTransactions.edges.length > 8);
  assert.ok((await run(client, "Catalogue")).scenePresets.length > 0);
  assert.ok((await run(client, "StudioChoices")).headshotStyles.length > 0);

  const its = { "image id": events.find((event) => event.__typename === "ImageCompleted").image.id };
  assert.equal((await run(client, "DeleteImages", variablesOf("DeleteImages", its))).deleteImages.deletedIds.length, 1);
  assert.equal((await run(client, "RestoreImages", variablesOf("RestoreImages", its))).restoreImages.images.length, 1);
  assert.equal((await run(client, "RecordDownload", variablesOf("RecordDownload", its))).recordDownload.image.downloadCount, 1);
  assert.ok((await run(client, "Downloads", variablesOf("Downloads", its))).nodes[0].downloadUrl);
  assert.equal((await run(client, "Lineage", variablesOf("Lineage", its))).image.source, null);
  const { archive } = (await run(client, "RequestArchive", variablesOf("RequestArchive", its))).requestArchive;
  const asked = { "archive id": archive.id };
  assert.equal((await run(client, "Archive", variablesOf("Archive", asked))).archive.imageCount, 1);
  assert.equal((await run(client, "Archives")).viewer.archives.edges.length, 1);
  const exported = (await run(client, "StartExport", variablesOf("StartExport", ids))).startExport.export;
  assert.equal((await all(exporting(client, exported.id))).at(-1).status, "READY");
  const whose = (await run(client, "Export", variablesOf("Export", { "export id": exported.id }))).export.subject;
  assert.equal(whose.name, "Mara Voss");
  assert.equal((await run(client, "Exports")).viewer.exports.edges.length, 1);

  const ask = (operation, variables) => run(client, operation, variables);
  const { image } = events.find((event) => event.__typename === "ImageCompleted");
  const sending = await sendUploads({ ask, image });
  await everyKind({ ask, events: (id) => all(progress(client, id)), ids: { ...ids, ...its, ...sending } });
  const { edits } = (await run(client, "Lineage", variablesOf("Lineage", its))).image;
  assert.equal(edits.edges.length, 2);

  const imageIds = events.filter((event) => event.__typename === "ImageCompleted").map((event) => event.image.id);
  await aTraining({ ask, events: (id) => all(training(client, id)), subject: influencer.id, imageIds });
  await aThumbnail({ ask, previews: (id) => all(forming(client, id)), subject: influencer.id });
  await aPersona({ ask, upload: sending["mask upload id"], image: its["image id"] });
  assert.equal((await run(client, "RecordEvents", variablesOf("RecordEvents", ids))).recordEvents.recordedCount, 2);
  assert.deepEqual((await run(client, "UpdateBrand", variablesOf("UpdateBrand", {}))).updateBrand.errors, []);
  await anOnboarding({ ask, subject: influencer.id });
  await socialGraphics({ ask, events: (id) => all(progress(client, id)), subject: influencer.id });
  await aBrand({ ask });
  await theNotifications({ ask, watch: (operation) => told(client, operation) });
  const watch = async (operation, variables) => (ran.add(operation), all(fields(client, operation, variables)));
  await aProject({ ask, watch, subject: influencer.id });
  assert.equal((await run(client, "AdultContent")).viewer.adultContent.allowed, false);
  assert.deepEqual((await run(client, "SetAdultContent", variablesOf("SetAdultContent", {}))).setAdultContent.errors, []);
  const gone = (await run(client, "DeleteInfluencer", variablesOf("DeleteInfluencer", ids))).deleteInfluencer;
  assert.deepEqual([gone.errors, gone.receipt.reason, gone.receipt.completedAt], [[], "INFLUENCER_DELETED", null]);
  assert.ok((await run(client, "Viewer")).viewer.influencers.edges.every(({ node }) => node.id !== influencer.id));
  assert.equal(sockets.length, 1);
  await assertForAdmins("StudioMetrics");
  const watched = ["JobProgress", "CreditBalanceChanged", "TrainingProgress", "ExportProgress", "ThumbnailPreview"];
  assert.deepEqual([...ran, ...watched].sort(), Object.keys(documents).sort(), "a document was left out");
});

test("the balance is told at once, and again when it changes", LIMIT, async () => {
  const { client } = connect();
  const balances = client.iterate({ query: documents.CreditBalanceChanged });
  const before = (await balances.next()).value.data.creditBalanceChanged;
  await studio.startBaseImages(await studio.influencer());
  const after = (await balances.next()).value.data.creditBalanceChanged;
  assert.equal(before.available - after.available, after.reserved - before.reserved);
  assert.ok(after.reserved > before.reserved);
  await balances.return();
});

test("after a cut, `after` goes on behind the last event: none is missed, none comes twice", LIMIT, async () => {
  const jobId = await studio.startBaseImages(await studio.influencer(), { imageCount: 3 });
  const { client, sockets } = connect({ retryAttempts: 0 });
  const seen = [];
  await assert.rejects(async () => {
    for await (const event of progress(client, jobId)) {
      seen.push(event);
      if (event.__typename === "ImageCompleted") sockets[0].terminate();
    }
  });
  const rest = await all(progress(client, jobId, seen.at(-1).cursor));
  assert.equal(sockets.length, 2);
  assert.notEqual(rest[0]?.__typename, "JobSnapshot");
  assert.deepEqual(completed([...seen, ...rest]).sort(), [0, 1, 2]);
  assert.equal(rest.at(-1).job.status, "COMPLETED");
});

test("the client's own reconnecting subscribes anew and is told the present state", LIMIT, async () => {
  const jobId = await studio.startBaseImages(await studio.influencer(), { imageCount: 2 });
  const { client, sockets } = connect({ retryAttempts: 3 });
  const events = [];
  for await (const event of progress(client, jobId)) {
    events.push(event);
    if (sockets.length === 1) sockets[0].terminate();
  }
  assert.equal(sockets.length, 2);
  assert.equal(events.filter((event) => event.__typename === "JobSnapshot").length, 2);
  assert.equal(events.at(-1).job.status, "COMPLETED");
});

test("on 4403 the client asks for a fresh token and goes on", LIMIT, async () => {
  const tokens = [expiredToken, studio.token];
  const closes = [];
  const { client } = connect({
    connectionParams: () => ({ Authorization: `Bearer ${tokens.shift()}` }),
    on: { closed: ({ code }) => closes.push(code) },
  });
  assert.ok((await run(client, "Viewer")).viewer.id);
  assert.equal(closes[0], 4403);
});

test("a lazy client opens a socket to ask something, and closes it when it has nothing more", LIMIT, async () => {
  const { client, sockets } = connect({ lazy: true, lazyCloseTimeout: 0 });
  assert.equal(sockets.length, 0);
  const closed = new Promise((resolve) => client.on("closed", resolve));
  await run(client, "Viewer");
  assert.deepEqual([(await closed).code, sockets.length], [1000, 1]);
  await run(client, "Viewer");
  assert.equal(sockets.length, 2);
});

test("an eager client with keepAlive has its pings answered while nothing is asked", LIMIT, async () => {
  const { client, sockets } = connect({ lazy: false, keepAlive: 20 });
  let answered = 0;
  await new Promise((resolve) => client.on("pong", (wasReceived) => wasReceived && ++answered === 5 && resolve()));
  assert.ok((await run(client, "Viewer")).viewer.id);
  assert.equal(sockets.length, 1);
});

test("ids are the client's business", LIMIT, async () => {
  const ids = ["x", "y".repeat(2_000), "ключ-🔑"];
  const { client, sockets } = connect({ generateID: () => ids.shift(), lazyCloseTimeout: 1_000 });
  await Promise.all([run(client, "Viewer"), run(client, "Viewer"), run(client, "Viewer")]);
  assert.deepEqual([ids, sockets.length], [[], 1]);
});

test("an operation's error goes to its own sink; the socket serves the next one", LIMIT, async () => {
  const { client, sockets } = connect({ lazyCloseTimeout: 1_000 });
  const refused = 'subscription { jobProgress(jobId: "nobody") { cursor } }';
  for (const query of ["{", "{ nothingLikeThis }", refused]) {
    await assert.rejects(all(client.iterate({ query })), (errors) => typeof errors[0].message === "string", query);
  }
  assert.ok((await run(client, "Viewer")).viewer.id);
  assert.equal(sockets.length, 1);
});
