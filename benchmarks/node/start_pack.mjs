/** `startPack`: the statements of the reference, in its order, in one transaction under row security. */

import { createHash, randomUUID } from 'node:crypto'
import { rowsOf } from './database.mjs'
import { idOf, word } from './words.mjs'

const LEASE = 2 * 3600 * 1000

/** `sql` are the reference's statements by name, with `recipe` and `price`. */
export function startPack(pool, sql) {
  return async (_, { input }, { userId }) => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      const job = await start(client, sql, userId, input)
      await client.query('COMMIT')
      return { job, errors: [] }
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    } finally {
      client.release()
    }
  }
}

async function start(client, sql, userId, wish) {
  const run = (name, ...values) => rowsOf(client, name, sql[name], values)
  const now = new Date()
  const jobId = randomUUID()
  const subjectId = idOf(wish.subjectId)
  const holdIds = Array.from({ length: wish.imageCount }, () => randomUUID())
  const total = wish.imageCount * sql.price
  const fingerprint = createHash('sha256').update(JSON.stringify(wish)).digest('hex')
  await run('act_for', userId)
  await run('lock', userId)
  const [taken] = await run('take_key', userId, wish.idempotencyKey, fingerprint, now)
  if (!taken) throw new Error('A key was used twice.')
  const [[name, face]] = await run('influencer', subjectId)
  if (!face) throw new Error('An influencer has no face.')
  const expires = new Date(now.getTime() + LEASE)
  const [balance] = await run('reserve', userId, total, jobId, holdIds, sql.price, expires, now)
  await run('add_job', jobId, userId, subjectId, sql.recipe, wish.imageCount, sql.price, total, now)
  await run('add_images', jobId, userId, holdIds)
  const job = jobOf(jobId, { subjectId, name, count: wish.imageCount, total, now })
  const event = JSON.stringify({ kind: 'JOB_STATE_CHANGED', number: 1, at: now, job })
  await run('tell', userId, jobId, event, now, ...messages(userId, jobId, event, balance))
  await run('keep', userId, wish.idempotencyKey, event)
  return job
}

/** Channels, topics and payloads of outbox rows. */
function messages(userId, jobId, event, [available, reserved, number]) {
  const changed = JSON.stringify({ user_id: userId, available, reserved, number })
  return [
    ['live', 'live'],
    [`jobs:${jobId}`, `credits:${userId}`],
    [event, changed],
  ]
}

function jobOf(id, { subjectId, name, count, total, now }) {
  return {
    id: word(`GenerationJob:${id}`),
    kind: 'PACK',
    status: 'QUEUED',
    mode: 'FACE_SWAP',
    imageCount: count,
    completedCount: 0,
    failedCount: 0,
    percent: 0,
    creditsReserved: total,
    creditsCaptured: 0,
    errorMessage: null,
    createdAt: now.toISOString(),
    startedAt: null,
    finishedAt: null,
    subject: { __typename: 'Influencer', id: word(`Influencer:${subjectId}`), name },
  }
}
