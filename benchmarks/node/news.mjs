/** An event of the product, as Redis brings it, in the words of the schema. */

import { expiry, sign, word } from './words.mjs'

const TYPES = { JOB_SNAPSHOT: 'JobSnapshot', IMAGE_COMPLETED: 'ImageCompleted' }

/** Those kinds that the benchmark tells. `name` is the subject's. */
export function eventOf(event, name) {
  return {
    __typename: TYPES[event.kind],
    cursor: word(`${event.job.id.slice(0, 8)}:${event.number}`),
    emittedAt: zoned(event.at),
    job: jobOf(event.job, name),
    index: event.index,
    image: event.image ? imageOf(event.image) : null,
  }
}

function jobOf(job, name) {
  const settled = job.completed_count + job.failed_count + job.cancelled_count
  return {
    id: word(`GenerationJob:${job.id}`),
    kind: job.kind,
    status: job.status,
    mode: job.mode,
    imageCount: job.image_count,
    completedCount: job.completed_count,
    failedCount: job.failed_count,
    percent: Math.floor((100 * settled) / job.image_count),
    creditsReserved: job.credits_reserved,
    creditsCaptured: job.credits_captured,
    errorMessage: job.error_message,
    createdAt: zoned(job.created_at),
    startedAt: zoned(job.started_at),
    finishedAt: zoned(job.finished_at),
    subject: { __typename: 'Influencer', id: word(`Influencer:${job.subject_id}`), name },
  }
}

function imageOf(image) {
  const expires = expiry()
  return {
    id: word(`ImageAsset:${image.id}`),
    url: sign(image.storage_key, expires),
    thumbnailUrl: sign(image.thumbnail_key, expires),
    width: image.width,
    height: image.height,
    scene: image.scene,
    environment: image.environment,
    outfit: image.outfit,
    aspectRatio: image.aspect_ratio,
    quality: image.quality,
    nsfw: image.nsfw,
    mode: image.mode,
    prompt: image.prompt,
    negativePrompt: image.negative_prompt,
    seed: image.seed,
    model: image.model,
    provider: image.provider,
    liked: image.liked,
    downloadCount: image.download_count,
    creditsCharged: image.credits_charged,
    generationMs: image.generation_ms,
    createdAt: zoned(image.created_at),
  }
}

function zoned(moment) {
  return moment?.replace('Z', '+00:00') ?? null
}
