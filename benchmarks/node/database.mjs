/** One pool of twenty. Where and as whom is said by libpq's own variables (PGHOST, PGUSER, ...). */

import pg from 'pg'
import { moment } from './words.mjs'

const INT8 = 20
const TIMESTAMPTZ = 1184

pg.types.setTypeParser(INT8, Number)
pg.types.setTypeParser(TIMESTAMPTZ, moment) // a Date would cut microseconds off, and cost more

export function openPool() {
  return new pg.Pool({ max: 20, idleTimeoutMillis: 0 })
}

/** A prepared statement; rows as arrays, by position. */
export async function rowsOf(database, name, text, values) {
  return (await database.query({ name, text, values, rowMode: 'array' })).rows
}
