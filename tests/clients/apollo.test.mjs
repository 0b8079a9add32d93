// Apollo Client 4: HttpLink and GraphQLWsLink under one normalising cache, and automatic persisted queries.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, before, test } from "node:test";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { buildSchema, isInterfaceType, OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { documents, LIMIT, socketUrl, Studio, url, variablesOf } from "./studio.mjs";

const studio = new Studio("apollo");
const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isInterfaceType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);
const document = (name) => gql(documents[name]);
const GALLERY = { query: document("Gallery"), variables: { first: 10, filter: null } };

let story;
const clients = new Set();
before(async () => (story = await studio.influencerWithFace({ imageCount: 2 })), LIMIT);
afterEach(() => {
  for (const client of clients) client.stop();
  clients.clear();
});

/** `requests` are those it has sent over HTTP so far. */
function connect({ persisted } = {}) {
  const requests = [];
  const recorded = async (input, init) => {
    requests.push({ url: new URL(input), method: init.method, body: init.body && JSON.parse(init.body) });
    return fetch(input, init);
  };
  const http = new HttpLink({ uri: url, fetch: recorded, headers: studio.headers });
  const sockets = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: studio.headers.authorization },
  });
  const overHttp = persisted ? new PersistedQueryLink(persisted).concat(http) : http;
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(sockets),
    overHttp,
  );
  const client = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });
  clients.add(client);
  return { client, requests };
}

test("a query is answered, and asked again comes from the cache", LIMIT, async () => {
  const { client, requests } = connect();
  const { data } = await client.query(GALLERY);
  assert.equal(data.viewer.images.edges.length, 2);
  assert.equal(data.viewer.images.edges[0].node.subject.name, "Mara Voss");
  assert.deepEqual((await client.query(GALLERY)).data, data);
  assert.equal(requests.length, 1);
});

test("a mutation's answer changes what the cache holds of the same image", LIMIT, async () => {
  const { client } = connect();
  const [{ node: image }] = (await client.query(GALLERY)).data.viewer.images.edges;
  const input = { imageIds: [image.id], liked: !image.liked };
  const { data } = await client.mutate({ mutation: document("LikeImages"), variables: { input } });
  assert.deepEqual(data.likeImages.errors, []);
  const cached = await client.query({ ...GALLERY, fetchPolicy: "cache-only" });
  assert.equal(cached.data.viewer.images.edges[0].node.liked, !image.liked);
});

test("a typed error of a mutation is data, with the fields of its own type", LIMIT, async () => {
  const { client } = connect();
  const variables = { input: { ...variablesOf("CreateInfluencer").input, name: "", idempotencyKey: "no name" } };
  const { data, error } = await client.mutate({ mutation: document("CreateInfluencer"), variables });
  assert.equal(error, undefined);
  assert.equal(data.createInfluencer.influencer, null);
  assert.equal(data.createInfluencer.errors[0].__typename, "ValidationError");
});

test("GraphQL errors arrive as such, with their code", LIMIT, async () => {
  const { client } = connect();
  const refused = client.query({ query: document("Influencer"), variables: { id: "nobody" } });
  const codes = async (answer) => {
    const error = await answer.then(() => assert.fail("no error"), (error) => error);
    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    return error.errors.map(({ extensions }) => extensions.code);
  };
  assert.deepEqual(await codes(refused), ["NOT_FOUND"]);
  assert.equal((await codes(client.query({ query: gql`{ nothingLikeThis }` }))).length, 1);
});

test("a subscription is told to its end, and its images are in the cache", LIMIT, async () => {
  const { client } = connect();
  const jobId = await studio.startBaseImages(story.influencerId);
  const events = [];
  await new Promise((resolve, reject) => {
    client.subscribe({ query: document("JobProgress"), variables: { jobId } }).subscribe({
      next: ({ data, error }) => (error ? reject(error) : events.push(data.jobProgress)),
      complete: resolve,
      error: reject,
    });
  });
  assert.equal(events.at(-1).job.status, "COMPLETED");
  const { image } = events.find((event) => event.__typename === "ImageCompleted");
  const fragment = gql`fragment Kept on ImageAsset { seed }`;
  assert.equal(client.cache.readFragment({ id: `ImageAsset:${image.id}`, fragment }).seed, image.seed);
});

const sha256 = (query) => createHash("sha256").update(query).digest("hex");
const extensionsOf = ({ url, body }) => body?.extensions ?? JSON.parse(url.searchParams.get("extensions"));
const hasQuery = ({ url, body }) => Boolean(body?.query ?? url.searchParams.get("query"));

for (const useGETForHashedQueries of [false, true]) {
  const method = useGETForHashedQueries ? "GET" : "POST";
  test(`persisted queries, by ${method}: registered by the first, a hit for the next`, LIMIT, async () => {
    const query = gql(`query Persisted${Date.now()} { viewer { id email } }`);
    const persisted = { sha256, useGETForHashedQueries };
    const first = connect({ persisted });
    const { data } = await first.client.query({ query });
    assert.deepEqual(first.requests.map(hasQuery), [false, true]);
    const hash = extensionsOf(first.requests[0]).persistedQuery.sha256Hash;
    assert.equal(hash.length, 64);

    const next = connect({ persisted });
    assert.deepEqual((await next.client.query({ query })).data, data);
    assert.deepEqual(next.requests.map(hasQuery), [false]);
    assert.equal(next.requests[0].method, method);
    assert.equal(extensionsOf(next.requests[0]).persistedQuery.sha256Hash, hash);
  });
}

test("a hash of another document is refused, and the document is not kept under it", LIMIT, async () => {
  const ask = async (body) => {
    const init = { method: "POST", headers: { ...studio.headers, "content-type": "application/json" } };
    return (await fetch(url, { ...init, body: JSON.stringify(body) })).json();
  };
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(`of something else ${Date.now()}`) } };
  assert.equal((await ask({ query: "{ __typename }", extensions })).data, undefined);
  assert.equal((await ask({ extensions })).errors[0].message, "PersistedQueryNotFound");
  assert.equal((await ask({ extensions })).errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
});
