/** Ids, cursors, moments and signed addresses, letter for letter as the product writes them. */

import { createHmac } from 'node:crypto'

const SECRET = createHmac('sha256', process.env.LIKENESS_SECRET).update('files').digest()
const FILES = `${process.env.PUBLIC_URL}/files/`

export function word(text) {
  return Buffer.from(text).toString('base64url')
}

/** The noun's own id. */
export function idOf(globalId) {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1]
}

/** From Postgres's text in UTC: `2026-01-01 00:10:00.5+00` becomes `2026-01-01T00:10:00.500000+00:00`. */
export function moment(text) {
  const whole = `${text.slice(0, 10)}T${text.slice(11, 19)}`
  const rest = text.slice(20, -3)
  return rest ? `${whole}.${rest.padEnd(6, '0')}+00:00` : `${whole}+00:00`
}

export function cursor(createdAt, id, liked) {
  return word(`["${createdAt}","${id}",${liked ? 1 : 0}]`)
}

/** When an address that is signed now ends: good for five to ten minutes. */
export function expiry() {
  return (Math.floor(Date.now() / 300_000) + 2) * 300
}

export function sign(key, expires) {
  const signature = createHmac('sha256', SECRET).update(`file:${key}:${expires}`).digest('hex')
  return `${FILES}${key}?expires=${expires}&signature=${signature}`
}
