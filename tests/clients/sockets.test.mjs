// The protocol graphql-transport-ws by bare frames: who is let in, what is answered, and the code of every misuse.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { afterEach, test } from "node:test";
import { WebSocket } from "ws";
import { expiredToken, socketUrl, Studio, url } from "./studio.mjs";

const studio = new Studio("sockets");
const PROTOCOL = "graphql-transport-ws";
const INIT = { type: "connection_init", payload: { Authorization: `Bearer ${studio.token}` } };
const BALANCE = "subscription { creditBalanceChanged { available } }";
const LONGEST_INIT_WAIT_MS = 10_000;
const LIMIT = { timeout: 12_000 };

const subscribe = (id, query = "{ viewer { id } }") => ({ type: "subscribe", id, payload: { query } });

const opened = new Set();
afterEach(() => {
  for (const socket of opened) socket.terminate();
  opened.clear();
});

/** A socket with its messages in a queue, and the close to wait for. */
async function open(protocols = PROTOCOL) {
  const socket = new WebSocket(socketUrl, protocols);
  opened.add(socket);
  const messages = [];
  let arrived = () => {};
  socket.on("message", (data, isBinary) => {
    assert.equal(isBinary, false, "text frames only");
    messages.push(JSON.parse(data));
    arrived();
  });
  const closed = once(socket, "close").then(([code, reason]) => ({ code, reason: String(reason) }));
  await once(socket, "open");
  return {
    socket,
    closed,
    send(...all) {
      for (const each of all) socket.send(typeof each === "string" ? each : JSON.stringify(each));
    },
    async next() {
      while (!messages.length) {
        const more = new Promise((resolve) => (arrived = resolve));
        const end = closed.then(({ code }) => Promise.reject(new Error(`closed with ${code} instead of a message`)));
        await Promise.race([more, end]);
      }
      return messages.shift();
    },
  };
}

async function acknowledged() {
  const wire = await open();
  wire.send(INIT);
  assert.deepEqual(await wire.next(), { type: "connection_ack" });
  return wire;
}

async function assertCloses(wire, code) {
  const found = await wire.closed;
  assert.equal(found.code, code);
  assert.ok(Buffer.byteLength(found.reason) <= 123);
}

test("the live subprotocol is chosen of several", LIMIT, async () => {
  const { socket } = await open(["graphql-ws", "foreign", PROTOCOL]);
  assert.equal(socket.protocol, PROTOCOL);
});

test("4406: no subprotocol", LIMIT, async () => assertCloses(await open([]), 4406));

for (const protocols of ["graphql-ws", "foreign, another"]) {
  test(`4406: only ${protocols}`, LIMIT, async () => {
    const { chosen, code } = await firstFrameOf(protocols);
    assert.equal(chosen, undefined);
    assert.equal(code, 4406);
  });
}

/** npm's ws refuses a server that chose no subprotocol by itself, so this reads the close frame from the wire. */
async function firstFrameOf(protocols) {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.from("sixteen bytes ok").toString("base64"),
    "sec-websocket-protocol": protocols,
  };
  const [response, socket, head] = await once(request(url, { headers }).end(), "upgrade");
  const frame = head.length ? head : (await once(socket, "data"))[0];
  socket.destroy();
  assert.equal(frame[0], 0x88, "the first frame is a close");
  return { chosen: response.headers["sec-websocket-protocol"], code: frame.readUInt16BE(2) };
}

test("4401: subscribe before the acknowledgement", LIMIT, async () => {
  const wire = await open();
  wire.send(subscribe("1"));
  await assertCloses(wire, 4401);
});

const BAD_INITS = {
  "no payload": { type: "connection_init" },
  "no token": { type: "connection_init", payload: {} },
  "a token of nobody": { type: "connection_init", payload: { Authorization: "Bearer nobody" } },
  "an expired token": { type: "connection_init", payload: { Authorization: `Bearer ${expiredToken}` } },
  "another scheme": { type: "connection_init", payload: { Authorization: `Basic ${studio.token}` } },
};
for (const [name, message] of Object.entries(BAD_INITS)) {
  test(`4403: ${name}`, LIMIT, async () => {
    const wire = await open();
    wire.send(message);
    await assertCloses(wire, 4403);
  });
}

test("4408: no connection_init within a few seconds", LIMIT, async () => {
  const began = Date.now();
  await assertCloses(await open(), 4408);
  assert.ok(Date.now() - began < LONGEST_INIT_WAIT_MS);
});

test("4409: an id that is in use", LIMIT, async () => {
  const wire = await acknowledged();
  wire.send(subscribe("1", BALANCE), subscribe("1", BALANCE));
  await assertCloses(wire, 4409);
});

test("an id may be used again once its operation is over", LIMIT, async () => {
  const wire = await acknowledged();
  for (let turn = 0; turn < 3; turn++) {
    wire.send(subscribe("1"));
    assert.deepEqual([(await wire.next()).type, await wire.next()], ["next", { type: "complete", id: "1" }]);
  }
  wire.send(subscribe("1", BALANCE));
  assert.equal((await wire.next()).type, "next");
  wire.send({ type: "complete", id: "1" }, subscribe("1", BALANCE));
  assert.equal((await wire.next()).type, "next");
});

for (const moment of ["before", "after"]) {
  test(`4429: two inits, the second ${moment} the acknowledgement`, LIMIT, async () => {
    const wire = await (moment === "before" ? open() : acknowledged());
    wire.send(...(moment === "before" ? [INIT, INIT] : [INIT]));
    await assertCloses(wire, 4429);
  });
}

const MALFORMED = [
  "",
  "{",
  "null",
  "7",
  '"ping"',
  "[]",
  "[".repeat(5_000),
  "{}",
  '{"type":null}',
  '{"type":["ping"]}',
  '{"type":"start","id":"1","payload":{"query":"{ viewer { id } }"}}',
  '{"type":"connection_ack"}',
  '{"type":"connection_init","payload":"x"}',
  '{"type":"connection_init","payload":[]}',
  '{"type":"ping","payload":7}',
  '{"type":"pong","payload":[]}',
  '{"type":"complete"}',
  '{"type":"complete","id":1}',
  '{"type":"subscribe"}',
  '{"type":"subscribe","id":"1"}',
  '{"type":"subscribe","id":"","payload":{"query":"{ viewer { id } }"}}',
  '{"type":"subscribe","id":1,"payload":{"query":"{ viewer { id } }"}}',
  '{"type":"subscribe","id":"1","payload":null}',
  '{"type":"subscribe","id":"1","payload":{}}',
  '{"type":"subscribe","id":"1","payload":{"query":7}}',
  '{"type":"subscribe","id":"1","payload":{"query":"{ viewer { id } }","variables":[]}}',
  '{"type":"subscribe","id":"1","payload":{"query":"{ viewer { id } }","operationName":{}}}',
  '{"type":"subscribe","id":"1","payload":{"query":"{ viewer { id } }","extensions":"x"}}',
  '{"type":"subscribe","id":"1","payload":{"query":"{ viewer { id } }"},"id":{}}',
];
for (const text of MALFORMED) {
  test(`4400: ${text.slice(0, 80) || "an empty frame"}`, LIMIT, async () => {
    const wire = await acknowledged();
    wire.send(text);
    await assertCloses(wire, 4400);
  });
}

test("4400: malformed before the acknowledgement", LIMIT, async () => {
  const wire = await open();
  wire.send("{");
  await assertCloses(wire, 4400);
});

test("4400: a binary frame", LIMIT, async () => {
  const wire = await acknowledged();
  wire.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
  await assertCloses(wire, 4400);
});

test("1009: a frame of more than 64 kB; one just below is read", LIMIT, async () => {
  const wire = await acknowledged();
  const pingOf = (length) => ({ type: "ping", payload: { padding: "x".repeat(length) } });
  wire.send(pingOf(65_000));
  assert.equal((await wire.next()).type, "pong");
  wire.send(pingOf(66_000));
  await assertCloses(wire, 1009);
});

test("a ping is answered, also before the acknowledgement; a pong is taken", LIMIT, async () => {
  const wire = await open();
  wire.send({ type: "pong" }, { type: "ping" });
  assert.equal((await wire.next()).type, "pong");
  wire.send(INIT);
  assert.equal((await wire.next()).type, "connection_ack");
  wire.send({ type: "ping", payload: { at: 1 } });
  assert.equal((await wire.next()).type, "pong");
});

for (const id of ["1", "a".repeat(128), "a".repeat(10_000), "ключ 🔑 \n"]) {
  test(`an id of ${id.length} characters comes back as it is`, LIMIT, async () => {
    const wire = await acknowledged();
    wire.send(subscribe(id));
    assert.equal((await wire.next()).id, id);
    assert.deepEqual(await wire.next(), { type: "complete", id });
    wire.socket.close();
  });
}

test("a subscription that is refused when it begins ends with its error, and its id is free again", LIMIT, async () => {
  const wire = await acknowledged();
  const refused = 'subscription { jobProgress(jobId: "nobody\'s") { cursor } }';
  for (let turn = 0; turn < 2; turn++) {
    wire.send(subscribe("1", refused));
    const { type, id, payload } = await wire.next();
    assert.deepEqual([type, id, payload[0].extensions.code], ["error", "1", "NOT_FOUND"]);
  }
});

test("an operation's error is its own: the others and the socket go on", LIMIT, async () => {
  const wire = await acknowledged();
  wire.send(subscribe("watching", BALANCE));
  assert.equal((await wire.next()).type, "next");
  const unnamed = "query A { viewer { id } } query B { viewer { id } }";
  for (const query of ["{", "{ nothingLikeThis }", unnamed]) {
    wire.send(subscribe("bad", query));
    const { type, id, payload } = await wire.next();
    assert.deepEqual([type, id], ["error", "bad"], query);
    assert.ok(Array.isArray(payload) && payload.every(({ message }) => typeof message === "string"));
  }
  wire.send({ type: "complete", id: "no such operation" }, subscribe("good"));
  assert.equal((await wire.next()).payload.errors, undefined);
});
