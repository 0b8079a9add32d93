// urql: its fetch, subscription and persisted exchanges, and subscriptions over fetch as event streams.

import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";
import { cacheExchange, Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { documents, LIMIT, socketUrl, Studio, url } from "./studio.mjs";

const studio = new Studio("urql");

let story;
const sockets = new Set();
before(async () => (story = await studio.influencerWithFace()), LIMIT);
afterEach(async () => {
  for (const socket of sockets) await socket.dispose();
  sockets.clear();
});

/** `requests` are those it has sent over HTTP so far. */
function connect({ exchanges = [], ...options } = {}) {
  const requests = [];
  const client = new Client({
    url,
    exchanges: [cacheExchange, ...exchanges, fetchExchange],
    fetchOptions: { headers: studio.headers },
    fetch: async (input, init) => {
      requests.push({ url: new URL(input), method: init.method, body: init.body && JSON.parse(init.body) });
      return fetch(input, init);
    },
    ...options,
  });
  return { client, requests };
}

function overSocket() {
  const socket = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: studio.headers.authorization },
  });
  sockets.add(socket);
  return subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink) }),
    }),
  });
}

/** Every result of a subscription until `isLast`. */
function resultsOf(client, name, variables, isLast) {
  return new Promise((resolve, reject) => {
    const found = [];
    const { unsubscribe } = client.subscription(documents[name], variables).subscribe(({ data, error }) => {
      if (error) reject(error);
      else if (found.push(data) && isLast(data)) setImmediate(() => resolve(unsubscribe() ?? found));
    });
  });
}

const hasEnded = ({ jobProgress }) => jobProgress.job.finishedAt !== null;

for (const preferGetMethod of [false, "force"]) {
  test(`a query by ${preferGetMethod ? "GET" : "POST"} is answered, then comes from the cache`, LIMIT, async () => {
    const { client, requests } = connect({ preferGetMethod });
    const { data, error } = await client.query(documents.Viewer, {});
    assert.equal(error, undefined);
    assert.equal(data.viewer.influencers.edges[0].node.id, story.influencerId);
    assert.deepEqual((await client.query(documents.Viewer, {})).data, data);
    assert.deepEqual(requests.map(({ method }) => method), [preferGetMethod ? "GET" : "POST"]);
  });
}

test("a mutation changes what the document cache gives next", LIMIT, async () => {
  const { client } = connect({ preferGetMethod: false });
  const gallery = () => client.query(documents.Gallery, { first: 1 });
  const [{ node: image }] = (await gallery()).data.viewer.images.edges;
  const input = { imageIds: [image.id], liked: !image.liked };
  const { data } = await client.mutation(documents.LikeImages, { input });
  assert.deepEqual(data.likeImages.errors, []);
  assert.equal((await gallery()).data.viewer.images.edges[0].node.liked, !image.liked);
});

test("GraphQL errors arrive as such, with their code", LIMIT, async () => {
  const { client } = connect({ preferGetMethod: false });
  const { error } = await client.query(documents.Influencer, { id: "nobody" });
  assert.equal(error.graphQLErrors[0].extensions.code, "NOT_FOUND");
  assert.equal((await client.query("{ nothingLikeThis }", {})).error.graphQLErrors.length, 1);
});

test("a subscription over the socket is told to its end", LIMIT, async () => {
  const { client } = connect({ exchanges: [overSocket()] });
  const jobId = await studio.startBaseImages(story.influencerId);
  const results = await resultsOf(client, "JobProgress", { jobId }, hasEnded);
  assert.equal(results[0].jobProgress.__typename, "JobSnapshot");
  assert.equal(results.at(-1).jobProgress.job.status, "COMPLETED");
});

test("a subscription over fetch, as an event stream, is told to its end", LIMIT, async () => {
  const { client, requests } = connect({ fetchSubscriptions: true });
  const jobId = await studio.startBaseImages(story.influencerId);
  const results = await resultsOf(client, "JobProgress", { jobId }, hasEnded);
  assert.equal(results.at(-1).jobProgress.job.status, "COMPLETED");
  assert.equal(requests.length, 1);
});

for (const preferGetForPersistedQueries of [false, true]) {
  const method = preferGetForPersistedQueries ? "GET" : "POST";
  test(`persisted queries, by ${method}: registered by the first, a hit for the next`, LIMIT, async () => {
    const query = `query Persisted${Date.now()} { viewer { id email } }`;
    const options = { exchanges: [persistedExchange({ preferGetForPersistedQueries })], preferGetMethod: false };
    const first = connect(options);
    const { data, error } = await first.client.query(query, {});
    assert.equal(error, undefined);
    assert.deepEqual(first.requests.map(hasQuery), [false, true]);

    const next = connect(options);
    assert.deepEqual((await next.client.query(query, {})).data, data);
    assert.deepEqual(next.requests.map(hasQuery), [false]);
    assert.equal(next.requests[0].method, method);
  });
}

function hasQuery({ url, body }) {
  return Boolean(body?.query ?? url.searchParams.get("query"));
}
