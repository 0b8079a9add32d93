// Lets an example say "<influencer id>": it stands for the newest such id that an answer in this browser tab showed.

const STORED = "likeness:ids";
const PLACEHOLDER = /^<([\w ]+) id>$/;
const NOUN_BY_FIELD = {
  influencer: "influencer",
  influencers: "influencer",
  persona: "persona",
  personas: "persona",
  job: "job",
  image: "image",
  images: "image",
  archive: "archive",
  export: "export",
  consent: "consent",
  portraits: "image",
  thread: "thread",
  thumbnailThread: "thread",
  project: "project",
  projects: "project",
  contentSet: "content set",
};

const ids = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");

export function newestId(noun) {
  return ids[noun];
}

export function useId(noun, id) {
  ids[noun] = id;
  sessionStorage.setItem(STORED, JSON.stringify(ids));
}

/** Take the ids out of an answer. Of a list its first counts, because our lists begin with the newest. */
export function rememberIds(value, noun) {
  if (Array.isArray(value)) {
    for (const item of value.toReversed()) rememberIds(item, noun);
  } else if (value && typeof value === "object") {
    for (const [field, inner] of Object.entries(value)) {
      rememberIds(inner, field === "edges" || field === "node" ? noun : NOUN_BY_FIELD[field]);
    }
    if (noun && typeof value.id === "string") useId(noun, value.id);
  }
}

/** The same variables with ids in place of placeholders; throws, in words for the result pane, where none is known. */
export function fillIn(value) {
  if (Array.isArray(value)) return value.map(fillIn);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fillIn(inner)]));
  }
  const noun = typeof value === "string" && PLACEHOLDER.exec(value)?.[1];
  if (!noun) return value;
  if (ids[noun]) return ids[noun];
  const next = noun.endsWith("upload") ? "Press Upload, at the top right, to send one" : "Run the tabs before this one, or paste an id";
  const message = `No answer here has shown an id for ${value} yet. ${next}.`;
  throw Object.assign(new Error(message), { stack: undefined }); // GraphiQL would print it.
}
