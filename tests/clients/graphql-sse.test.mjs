// npm's graphql-sse client, "distinct connections mode": one POST for each operation, for clients behind proxies that
// break sockets.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "graphql-sse";
import { documents, LIMIT, Studio, url } from "./studio.mjs";

const studio = new Studio("graphql-sse");

let influencerId;
before(async () => (influencerId = await studio.influencer()), LIMIT);

/** `answers` are the HTTP answers it got so far. */
function connect({ headers = studio.headers, ...options } = {}) {
  const answers = [];
  const fetchFn = async (input, init) => {
    const answer = await fetch(input, init);
    answers.push(answer);
    return answer;
  };
  return { client: createClient({ url, headers, fetchFn, retryAttempts: 0, ...options }), answers };
}

async function all(results) {
  const found = [];
  for await (const { data, errors } of results) {
    assert.equal(errors, undefined);
    found.push(data);
  }
  return found;
}

const progress = (client, jobId, after = null) =>
  client.iterate({ query: documents.JobProgress, variables: { jobId, after } });

test("a job is told to its end, as an event stream that no proxy keeps back", LIMIT, async () => {
  const { client, answers } = connect();
  const events = await all(progress(client, await studio.startBaseImages(influencerId, { imageCount: 2 })));
  assert.equal(events[0].jobProgress.__typename, "JobSnapshot");
  assert.equal(events.at(-1).jobProgress.job.status, "COMPLETED");
  assert.equal(answers.length, 1);
  assert.match(answers[0].headers.get("content-type"), /^text\/event-stream\b/);
  assert.match(answers[0].headers.get("cache-control"), /no-cache|no-store/);
  assert.equal(answers[0].headers.get("x-accel-buffering"), "no");
});

test("queries and mutations take the same way", LIMIT, async () => {
  const { client } = connect();
  const [{ viewer }] = await all(client.iterate({ query: documents.Viewer }));
  assert.equal(viewer.influencers.edges[0].node.id, influencerId);
  const input = { influencerId, imageCount: 1, idempotencyKey: "over an event stream" };
  const [{ startBaseImages }] = await all(client.iterate({ query: documents.StartBaseImages, variables: { input } }));
  assert.deepEqual(startBaseImages.errors, []);
});

test("after a cut, `after` goes on behind the last event: none is missed, none comes twice", LIMIT, async () => {
  const jobId = await studio.startBaseImages(influencerId, { imageCount: 3 });
  const { client } = connect();
  const seen = [];
  for await (const { data } of progress(client, jobId)) {
    seen.push(data.jobProgress);
    if (data.jobProgress.__typename === "ImageCompleted") break; // which aborts the request
  }
  const rest = (await all(progress(client, jobId, seen.at(-1).cursor))).map(({ jobProgress }) => jobProgress);
  const completed = [...seen, ...rest].filter((event) => event.__typename === "ImageCompleted");
  assert.deepEqual(completed.map(({ index }) => index).sort(), [0, 1, 2]);
  assert.equal(rest.at(-1).job.status, "COMPLETED");
});

test("the client asks again by itself when a stream ends too early", LIMIT, async () => {
  const answers = [];
  const fetchFn = async (input, init) => {
    const answer = await fetch(input, init);
    return answers.push(answer) > 1 ? answer : new Response(firstOf(answer.body), answer);
  };
  const { client } = connect({ fetchFn, retryAttempts: 2, retry: async () => {} });
  const events = await all(progress(client, await studio.startBaseImages(influencerId, { imageCount: 2 })));
  assert.equal(answers.length, 2);
  assert.equal(events.filter(({ jobProgress }) => jobProgress.__typename === "JobSnapshot").length, 2);
  assert.equal(events.at(-1).jobProgress.job.status, "COMPLETED");
});

/** What has come at first, and an end a moment later, as a proxy makes it that has waited long enough. */
function firstOf(body) {
  const reader = body.getReader();
  return new ReadableStream({
    async start(controller) {
      controller.enqueue((await reader.read()).value);
      await wait(50);
      controller.close();
      await reader.cancel();
    },
  });
}

test("an error of the operation arrives in the stream, and ends it", LIMIT, async () => {
  const { client } = connect();
  const results = [];
  for await (const result of progress(client, "nobody")) results.push(result);
  assert.equal(results.length, 1);
  assert.equal(results[0].errors[0].extensions.code, "NOT_FOUND");
});

test("a document that is no good is told in the stream too, as the protocol wants it", LIMIT, async () => {
  for (const query of ["{", "{ nothingLikeThis }"]) {
    const { client } = connect();
    const results = [];
    for await (const result of client.iterate({ query })) results.push(result);
    assert.equal(results.length, 1);
    assert.ok(results[0].errors[0].message);
    assert.equal("data" in results[0], false);
  }
});

test("a bad token is refused with 401 before any stream", LIMIT, async () => {
  const { client } = connect({ headers: { authorization: "Bearer nobody" } });
  await assert.rejects(all(client.iterate({ query: documents.Viewer })), (error) => error.response.status === 401);
});
