/** The gallery in two ways: one joined statement, or a page of images and one batch each of jobs and subjects. */

import DataLoader from 'dataloader'
import { rowsOf } from './database.mjs'
import { cursor, expiry, sign, word } from './words.mjs'

const IMAGES = `
SELECT id, storage_key, thumbnail_key, width, height, scene, environment, outfit, aspect_ratio, quality, nsfw, liked, model, seed,
       created_at, job_id, subject_id
  FROM images WHERE user_id = $1 AND deleted_at IS NULL AND NOT nsfw AND kind = ANY($2) ORDER BY created_at DESC, id DESC LIMIT $3`
const JOBS = 'SELECT id, kind, status FROM jobs WHERE id = ANY($1)'
const SUBJECTS = 'SELECT id, name FROM subjects WHERE id = ANY($1)'

/** `joined` is the very statement of the reference. */
export function joinedGallery(pool, joined) {
  const node = (row) => Object.assign(image(row), { job: job(row.slice(15, 18)), subject: subject(row.slice(18)) })
  return { images: (_, wish, { userId }) => page(pool, 'joined', joined, node, wish, userId) }
}

export function loadedGallery(pool) {
  const node = (row) => Object.assign(image(row), { jobId: row[15], subjectId: row[16] })
  return { images: (_, wish, { userId }) => page(pool, 'images', IMAGES, node, wish, userId) }
}

/** The two fields that `loadedGallery` leaves open. */
export const LOADED_FIELDS = {
  job: (parent, _, { loaders }) => loaders.jobs.load(parent.jobId),
  subject: (parent, _, { loaders }) => loaders.subjects.load(parent.subjectId),
}

/** New ones for each request. */
export function loadersFor(pool) {
  return {
    jobs: new DataLoader((ids) => inOrder(pool, 'jobs', JOBS, job, ids)),
    subjects: new DataLoader((ids) => inOrder(pool, 'subjects', SUBJECTS, subject, ids)),
  }
}

async function page(pool, name, text, node, { first, filter }, userId) {
  const rows = await rowsOf(pool, name, text, [userId, filter.kinds, first + 1])
  const edges = rows.slice(0, first).map((row) => ({ cursor: cursor(row[14], row[0], row[11]), node: node(row) }))
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } }
}

async function inOrder(pool, name, text, make, ids) {
  const rows = await rowsOf(pool, name, text, [ids])
  const byId = new Map(rows.map((row) => [row[0], make(row)]))
  return ids.map((id) => byId.get(id) ?? null)
}

function image(row) {
  const expires = expiry()
  return {
    id: word(`ImageAsset:${row[0]}`),
    url: sign(row[1], expires),
    thumbnailUrl: sign(row[2], expires),
    width: row[3],
    height: row[4],
    scene: row[5],
    environment: row[6],
    outfit: row[7],
    aspectRatio: row[8],
    quality: row[9],
    nsfw: row[10],
    liked: row[11],
    model: row[12],
    seed: row[13],
    createdAt: row[14],
  }
}

function job([id, kind, status]) {
  return { id: word(`GenerationJob:${id}`), kind, status }
}

function subject([id, name]) {
  return { __typename: 'Influencer', id: word(`Influencer:${id}`), name }
}
