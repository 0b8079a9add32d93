/**
 * `node events.mjs`: `jobProgress` on graphql-ws. One Redis connection; a message is read and dressed once, and graphql-js
 * executes the subscription's document on it for each subscriber. A first event tells the present state. No token is checked.
 */

import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { useServer } from 'graphql-ws/use/ws'
import { createSchema } from 'graphql-yoga'
import { Redis } from 'ioredis'
import { WebSocketServer } from 'ws'
import { openPool } from './database.mjs'
import { eventOf } from './news.mjs'
import { idOf } from './words.mjs'

const PREFIX = 'likeness:jobs:'
const STANDING = `
SELECT to_jsonb(j) AS job, s.name FROM jobs j JOIN subjects s ON s.id = j.subject_id WHERE j.id = $1`

const pool = openPool()
const redis = new Redis(decodeURIComponent(new URL(process.env.REDIS_URL).pathname))
const topics = new Map()

/** What one subscriber has still to be told. */
class Inbox {
  #news = []
  #waiting = null
  #leave

  constructor(leave) {
    this.#leave = leave
  }

  put(event) {
    const item = { value: { jobProgress: event }, done: false }
    if (this.#waiting === null) return void this.#news.push(item)
    this.#waiting(item)
    this.#waiting = null
  }

  next() {
    if (this.#news.length > 0) return Promise.resolve(this.#news.shift())
    return new Promise((resolve) => (this.#waiting = resolve))
  }

  async return() {
    this.#leave()
    this.#waiting?.({ value: undefined, done: true })
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator]() {
    return this
  }
}

/** Listen first, then read the present state. */
async function jobProgress(_, { jobId }) {
  const id = idOf(jobId)
  const channel = PREFIX + id
  const inboxes = topics.get(channel)?.inboxes ?? new Set()
  const inbox = new Inbox(() => leave(channel, inboxes, inbox))
  inboxes.add(inbox)
  if (!topics.has(channel)) topics.set(channel, { inboxes, name: null, joined: redis.subscribe(channel) })
  const topic = topics.get(channel)
  await topic.joined
  const { job, name } = (await pool.query({ name: 'standing', text: STANDING, values: [id] })).rows[0]
  topic.name = name
  inbox.put(eventOf({ kind: 'JOB_SNAPSHOT', number: job.event_count, at: new Date().toISOString(), job }, name))
  return inbox
}

function leave(channel, inboxes, inbox) {
  if (inboxes.delete(inbox) && inboxes.size === 0) {
    topics.delete(channel)
    redis.unsubscribe(channel)
  }
}

redis.on('message', (channel, message) => {
  const topic = topics.get(channel)
  if (!topic || !message.startsWith('event ')) return
  const event = eventOf(JSON.parse(message.slice('event '.length)), topic.name)
  for (const inbox of topic.inboxes) inbox.put(event)
})

const schema = createSchema({
  typeDefs: readFileSync('schema.graphql', 'utf8'),
  resolvers: { Subscription: { jobProgress: { subscribe: jobProgress } } },
})
const server = createServer((_, response) => response.setHeader('content-length', 2).end('ok'))
useServer({ schema }, new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }))
server.listen(Number(process.env.PORT), '127.0.0.1')
