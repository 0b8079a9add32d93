// GraphQL over HTTP: every audit of npm's graphql-http, MUST, SHOULD and MAY alike, with a token and without one.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { serverAudits } from "graphql-http";
import { LIMIT, Studio, url } from "./studio.mjs";

const studio = new Studio("audits");
const callers = {
  "signed in": (input, init = {}) => fetch(input, { ...init, headers: { ...init.headers, ...studio.headers } }),
  anonymous: fetch,
};

for (const [caller, fetchFn] of Object.entries(callers)) {
  const audits = serverAudits({ url, fetchFn });
  describe(caller, () => {
    test("there are 61 audits", LIMIT, () => assert.equal(audits.length, 61));
    for (const { id, name, fn } of audits) {
      test(`${caller}: ${id} ${name}`, LIMIT, async () => {
        const { status, reason } = await fn();
        if (status !== "ok") assert.fail(`${status}: ${reason}`);
      });
    }
  });
}
