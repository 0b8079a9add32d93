// Relay: its compiler over the committed schema, its runtime against the live server.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { createClient } from "graphql-ws";
import compiler from "relay-compiler";
import relay from "relay-runtime";
import { WebSocket } from "ws";
import { LIMIT, socketUrl, Studio, url } from "./studio.mjs";

const folder = fileURLToPath(new URL("relay/", import.meta.url));
const artifact = (name) => createRequire(folder)(`./__generated__/${name}.graphql`);
const studio = new Studio("relay");
const IMAGES = 5;

let story;
let compiled;
let sockets;
before(async () => {
  await rm(`${folder}__generated__`, { recursive: true, force: true });
  const { stdout, stderr } = await promisify(execFile)(compiler, { cwd: folder });
  compiled = stripVTControlCharacters(stdout + stderr);
  story = await studio.influencerWithFace({ imageCount: IMAGES });
}, LIMIT);
afterEach(() => sockets?.dispose());

function makeEnvironment() {
  sockets = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: studio.headers.authorization },
  });
  const overHttp = async ({ text: query }, variables) => {
    const headers = { ...studio.headers, "content-type": "application/json" };
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) })).json();
  };
  const overSocket = ({ text: query, name: operationName }, variables) =>
    relay.Observable.create((sink) => sockets.subscribe({ query, operationName, variables }, sink));
  return new relay.Environment({
    network: relay.Network.create(overHttp, overSocket),
    store: new relay.Store(new relay.RecordSource()),
  });
}

const fetchQuery = (environment, name, variables) =>
  relay.fetchQuery(environment, artifact(name), variables).toPromise();

/** What a component with this fragment would be given. */
function read(environment, fragment, reference) {
  const { data, isMissingData } = environment.lookup(relay.getSingularSelector(artifact(fragment), reference));
  assert.equal(isMissingData, false, fragment);
  return data;
}

async function openGallery(environment) {
  const { viewer } = await fetchQuery(environment, "studioGalleryQuery", {});
  return { viewer, images: () => read(environment, "studioGallery", viewer).images };
}

test("the project compiles against schema.graphql without a warning", LIMIT, () => {
  assert.match(compiled, /Compilation completed/);
  assert.doesNotMatch(compiled, /warn|error/i);
});

test("the gallery is paged to its end: every image once, in one connection", LIMIT, async () => {
  const environment = makeEnvironment();
  const { viewer, images } = await openGallery(environment);
  assert.equal(images().edges.length, 2);
  const { paginationRequest, paginationMetadata } = relay.getPaginationMetadata(artifact("studioGallery"), "Gallery");
  const owner = { ...relay.getVariablesFromFragment(artifact("studioGallery"), viewer) };
  for (let pages = 1; images().pageInfo.hasNextPage; pages++) {
    assert.ok(pages < IMAGES);
    const cursor = images().pageInfo.endCursor;
    const variables = relay.getPaginationVariables("forward", 2, cursor, owner, {}, paginationMetadata);
    await relay.fetchQuery(environment, paginationRequest, variables).toPromise();
  }
  const found = images().edges.map(({ node }) => read(environment, "studioImage", node));
  assert.equal(found.length, IMAGES);
  assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(story.images.map(({ id }) => id)));
  assert.deepEqual(new Set(found.map(({ subject }) => subject.name)), new Set(["Mara Voss"]));
});

test("a fragment is refetched by node", LIMIT, async () => {
  const environment = makeEnvironment();
  const { node } = await fetchQuery(environment, "studioInfluencerQuery", { id: story.influencerId });
  const current = () => read(environment, "studioInfluencer", node.influencer);
  const { refetchableRequest, refetchMetadata } = relay.getRefetchMetadata(artifact("studioInfluencer"), "Influencer");
  assert.equal(refetchMetadata.identifierInfo.identifierField, "id");
  const before = read(environment, "studioImage", current().baseImage).id;
  const imageId = story.images.find(({ id }) => id !== before).id;
  await studio.ask("ChooseBaseImage", { input: { influencerId: story.influencerId, imageId } });
  assert.equal(read(environment, "studioImage", current().baseImage).id, before);
  await relay.fetchQuery(environment, refetchableRequest, { id: current().id }).toPromise();
  assert.equal(read(environment, "studioImage", current().baseImage).id, imageId);
});

test("a mutation changes the image wherever it is shown", LIMIT, async () => {
  const environment = makeEnvironment();
  const { images } = await openGallery(environment);
  const first = () => read(environment, "studioImage", images().edges[0].node);
  const { id, liked } = first();
  await new Promise((resolve, reject) => {
    relay.commitMutation(environment, {
      mutation: artifact("studioLikeMutation"),
      variables: { input: { imageIds: [id], liked: !liked } },
      onCompleted: (data, errors) => (errors ? reject(errors) : resolve(data)),
      onError: reject,
    });
  });
  assert.equal(first().liked, !liked);
});

test("a subscription is told to its end, and its images are in the store", LIMIT, async () => {
  const environment = makeEnvironment();
  const jobId = await studio.startBaseImages(story.influencerId);
  const events = [];
  await new Promise((resolve, reject) => {
    relay.requestSubscription(environment, {
      subscription: artifact("studioProgressSubscription"),
      variables: { jobId, after: null },
      onNext: ({ jobProgress }) => events.push(jobProgress),
      onCompleted: resolve,
      onError: reject,
    });
  });
  assert.deepEqual([events.at(-1).job.status, events.at(-1).job.percent], ["COMPLETED", 100]);
  const { image } = events.find(({ __typename }) => __typename === "ImageCompleted");
  assert.ok(read(environment, "studioImage", image).url);
});
