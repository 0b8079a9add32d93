// One line for each file; what failed, with its reason, below it.

import path from "node:path";

const MOST_LINES = 12; // of a reason

export default async function* report(events) {
  const files = new Map();
  for await (const { type, data } of events) {
    if (!["test:pass", "test:fail", "test:stderr"].includes(type)) continue;
    const name = path.basename(data.file ?? data.name);
    const file = files.get(name) ?? files.set(name, { passed: 0, failures: [], stderr: "" }).get(name);
    if (type === "test:stderr") file.stderr += data.message;
    else if (type === "test:fail") file.failures.push(...failuresOf(data, file));
    else if (data.details?.type !== "suite") file.passed += 1;
  }
  for (const [name, { passed, failures }] of files) {
    yield `${failures.length ? "FAIL" : "ok  "} ${name.padEnd(22)} ${passed} passed`;
    yield failures.length ? `, ${failures.length} failed\n` : "\n";
    for (const failure of failures) yield `     - ${failure.trimEnd().replaceAll("\n", "\n       ")}\n`;
  }
}

/** None for a suite or a file that failed because a test of it did: that is told already. */
function failuresOf({ name, details: { error } }, file) {
  if (error.failureType === "subtestsFailed") return [];
  const isWholeFile = error.exitCode !== undefined;
  if (isWholeFile) return file.failures.length ? [] : [`it ended before its tests\n${lines(file.stderr)}`];
  return [`${name}\n${lines(String((error.cause ?? error).message ?? error.cause))}`];
}

function lines(text) {
  return text.trim().split("\n").slice(0, MOST_LINES).join("\n");
}
