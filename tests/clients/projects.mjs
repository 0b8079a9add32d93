// Projects as a client lives them: made, given a still, read, a content set of it watched over both jobs, taken back.

import assert from "node:assert/strict";
import { announce, put } from "./kinds.mjs";
import { greyPng } from "./png.mjs";
import { variablesOf } from "./studio.mjs";

/** `watch` gives all events of a subscription. */
export async function aProject({ ask, watch, subject }) {
  await ask("GiveConsent", variablesOf("GiveConsent", {}));
  const { project } = (await ask("CreateProject", variablesOf("CreateProject", {}))).createProject;
  const still = greyPng(640, 360, (x, y) => (x * y) % 256);
  const upload = await announce(ask, "PROJECT_STILL", "still.png", still);
  await put(upload, still);
  const ids = { "project id": project.id, "still upload id": upload.id, "influencer or persona id": subject };
  const wish = (operation) => variablesOf(operation, ids);
  const added = (await ask("AddProjectStills", wish("AddProjectStills"))).addProjectStills;
  assert.deepEqual([added.errors, added.project.stills.length], [[], 1]);

  assert.deepEqual((await ask("AnalyzeProject", wish("AnalyzeProject"))).analyzeProject.errors, []);
  const read = (await watch("ProjectProgress", wish("ProjectProgress"))).at(-1);
  assert.deepEqual([read.analysisStatus, read.analysis.analyzedBy], ["DONE", "LOCAL"]);
  assert.ok(read.analysis.concepts.length >= 2);

  const quote = (await ask("QuoteContentSet", wish("QuoteContentSet"))).quoteContentSet;
  assert.deepEqual([quote.credits, quote.imageCount], [160, 4]);
  const { contentSet, errors } = (await ask("CreateContentSet", wish("CreateContentSet"))).createContentSet;
  assert.deepEqual([errors, contentSet.creditsReserved], [[], 160]);
  ids["content set id"] = contentSet.id;
  const events = await watch("ContentSetProgress", wish("ContentSetProgress"));
  assert.equal(events[0].job, null);
  assert.deepEqual([events.at(-1).contentSet.status, events.at(-1).contentSet.completedCount], ["COMPLETED", 4]);
  assert.equal((await ask("ContentSet", wish("ContentSet"))).contentSet.project.id, project.id);
  assert.equal((await ask("ContentSets", wish("ContentSets"))).contentSets.edges.length, 1);
  const ended = (await ask("CancelContentSet", wish("CancelContentSet"))).cancelContentSet.errors;
  assert.deepEqual(ended.map((error) => error.__typename), ["ConflictError"]);

  const changed = (await ask("UpdateProject", wish("UpdateProject"))).updateProject.project;
  assert.deepEqual([changed.title, changed.analysis.isCurrent], ["Start early", false]);
  ids["still id"] = changed.stills[0].id;
  const removed = (await ask("RemoveProjectStills", wish("RemoveProjectStills"))).removeProjectStills;
  assert.deepEqual([removed.errors, removed.receipt.photoCount], [[], 1]);
  assert.ok((await ask("Project", wish("Project"))).project.transcript);
  assert.equal((await ask("Projects", wish("Projects"))).viewer.projects.edges.length, 1);
  assert.equal((await ask("DeleteProject", wish("DeleteProject"))).deleteProject.receipt.reason, "PROJECT_DELETED");
}
