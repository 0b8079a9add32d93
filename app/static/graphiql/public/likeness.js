// Starts GraphiQL with our examples, and looks at each answer on its way to the result pane.
//
// GraphiQL's own fetcher opens one WebSocket per subscription and sends the headers of the editor, as they are when
// the play button is pressed, as the payload of `connection_init`. So a changed token counts from the next run on.

import { fillIn, rememberIds } from "./placeholders.js";
import { showPictures } from "./pictures.js";
import { openUploads, readyUploads } from "./uploads.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const { createElement } = window.React;
const { GraphiQL } = window;

const socketAddress = new URL(settings.graphqlPath, location.href);
socketAddress.protocol = location.protocol === "https:" ? "wss:" : "ws:";
const send = GraphiQL.createFetcher({ url: settings.graphqlPath, subscriptionUrl: socketAddress.href });

async function fetcher(request, options) {
  if (options?.headers) lastHeaders = options.headers;
  const operation = operationToRun(request);
  const answer = await send(
    { ...request, operationName: operation.name, variables: fillIn(request.variables) },
    { ...options, documentAST: operation.document },
  );
  if (answer[Symbol.asyncIterator]) return watched(answer);
  lookAt(answer);
  return answer;
}

/**
 * What the text itself says is to be run. GraphiQL notices the operation of a tab just opened a moment late, and would
 * ask for the one of the tab before it, or send a subscription by POST.
 */
function operationToRun({ query, operationName }) {
  try {
    const document = GraphiQL.GraphQL.parse(query);
    const operations = document.definitions.filter(({ kind }) => kind === "OperationDefinition");
    const names = operations.map(({ name }) => name?.value);
    return { document, name: names.includes(operationName) ? operationName : names[0] };
  } catch {
    return { name: operationName }; // The server's words about a mistake in the text are better than ours.
  }
}

/** The same stream. Not an async generator: its `return` would wait for the next event, and Stop would not stop. */
function watched(events) {
  const iterator = events[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = await iterator.next();
      if (!step.done) lookAt(step.value);
      return step;
    },
    return: (value) => iterator.return(value),
    throw: (error) => iterator.throw(error),
  };
}

function lookAt(answer) {
  rememberIds(answer.data);
  showPictures(answer.data, settings.picturesFrom);
}

/**
 * GraphiQL keeps its tabs, and finds the open one again by the last saved text of the editors. That text is saved a
 * moment late and its headers hold an old token, so a reload would add a tab or lose the token: write both anew.
 */
function settleStoredTabs() {
  localStorage.removeItem("graphiql:headers");
  const { tabs = [], activeTabIndex = 0 } = JSON.parse(localStorage.getItem("graphiql:tabState") ?? "{}");
  for (const name of ["query", "variables"]) {
    const text = tabs[activeTabIndex]?.[name];
    if (text) localStorage.setItem(`graphiql:${name}`, text);
    else localStorage.removeItem(`graphiql:${name}`);
  }
}

function openExamplesAnew() {
  if (!confirm("Close all tabs and open the examples again?")) return;
  localStorage.removeItem("graphiql:tabState");
  location.reload();
}

const token = settings.developmentToken;
const headers = JSON.stringify({ Authorization: `Bearer ${token ?? "<access token>"}` }, null, 2);
let lastHeaders = JSON.parse(headers); // Of whoever ran the last tab: files are sent as the same user.

async function sendAsLast(query, variables) {
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(settings.graphqlPath, {
    method: "POST",
    headers: { ...lastHeaders, "Content-Type": "application/json" },
    body,
  });
  return answer.json();
}

readyUploads(settings, sendAsLast);

settleStoredTabs();
window.ReactDOM.createRoot(document.getElementById("graphiql")).render(
  createElement(
    GraphiQL,
    {
      fetcher,
      plugins: [window.GraphiQLPluginExplorer.explorerPlugin()],
      defaultTabs: settings.exampleTabs.map((tab) => ({ ...tab, headers })),
      defaultHeaders: headers,
      defaultQuery: "# A new tab. Ctrl-Space shows what can stand here.\n",
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false, // A token does not outlive the page.
      inputValueDeprecation: true,
      schemaDescription: true,
    },
    createElement(
      GraphiQL.Logo,
      null,
      createElement("span", { className: "likeness-name" }, "Likeness"),
      createElement("button", { className: "likeness-button", type: "button", onClick: openUploads }, "Upload"),
      createElement("button", { className: "likeness-button", type: "button", onClick: openExamplesAnew }, "Examples"),
    ),
  ),
);
