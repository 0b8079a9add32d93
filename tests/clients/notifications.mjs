// The part of the story about what a user is told: the list, the one stream of everything, read and dismissed in it.

import assert from "node:assert/strict";
import { variablesOf } from "./studio.mjs";

/** `ask(operation, variables)` answers its data; `watch(operation)` is what a subscription tells. Packs were made before. */
export async function theNotifications({ ask, watch }) {
  const { viewer } = await ask("Notifications", variablesOf("Notifications", {}));
  const types = new Set(viewer.notifications.edges.map(({ node }) => node.type));
  assert.ok(types.has("job.completed"), [...types].join());
  assert.ok(viewer.unreadNotificationCount > 0);

  const streams = ["StudioEvents", "ViewerEvents", "NotificationAdded"].map(watch);
  const [studio, viewers] = streams;
  assert.equal((await studio.next()).value.viewer.unreadNotificationCount, viewer.unreadNotificationCount);
  assert.equal((await viewers.next()).value.__typename, "ViewerSnapshot");
  assert.equal((await streams[2].next()).value.notification, null);

  const read = (await ask("MarkNotificationsRead", variablesOf("MarkNotificationsRead", {}))).markNotificationsRead;
  assert.deepEqual(read, { unreadNotificationCount: 0, errors: [] });
  assert.equal((await viewers.next()).value.__typename, "NotificationsRead");
  const heard = (await studio.next()).value;
  assert.deepEqual([heard.__typename, heard.unreadNotificationCount], ["NotificationsRead", 0]);

  const dismissed = (await ask("DismissNotifications", variablesOf("DismissNotifications", {}))).dismissNotifications;
  assert.deepEqual(dismissed, { unreadNotificationCount: 0, errors: [] });
  assert.equal((await studio.next()).value.__typename, "NotificationsDismissed");
  assert.deepEqual((await ask("Notifications", variablesOf("Notifications", {}))).viewer.notifications.edges, []);
  for (const stream of streams) await stream.return();
}
