// Opens GraphiQL of a running server in chromium and goes through every example, as a newcomer would.
//
//   BASE_URL=http://127.0.0.1:8000 [STORE=…] [SCREENSHOTS=/tmp/shots] [CHROMIUM=/usr/bin/chromium] node graphiql.spec.mjs
//
// Wants a server that fills in a development token, and gives its user credits enough for the whole story: SIGNUP_CREDITS=2000.
// Asserts also what must not happen: a request to another origin, an
// error on the console, a breach of the content security policy. Exits non-zero at the first thing that is not so.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const base = new URL(process.env.BASE_URL ?? "http://127.0.0.1:8000");
const screenshots = process.env.SCREENSHOTS;
const store = process.env.STORE; // The origin of a store of pictures, where the server uses one.
const EXAMPLES = [
  "Viewer",
  "Catalogue",
  "CreateInfluencer",
  "StartBaseImages",
  "BaseImageProgress",
  "ChooseBaseImage",
  "QuotePack",
  "StartPack",
  "JobProgress",
  "StartInpaint",
  "StartEdit",
  "StartCharacterSheet",
  "StartHeadshots",
  "StartVariations",
  "Gallery",
  "CreditHistory",
  "LikeImages",
  "RecordDownload",
  "RequestArchive",
  "Archive",
  "DeleteImages",
  "RestoreImages",
  "RecordEvents",
  "StartThumbnail",
  "ThumbnailPreview",
  "RefineThumbnail",
  "StartSocialGraphics",
  "CreateProject",
  "AnalyzeProject",
  "ProjectProgress",
  "CreateContentSet",
  "ContentSetProgress",
  "StartExport",
  "ExportProgress",
  "StudioMetrics",
  "GiveConsent",
  "CreatePersona",
  "AddPersonaPhotos",
  "QuotePortraits",
  "StartPortraits",
  "Persona",
  "RegenerateImage",
  "UpdateProfile",
  "LinkSocial",
  "Onboarding",
  "AnswerBrandQuestions",
  "Brand",
  "StudioEvents",
  "Notifications",
  "MarkNotificationsRead",
  "DismissNotifications",
];
const FOR_ADMINISTRATORS = ["StudioMetrics"];
const BEFORE = { StartInpaint: paintsAMask, StartVariations: sendsAStyleImage, AddPersonaPhotos: sendsPhotos };
const WATCHED = ["StartInpaint", "StartVariations", "StartPortraits"]; // to their end, in the tab that watches any job
const END = {
  BaseImageProgress: ({ jobProgress }) => jobProgress.job.percent === 100,
  JobProgress: ({ jobProgress }) => jobProgress.job.percent === 100,
  ThumbnailPreview: ({ thumbnailPreview }) => thumbnailPreview.__typename === "FinalPreview",
  ProjectProgress: ({ projectProgress }) => projectProgress.analysis.concepts.length > 0,
  ContentSetProgress: ({ contentSetProgress }) => contentSetProgress.contentSet.percent === 100,
  ExportProgress: ({ exportProgress }) => exportProgress.percent === 100,
  StudioEvents: ({ viewerEvents }) => viewerEvents.__typename === "ViewerSnapshot",
};
const ENDLESS = ["StudioEvents"]; // stopped by hand after the first event
const LONGEST_JOB_MS = 120_000;

const profile = await mkdtemp(path.join(tmpdir(), "likeness-chromium-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  viewport: { width: 1440, height: 900 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

const addresses = [];
const complaints = [];
const sockets = [];
browser.on("request", (request) => addresses.push(request.url()));
const page = browser.pages()[0] ?? (await browser.newPage());
page.setDefaultTimeout(15_000);
page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("response", (response) => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`));
page.on("websocket", (socket) => {
  addresses.push(socket.url());
  const seen = { sent: [], isClosed: false };
  socket.on("framesent", ({ payload }) => seen.sent.push(JSON.parse(payload)));
  socket.on("close", () => (seen.isClosed = true));
  sockets.push(seen);
});

const executeButton = page.locator(".graphiql-execute-button");
const tabButtons = page.locator(".graphiql-tab-button");
const editorText = (selector) => page.locator(`${selector} .CodeMirror`).evaluate((node) => node.CodeMirror.getValue());
const tools = { variables: ".graphiql-editor-tool > :nth-child(1)", headers: ".graphiql-editor-tool > :nth-child(2)" };
const dialog = page.locator("#uploader");
const resultText = () => editorText(".result-window");

try {
  await opensOnExamples();
  for (const name of EXAMPLES) {
    await BEFORE[name]?.();
    await runsCleanly(name);
    if (WATCHED.includes(name)) await runsCleanly("JobProgress");
  }
  await showsPictures();
  await watchesTheBalance();
  await opensDocsExplorerAndSettings();
  await keepsTabsAndTokenOverReload();
  assert.deepEqual(complaints, [], "the console stays free of errors");
  await sendsTheTokenOfTheMoment();
  const isOurs = ({ host, origin }) => host === base.host || origin === store;
  const foreign = addresses.filter((address) => /^(https?|wss?):/.test(address) && !isOurs(new URL(address)));
  assert.deepEqual(foreign, [], "no other host is asked");
  console.log(`GraphiQL: all ${EXAMPLES.length} examples ran; ${addresses.length} requests, all to ${base.host}${store ? ` and ${store}` : ""}.`);
} catch (error) {
  await screenshot("failure");
  console.error("complaints:", complaints);
  throw error;
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}

async function opensOnExamples() {
  await page.goto(new URL("/graphql", base).href);
  await executeButton.waitFor();
  assert.deepEqual(await tabButtons.allTextContents(), EXAMPLES);
  assert.match(await editorText(".graphiql-query-editor"), /^# Welcome to Likeness[^]+query Viewer \{/);
  assert.match((await developmentHeaders()).Authorization, /^Bearer \S{5,}$/);
  await screenshot("opened");
  await openTab("StartBaseImages");
  await executeButton.click();
  await page.waitForFunction(hasResult);
  assert.match(await resultText(), /No answer here has shown an id for <influencer id> yet/);
}

/** Nothing painted is refused in the server's words; then with a pointer, and on from the middle by keys alone. */
async function paintsAMask() {
  await openTab("StartInpaint");
  await executeButton.click();
  await page.waitForFunction(hasResult);
  assert.match(await resultText(), /<mask upload id> yet\. Press Upload, at the top right, to send one\./);

  await page.getByRole("button", { name: "Upload" }).click();
  const canvas = dialog.locator("canvas");
  await canvas.waitFor();
  await dialog.locator("#painting img").evaluate((picture) => picture.decode());
  assert.deepEqual(await whiteOf(canvas), { width: 768, height: 1365, share: 0 }, "as large as the picture of the pack");
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.match(await saidInDialog(), /^Nothing in this mask is white/);
  await screenshot("mask-empty");

  const { x, y, width, height } = await canvas.boundingBox();
  await page.mouse.move(x + width / 4, y + height / 4);
  await page.mouse.down();
  await page.mouse.move(x + (width * 3) / 4, y + height / 4, { steps: 4 });
  await page.mouse.up();
  const dragged = (await whiteOf(canvas)).share;
  await canvas.focus();
  await page.keyboard.press("ArrowDown");
  assert.equal((await whiteOf(canvas)).share, dragged, "arrows move, and paint nothing");
  assert.ok(await dialog.locator(".tip").isVisible(), "where keys would paint is shown");
  await screenshot("mask-by-keys");
  await page.keyboard.press("Space");
  const dotted = (await whiteOf(canvas)).share;
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  const lined = (await whiteOf(canvas)).share;
  assert.ok(0 < dragged && dragged < dotted && dotted < lined && lined < 0.5, `${dragged} < ${dotted} < ${lined}`);
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.equal(await saidInDialog(), "Sent, 768 by 1365 pixels. In the variables, <mask upload id> now stands for it.");
  await screenshot("mask-sent");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

/** Waits until the picture is there: what moves while it comes is clicked beside. */
async function opensTheDialog() {
  await page.getByRole("button", { name: "Upload" }).click();
  await dialog.locator("canvas").waitFor();
  await dialog.locator("#painting img").evaluate((picture) => picture.decode());
}

async function sendsAStyleImage() {
  await opensTheDialog();
  await dialog.getByLabel("A picture whose style is taken over").check();
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.equal(await saidInDialog(), "Choose a file first.");
  const wrong = { name: "style.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await dialog.locator("input[type=file]").setInputFiles(wrong);
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.match(await saidInDialog(), /picture/);
  await screenshot("style-refused");
  await dialog.locator("form").evaluate(dropsAPicture);
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.equal(await saidInDialog(), "Sent, 400 by 300 pixels. In the variables, <style upload id> now stands for it.");
  await dialog.locator("input[type=file]").setInputFiles({ ...wrong, buffer: await page.screenshot() });
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.equal(await saidInDialog(), "Sent, 1440 by 900 pixels. In the variables, <style upload id> now stands for it.");
  await screenshot("style-sent");
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Five of one person, cut from one photo (tests/photos): a face is found on each. */
async function sendsPhotos() {
  const photo = (await readFile(new URL("../photos/astronaut.jpg", import.meta.url))).toString("base64");
  const cuts = await page.evaluate(cutsOf, photo);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.locator("#uploader button[name=send]:enabled").waitFor();
  await dialog.getByLabel("Photos of yourself").check();
  const files = cuts.map((cut, at) => ({ name: `${at}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(cut, "base64") }));
  await dialog.locator("input[type=file]").setInputFiles(files);
  await dialog.getByRole("button", { name: "Send" }).click();
  assert.match(await saidInDialog(), /^Sent: 5\./);
  await screenshot("photos-sent");
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "hidden" });
}

async function cutsOf(photo) {
  const bytes = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0));
  const whole = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const cuts = [];
  for (const [left, top, side] of [[114, 0, 220], [60, 0, 312], [90, 10, 280], [20, 0, 360], [130, 0, 205]]) {
    const canvas = new OffscreenCanvas(900, 900);
    canvas.getContext("2d").drawImage(whole, left, top, side, side, 0, 0, 900, 900);
    const cut = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 })).arrayBuffer());
    cuts.push(btoa(Array.from(cut, (byte) => String.fromCharCode(byte)).join("")));
  }
  return cuts;
}

async function dropsAPicture(target) {
  const canvas = new OffscreenCanvas(400, 300);
  canvas.getContext("2d").fillRect(0, 0, 200, 300);
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([await canvas.convertToBlob()], "dropped.png", { type: "image/png" }));
  target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}

/** What is said once the step is over. */
async function saidInDialog() {
  await page.locator("#uploader button[name=send]:enabled").waitFor();
  return dialog.locator("output").textContent();
}

async function whiteOf(canvas) {
  return canvas.evaluate((node) => {
    const { width, height } = node;
    const { data } = node.getContext("2d").getImageData(0, 0, width, height);
    return { width, height, share: data.filter((value, at) => at % 4 === 3 && value > 127).length / (width * height) };
  });
}

async function runsCleanly(name) {
  await openTab(name);
  const isSubscription = (await editorText(".graphiql-query-editor")).includes(`subscription ${name}`);
  await executeButton.click();
  await page.waitForFunction(hasResult);
  if (isSubscription) {
    await screenshot(`${name}-under-way`);
    if (ENDLESS.includes(name)) await page.locator('.graphiql-execute-button[aria-label^="Stop"]').click();
    await page.locator('.graphiql-execute-button[aria-label^="Execute"]').waitFor({ timeout: LONGEST_JOB_MS });
  }
  const result = JSON.parse(await resultText());
  await screenshot(name);
  if (FOR_ADMINISTRATORS.includes(name)) return assert.equal(result.errors[0].extensions.code, "NOT_ALLOWED", name);
  assert.equal(result.errors, undefined, `${name} answered ${await resultText()}`);
  for (const payload of Object.values(result.data)) assert.deepEqual(payload.errors ?? [], [], name);
  if (isSubscription) assert.ok(END[name](result.data), `${name} ends with what it watches`);
  console.log(`${name}: ok`);
}

async function showsPictures() {
  const pictures = page.locator("#pictures img");
  assert.ok((await pictures.count()) >= 12, "three faces, five pictures and four variations, or more on a server used before");
  const widths = await pictures.evaluateAll((images) =>
    Promise.all(images.map((image) => image.decode().then(() => image.naturalWidth))),
  );
  assert.ok(widths.every((width) => width > 0));
  await page.locator("#pictures button").last().click();
  assert.equal(await page.locator("#pictures figure.chosen").count(), 1);
}

/** The subscription that no example shows, typed into a tab of its own. It never ends by itself. */
async function watchesTheBalance() {
  await page.getByLabel("New tab").click();
  await page.waitForFunction(hasTabs, EXAMPLES.length + 1);
  await page
    .locator(".graphiql-query-editor .CodeMirror")
    .evaluate((node) => node.CodeMirror.setValue("subscription Balance { creditBalanceChanged { available reserved total } }"));
  await executeButton.click();
  await page.waitForFunction(hasSettled, null, { timeout: LONGEST_JOB_MS }); // every job of the story has ended
  const { available, total } = JSON.parse(await resultText()).data.creditBalanceChanged;
  assert.equal(available, total);
  await screenshot("Balance");
  await page.locator('.graphiql-execute-button[aria-label^="Stop"]').click();
  await eventually(() => sockets.at(-1).isClosed, "Stop closes the socket at once");
  await page.getByLabel("Close Tab").last().click();
  await page.waitForFunction(hasTabs, EXAMPLES.length);
}

/** They open the menus and panels that are most likely to break a strict style policy. */
async function opensDocsExplorerAndSettings() {
  await page.getByLabel("Show Documentation Explorer").click();
  await page.locator(".graphiql-doc-explorer").waitFor();
  await page.getByRole("link", { name: "Subscription", exact: true }).click();
  await page.locator(".graphiql-doc-explorer").getByText("Subscribe again").waitFor();
  await screenshot("docs");
  await page.getByLabel("Show GraphiQL Explorer").click();
  await page.locator(".graphiql-explorer-root").first().waitFor();
  await screenshot("explorer");
  await page.getByLabel("Hide GraphiQL Explorer").click();
  await page.getByLabel("Open settings dialog").click();
  await page.getByRole("dialog").waitFor();
  await page.getByRole("button", { name: "Dark" }).click();
  await screenshot("settings");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForTimeout(500); // The tabs glide to their places.
  await screenshot("dark");
}

async function keepsTabsAndTokenOverReload() {
  await openTab("StartPack");
  await page.waitForFunction(
    (index) => JSON.parse(localStorage.getItem("graphiql:tabState")).activeTabIndex === index,
    EXAMPLES.indexOf("StartPack"),
  ); // GraphiQL saves its tabs half a second late.
  await page.reload();
  await executeButton.waitFor();
  assert.deepEqual(await tabButtons.allTextContents(), EXAMPLES);
  assert.match(await editorText(".graphiql-query-editor"), /mutation StartPack/);
  assert.match(await editorText(tools.variables), /<influencer id>/);
  assert.match((await developmentHeaders()).Authorization, /^Bearer \S{5,}$/);
}

async function sendsTheTokenOfTheMoment() {
  await openTab("JobProgress");
  await page
    .locator(`${tools.headers} .CodeMirror`)
    .evaluate((node) => node.CodeMirror.setValue('{"Authorization": "Bearer another"}'));
  await executeButton.click();
  await eventually(() => sockets.at(-1).isClosed, "a bad token closes the socket");
  const init = sockets.at(-1).sent.find((message) => message.type === "connection_init");
  assert.deepEqual(init.payload, { Authorization: "Bearer another" });
}

async function openTab(name) {
  await tabButtons.getByText(name, { exact: true }).click();
  await page.waitForFunction(
    (name) => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue().includes(` ${name}`),
    name,
  );
}

async function developmentHeaders() {
  return JSON.parse(await editorText(tools.headers));
}

function hasTabs(count) {
  return document.querySelectorAll(".graphiql-tab-button").length === count;
}

function hasSettled() {
  return document.querySelector(".result-window .CodeMirror").CodeMirror.getValue().includes('"reserved": 0');
}

function hasResult() {
  return document.querySelector(".result-window .CodeMirror").CodeMirror.getValue().trim() !== "";
}

async function eventually(isSo, what) {
  for (let waited = 0; !isSo(); waited += 50) {
    assert.ok(waited < 5_000, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function screenshot(name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}
