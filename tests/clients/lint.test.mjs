// The committed schema under @graphql-eslint: its recommended schema rules and its Relay rules, without a finding.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import graphqlPlugin from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { buildSchema, isObjectType } from "graphql";

const root = fileURLToPath(new URL("../../", import.meta.url));
const path = `${root}schema.graphql`;
const schema = await readFile(path, "utf8");
const configs = graphqlPlugin.configs;

/** The types of the interfaces that are named for events. */
function eventsOf(schema) {
  const objects = Object.values(buildSchema(schema).getTypeMap()).filter(isObjectType);
  return objects.filter((one) => one.getInterfaces().some(({ name }) => name.endsWith("Event"))).map(({ name }) => name);
}

/** Every setting here says what a rule cannot know of this schema. None turns a rule off. */
const SETTINGS = {
  "@graphql-eslint/strict-id-in-types": [
    "error",
    {
      // What the catalogue offers is known by the key that inputs take; a second name would only invite mistakes.
      acceptedIdNames: ["id", "key"],
      acceptedIdTypes: [
        "ID",
        "String",
        "AspectRatio",
        "BaseModel",
        "BrandQuestionKey",
        "Environment",
        "HeadshotStyle",
        "OnboardingPartKey",
        "Outfit",
        "OverlayPosition",
        "Quality",
        "Restyle",
        "Scene",
        "SocialPlatform",
      ],
      exceptions: {
        // A page, an answer and a refusal are not things: asked for again, they are others. The Relay specification
        // says what a page is made of, and gives its parts no id.
        suffixes: ["Connection", "Edge", "Payload", "Error"],
        types: [
          "PageInfo",
          // What a text, a photo or a persona is worth or needs now: values of theirs.
          "ConsentText",
          "PhotoQuality",
          "PhotoAdvice",
          "PhotoFace",
          "PersonaNextStep",
          "PersonaAnalysis",
          "PersonaConcepts",
          "PhotoReference",
          "SetAspectScore",
          "SetAdvice",
          "RetrainEligibility",
          "SubjectUsage",
          "KindUsage",
          "ProviderCopies",
          "AutomaticTraining",
          // Events are told, not kept. With an id, a normalising cache would keep each of them for ever.
          ...eventsOf(schema),
          "TrainingProgressEvent",
          "ContentSetEvent",
          // Values: part of the one object that has them, and replaced as a whole.
          "AdultCondition",
          "AdultContent",
          "Appearance",
          "AppearanceOptions",
          "AppearanceQuestion",
          "Avatar",
          "BrandColor",
          "ProjectAnalysis",
          "BrandContrast",
          "BrandFont",
          "BrandLogo",
          "FoundColor",
          "CostFigures",
          "CreditBalance",
          "EnvironmentUse",
          "EventCount",
          "GraphicBrand",
          "ImageTimes",
          "LoraSettings",
          "ModelCost",
          "ModelLicence",
          "Onboarding",
          "OpenBreaker",
          "ApprovalRound",
          "PhotoGuideline",
          "Profile",
          "Provenance",
          "ProviderFault",
          "ProviderStatus", // of each provider one, which its name tells
          "RetrainSuggestion",
          "SafeArea",
          "SceneUse",
          "SocialGraphic",
          "StudioDay",
          "StudioMetrics", // of the range that was asked for
          "TrainingCost",
          "TrainingAttempt", // the number of it, within its training
          "TrainingImages",
          "UploadHeader",
          "UploadIssue",
          "VariationOptions",
        ],
      },
    },
  ],
  // Cursor Connections, section 4: forward arguments, backward arguments, "or both". Ours go forward.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  // The rest of this rule is the specification's. That no other list may exist is not: errors and catalogues are lists.
  "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
};

/** Findings in schema.graphql, or in `text` in its place. */
async function findings(text) {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ["schema.graphql"],
      plugins: { "@graphql-eslint": graphqlPlugin },
      languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema: path } } },
      rules: { ...configs["flat/schema-recommended"].rules, ...configs["flat/schema-relay"].rules, ...SETTINGS },
    },
  });
  const [{ messages }] = await eslint.lintText(text, { filePath: path });
  return messages.map(({ line, ruleId, message }) => `schema.graphql:${line} ${ruleId}: ${message}`);
}

test("schema.graphql is clean under the recommended and the Relay rules", async () => {
  assert.deepEqual(await findings(schema), []);
});

test("the linter does look: a type without an id and a page without arguments are found", async () => {
  const broken = schema
    .replace(/type LoraModel implements Node \{\s+""".*"""\s+id: ID!/, "type LoraModel {")
    .replace(/loraHistory\([^)]*\)/, "loraHistory");
  const rules = (await findings(broken)).map((finding) => finding.match(/@graphql-eslint\/[a-z-]+/)[0]);
  assert.deepEqual(rules.sort(), ["@graphql-eslint/relay-arguments", "@graphql-eslint/strict-id-in-types"]);
});

test("every type that has a setting of its own is still there", () => {
  const [, { exceptions, acceptedIdTypes }] = SETTINGS["@graphql-eslint/strict-id-in-types"];
  const types = buildSchema(schema).getTypeMap();
  assert.deepEqual([...exceptions.types, ...acceptedIdTypes].filter((name) => !(name in types)), []);
});
